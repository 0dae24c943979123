// What a USER sees: no synchronization, no sections of the administrator, no data of others' tasks.
import { browse } from './browser.mjs';

await browse(async (page, call) => {
  await page.goto(call.root + '/');
  await page.getByLabel('Имя').fill('user');
  await page.getByLabel('Пароль').fill(call.password);
  await page.getByRole('button', { name: 'Войти' }).click();
  await page.getByRole('heading', { name: 'Задачи' }).waitFor();
  const sections = await page.getByRole('navigation', { name: 'Разделы' }).getByRole('link').allInnerTexts();
  const sync = await page.getByRole('button', { name: 'Синхронизация 1С' }).count();
  await page.goto(`${call.root}/users?sync=transactions`);
  const users = await page.locator('.ant-result-title').innerText();
  const dialogs = await page.getByRole('dialog').count();
  await page.goto(`${call.root}/review`);
  const review = await page.locator('.ant-result-title').innerText();
  await page.goto(`${call.root}/tasks/${call.task}`);
  const task = await page.locator('.ant-result-title').innerText();
  return { sections, sync, users, review, dialogs, task };
});
