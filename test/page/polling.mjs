// WebSocket can't be had: polling takes over without a word, an import is watched to its end and what it brought is shown; once it can, it is back.
import { ask, browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  let frames = 0;
  page.on('websocket', (socket) => socket.on('framereceived', () => frames++));
  await signIn(page, call);
  await page.locator('[data-connection=polling]').waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Операции' }).click();
  await page.getByText('Операций ещё нет').waitFor();
  await page.getByRole('button', { name: 'Синхронизация 1С' }).click();
  await page.getByRole('button', { name: 'Год', exact: true }).click();
  await page.getByRole('button', { name: 'Загрузить', exact: true }).click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'создано' });
  await dialog.waitFor();
  await page.evaluate(() => {
    window.seen = new Set();
    new MutationObserver(() => {
      const processed = /([\d\s]+) из/.exec(document.querySelector('[role=dialog] .figures')?.textContent ?? '')?.[1];
      if (processed) window.seen.add(processed);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await dialog.locator('.ant-tag').getByText('завершена').waitFor();
  const text = await dialog.innerText();
  const seen = await page.evaluate(() => window.seen.size);
  await dialog.getByRole('button', { name: 'Закрыть' }).last().click();
  await page.locator('main .ant-table-row').first().waitFor();
  const totals = await page.locator('.totals').innerText();
  const banner = await page.locator('.ant-alert-banner').count();
  const before = frames;
  const state = await page.locator('.frame').getAttribute('data-connection');
  await ask('pass');
  await page.locator('[data-connection=socket]').waitFor();
  await ask('more');
  await page.getByRole('link', { name: 'Задачи', exact: true }).click();
  await page.locator('main .ant-table-row').nth(1).locator('.ant-tag').getByText('завершена').waitFor();
  return { text, seen, totals, banner, before, state, after: frames };
});
