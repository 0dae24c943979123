// WebSocket can't be had: polling takes over without a word, and the task is seen to its end; once it can, it is back.
import { browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await page.addInitScript(() => {
    const Real = window.WebSocket;
    window.allow = () => (window.WebSocket = Real);
    window.WebSocket = class extends EventTarget {
      readyState = 3;
      constructor() {
        super();
        setTimeout(() => this.onclose?.(new Event('close')), 0);
      }
      close() {}
    };
  });
  await signIn(page, call);
  await page.locator('[data-connection=polling]').waitFor();
  await page.getByRole('button', { name: 'Синхронизация 1С' }).click();
  await page.getByRole('tab', { name: 'Контрагенты' }).click();
  await page.getByRole('button', { name: 'Загрузить контрагентов' }).click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'создано' });
  await dialog.locator('.ant-tag').getByText('завершена').waitFor();
  const text = await dialog.innerText();
  const banner = await page.locator('.ant-alert-banner').count();
  await page.evaluate(() => window.allow());
  await page.locator('[data-connection=socket]').waitFor();
  return { text, banner };
});
