// Signs in, starts an import of a year, watches it to its end, looks at the rows and at the task's own page.
import { browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await page.goto(call.root + '/');
  await page.getByLabel('Имя').fill('admin');
  await page.getByLabel('Пароль').fill('wrong-password');
  await page.getByRole('button', { name: 'Войти' }).click();
  const refusal = await page.getByRole('alert').first().innerText();
  await page.screenshot({ path: `${call.shots}/sign-in.png` });
  await signIn(page, call);
  await page.getByRole('button', { name: 'Синхронизация 1С' }).click();
  await page.getByRole('button', { name: 'Проверить соединение' }).click();
  await page.locator('.ant-alert-success').waitFor();
  await page.getByRole('button', { name: 'Год', exact: true }).click();
  await page.screenshot({ path: `${call.shots}/sync.png` });
  await page.getByRole('button', { name: 'Загрузить', exact: true }).click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'создано' });
  await dialog.waitFor();
  await page.screenshot({ path: `${call.shots}/progress.png` });
  await dialog.locator('.ant-tag').getByText('завершена').waitFor();
  await page.screenshot({ path: `${call.shots}/completed.png` });
  const text = await dialog.innerText();
  await dialog.getByRole('link', { name: 'Подробно' }).click();
  await page.getByRole('heading', { name: 'Банковские операции' }).waitFor();
  const timeline = page.locator('.ant-timeline');
  await timeline.getByText('завершена').waitFor();
  const log = await timeline.innerText();
  await page.screenshot({ path: `${call.shots}/task.png`, fullPage: true });
  await page.getByRole('navigation').getByRole('link', { name: 'Операции' }).click();
  const rows = page.locator('.ant-table-row');
  await rows.first().waitFor();
  await page.screenshot({ path: `${call.shots}/transactions.png` });
  const count = await rows.count();
  const totals = await page.locator('.totals').innerText();

  // Filter and order are in the address, and a fresh page shows the same.
  await page.getByLabel('Поиск').fill('аренд');
  await page.waitForURL(/q=/);
  await page.getByRole('columnheader', { name: 'Сумма' }).click();
  await page.waitForURL(/sort=-amount/);
  const filtered = page.locator('.totals').filter({ hasNotText: totals.split('\n')[1] ?? totals });
  await filtered.waitFor();
  await page.reload();
  await rows.first().waitFor();
  const search = await page.getByLabel('Поиск').inputValue();
  await rows.first().locator('button.linklike').click();
  const drawer = page.getByRole('dialog').filter({ hasText: 'Откуда' });
  await drawer.getByText('Назначение платежа').waitFor();
  await page.screenshot({ path: `${call.shots}/transaction.png` });
  const deep = page.url();
  return { refusal, text, log, rows: count, totals, search, deep };
});
