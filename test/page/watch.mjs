// Signs in, starts an import of a year, watches it to its end, looks at the rows.
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
  await page.locator('#period').click();
  await page.getByText('Год', { exact: true }).click();
  await page.screenshot({ path: `${call.shots}/sync.png` });
  await page.getByRole('button', { name: 'Загрузить', exact: true }).click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'создано' });
  await dialog.waitFor();
  await page.screenshot({ path: `${call.shots}/progress.png` });
  await dialog.locator('[aria-live]').getByText('завершена').waitFor({ timeout: 60000 });
  await page.screenshot({ path: `${call.shots}/completed.png` });
  const text = await dialog.innerText();
  await dialog.getByRole('button', { name: 'Закрыть' }).last().click();
  await page.getByRole('tab', { name: 'Операции' }).click();
  const rows = page.getByRole('tabpanel', { name: 'Операции' }).locator('.ant-table-row');
  await rows.first().waitFor();
  await page.screenshot({ path: `${call.shots}/transactions.png` });
  return { refusal, text, rows: await rows.count() };
});
