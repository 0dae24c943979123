// A WebSocket that is had and lost again and again, or goes dumb: the task goes on before one's eyes, and the page knows how it hears of it.
import { ask, browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await page.addInitScript(() => {
    window.sockets = [];
    window.WebSocket = class extends WebSocket {
      constructor(...more) {
        super(...more);
        window.sockets.push(this);
      }
    };
  });
  await signIn(page, call);
  await page.goto(`${call.root}/tasks?watch=${call.task}`);
  await page.locator('[data-connection=socket]').waitFor();
  const dialog = page.getByRole('dialog').filter({ hasText: 'создано' });
  await dialog.locator('.ant-tag').getByText('выполняется').waitFor();
  await page.evaluate(() => {
    const frame = document.querySelector('.frame');
    window.states = [];
    window.lies = 0; // a WebSocket that is said to be there, and is not
    window.gap = 0;
    let figures = '';
    let since = performance.now();
    setInterval(() => {
      const state = frame.dataset.connection;
      if (state !== window.states.at(-1)) window.states.push(state);
      if (state === 'socket' && !window.sockets.some((socket) => socket.readyState === WebSocket.OPEN)) window.lies++;
      const now = document.querySelector('[role=dialog] .figures')?.textContent;
      if (now !== figures) {
        window.gap = Math.max(window.gap, performance.now() - since);
        [figures, since] = [now, performance.now()];
      }
    }, 50);
  });
  await ask('break');
  await page.locator('[data-connection=polling]').waitFor();
  await ask('pass');
  await page.locator('[data-connection=socket]').waitFor();
  const seen = await page.evaluate(() => ({ states: window.states, lies: window.lies, gap: window.gap / 1000 }));
  const banner = await page.locator('.ant-alert-banner').count();
  await dialog.getByRole('button', { name: 'Отменить' }).click();
  await page.getByRole('button', { name: 'Да, отменить' }).click();
  await dialog.locator('.ant-tag').getByText('отменена').waitFor();
  return { ...seen, banner };
});
