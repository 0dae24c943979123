// A hundred updates a second: the page goes on drawing and answering. Frames are counted by the browser itself.
import { browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await page.addInitScript(() => {
    const Real = window.WebSocket;
    window.WebSocket = class extends Real {
      constructor(...args) {
        super(...args);
        window.liveSocket = this;
      }
    };
  });
  await signIn(page, call);
  await page.locator('[data-connection=socket]').waitFor();
  await page.locator('.ant-table-row').first().waitFor();
  // The states of the tasks shown, with figures that grow, put in where the socket's messages come in.
  const seen = await page.evaluate(async () => {
    const { tasks } = await (await fetch('/api/v1/tasks?limit=20')).json();
    let sent = 0;
    const shown = new Set();
    const storm = setInterval(() => {
      for (let i = 0; i < 2; i++) {
        const task = tasks[sent++ % tasks.length];
        const state = { ...task, status: 'running', completed_at: null, processed: sent, total: 100_000, progress: 1 + Math.floor(sent / 20), seq: task.seq + sent };
        window.liveSocket.onmessage(new MessageEvent('message', { data: JSON.stringify({ type: 'task_update', data: state }) }));
      }
    }, 20);
    const gaps = [];
    const end = performance.now() + 5000;
    let last = performance.now();
    await new Promise((done) => {
      const frame = (now) => {
        gaps.push(now - last);
        last = now;
        shown.add(document.querySelector('.ant-table-row td:nth-child(4)').textContent);
        if (now < end) requestAnimationFrame(frame);
        else done();
      };
      requestAnimationFrame(frame);
    });
    clearInterval(storm);
    gaps.sort((a, b) => a - b);
    return { sent, frames: gaps.length, shown: shown.size, p95: gaps[Math.floor(gaps.length * 0.95)] };
  });
  // And it is still at one's command.
  await page.getByLabel('Поиск').fill('Контраг');
  await page.waitForURL(/q=/);
  return seen;
});
