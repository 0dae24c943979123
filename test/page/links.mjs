// Every filter is in the address: a fresh page at it shows the server's answer to it. Columns are chosen and kept; a category is set by keyboard.
import { browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  const totals = {};
  const shown = {};
  let tell = () => {};
  page.on('response', async (found) => {
    if (found.request().method() !== 'GET' || !/\/api\/v1\/(bank-transactions|tasks|contractors)\?/.test(found.url()) || /status=running%2Cpending/.test(found.url())) return;
    const body = await found.json().catch(() => null); // null: the page itself has given it up for a newer one
    if (body) tell(body.total);
  });
  for (const path of call.paths) {
    await page.goto('about:blank'); // what the page before asks is not taken for an answer
    const total = new Promise((resolve) => (tell = resolve));
    await page.goto(call.root + path);
    totals[path] = await total;
    await page.waitForFunction(() => document.querySelector('main tbody') && !document.querySelector('main .ant-spin-spinning'));
    await page.waitForFunction((rows) => document.querySelectorAll('main .ant-table-row').length === rows, Math.min(totals[path], path.startsWith('/tasks') ? 20 : 50));
    shown[path] = await page.locator('main .ant-table-row').count();
  }

  await page.goto(call.root + '/transactions');
  await page.locator('.ant-table-row').first().waitFor();
  await page.getByRole('button', { name: 'Колонки' }).click();
  await page.getByLabel('ИНН').check();
  await page.getByLabel('Назначение', { exact: true }).uncheck();
  await page.reload();
  await page.locator('.ant-table-row').first().waitFor();
  const columns = await page.getByRole('columnheader').allInnerTexts();

  // Back shuts what was opened.
  const first = page.locator('.ant-table-row').first();
  await first.locator('button.linklike').click();
  await page.getByRole('dialog').getByText('Откуда').waitFor();
  await page.goBack();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const back = new URL(page.url()).pathname;

  const id = await first.getAttribute('data-row-key');
  const cell = first.locator('button.cell-edit');
  await cell.focus();
  await page.keyboard.press('Enter');
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)').waitFor();
  await page.keyboard.type('Аренда');
  await page.locator('.ant-select-item-option-active', { hasText: 'Аренда' }).waitFor();
  await page.keyboard.press('Enter');
  await cell.getByText('Аренда').waitFor();
  const focused = await page.waitForFunction(() => document.activeElement?.classList.contains('cell-edit'));
  return { totals, shown, columns, back, id, focused: await focused.jsonValue() };
});
