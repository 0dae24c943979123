// Over a hundred updates a second, sent by the server: the page draws once a frame at most, has time left, and goes on answering.
import { browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  // Listens beside the page: when each update came.
  await page.addInitScript(() => {
    window.updates = [];
    const Real = window.WebSocket;
    window.WebSocket = class extends Real {
      constructor(...args) {
        super(...args);
        this.addEventListener('message', (event) => JSON.parse(event.data).type === 'task_update' && window.updates.push(performance.now()));
      }
    };
  });
  await signIn(page, call);
  await page.locator('[data-connection=socket]').waitFor();
  await page.waitForFunction((tasks) => [...document.querySelectorAll('.ant-table-row')].filter((row) => row.innerText.includes('выполняется')).length === tasks, call.tasks);

  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' }); // the page's own processor time, whoever else is busy
  const used = async () => (await devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
  const before = await used();
  const seen = await page.evaluate(async (wanted) => {
    const gaps = [];
    const shown = new Set();
    let drawings = 0;
    const watcher = new MutationObserver(() => drawings++); // called once for all that one drawing changed
    watcher.observe(document.querySelector('tbody'), { subtree: true, childList: true, characterData: true, attributes: true });
    const start = performance.now();
    const first = window.updates.length;
    let last = start;
    await new Promise((done) => {
      const frame = (now) => {
        gaps.push(now - last);
        last = now;
        shown.add(document.querySelector('.ant-table-row td:nth-child(4)').textContent);
        if (window.updates.length - first < wanted) requestAnimationFrame(frame);
        else done();
      };
      requestAnimationFrame(frame);
    });
    watcher.disconnect();
    const came = window.updates.slice(first);
    let busiest = 0;
    for (let from = 0, to = 0; to < came.length; to++) {
      while (came[to] - came[from] > 1000) from++;
      busiest = Math.max(busiest, to - from + 1);
    }
    gaps.sort((a, b) => a - b);
    return { updates: came.length, seconds: (performance.now() - start) / 1000, busiest, drawings, frames: gaps.length, shown: shown.size, p95: gaps[Math.floor(gaps.length * 0.95)] };
  }, call.updates);
  seen.share = ((await used()) - before) / seen.seconds;
  // And it is still at one's command, while it goes on.
  await page.getByLabel('Поиск').fill('подождать');
  await page.waitForURL(/q=/);
  await page.getByRole('button', { name: /^выполняется/ }).click();
  await page.waitForURL(/status=running/);
  return seen;
});
