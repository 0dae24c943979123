// What was refused is read and downloaded; a 1C that lets nobody in is told in words; old tasks are cleared away.
import { readFileSync } from 'node:fs';
import { ask, browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  await page.goto(`${call.root}/tasks/${call.task}`);
  const section = page.locator('section').filter({ hasText: 'Отклонённые и пропущенные записи' });
  await section.locator('tr.ant-table-row').first().waitFor();
  const rows = await section.locator('tr.ant-table-row').count();
  await section.locator('button.ant-table-row-expand-icon').first().click();
  const record = await section.locator('.ant-table-expanded-row pre').first().innerText();
  const [file] = await Promise.all([page.waitForEvent('download'), section.getByRole('link', { name: 'Скачать CSV' }).click()]);
  const csv = readFileSync(await file.path(), 'utf8');

  await page.getByRole('button', { name: 'Синхронизация 1С' }).click();
  await page.getByRole('button', { name: 'Проверить соединение с 1С' }).click();
  const sync = page.getByRole('dialog');
  await sync.locator('.ant-alert-success').waitFor();
  await ask('shut');
  await page.getByRole('button', { name: 'Проверить соединение с 1С' }).click();
  await sync.locator('.ant-alert-error').waitFor();
  const away = await sync.locator('.ant-alert-error').innerText();
  await page.screenshot({ path: `${call.shots}/connection-refused.png` });
  await sync.getByRole('button', { name: 'Закрыть' }).or(sync.locator('.ant-modal-close')).first().click();

  await page.getByRole('link', { name: 'Задачи', exact: true }).click();
  await page.locator('.ant-table-row').first().waitFor();
  await page.getByRole('button', { name: 'Убрать старые' }).click();
  await page.getByRole('menuitem', { name: 'Все законченные' }).click();
  await page.getByRole('button', { name: 'Убрать', exact: true }).click();
  const cleared = await page.getByText(/^Убрано: /).innerText();
  await page.getByText('Задач ещё не было').waitFor();
  return { rows, record, csv, away, cleared };
});
