// An administrator makes an account and changes it; the person's own open page follows at once, without being loaded again.
import { axe, browse, choose, signIn } from './browser.mjs';

await browse(async (page, call, another) => {
  await signIn(page, call);
  await page.getByRole('link', { name: 'Пользователи' }).click();
  await page.getByRole('button', { name: 'Добавить' }).click();
  const form = page.getByRole('dialog').filter({ hasText: 'Новый пользователь' });
  await form.getByLabel('Имя').fill('admin');
  await form.getByLabel('Пароль').fill('buh-password-1');
  await choose(page, 'Роль', 'Менеджер');
  await form.getByRole('button', { name: 'Сохранить' }).click();
  const refusal = await form.locator('.ant-alert').innerText();
  const kept = [await form.getByLabel('Имя').inputValue(), await form.getByLabel('Пароль').inputValue()];
  await page.screenshot({ path: `${call.shots}/user-refused.png` });
  await form.getByLabel('Имя').fill('buh');
  await form.getByRole('button', { name: 'Сохранить' }).click();
  await form.waitFor({ state: 'hidden' });
  const row = page.locator('.ant-table-row').filter({ hasText: 'buh' });
  await row.waitFor();
  const faults = await axe(page);
  const own = await page.locator('.ant-table-row').filter({ hasText: 'это вы' }).getByRole('combobox').count();

  const theirs = await another();
  const them = { username: 'buh', password: 'buh-password-1' };
  await signIn(theirs, call, them);
  const sync = theirs.getByRole('button', { name: 'Синхронизация 1С' });
  await sync.waitFor();
  const manager = await theirs.getByRole('navigation', { name: 'Разделы' }).getByRole('link').allInnerTexts();

  await choose(page, 'Роль: buh', 'Пользователь');
  await page.getByRole('button', { name: 'Да', exact: true }).click();
  const why = await theirs.locator('.ant-alert-info').innerText();
  await theirs.screenshot({ path: `${call.shots}/rights-changed.png` });
  await signIn(theirs, call, them);
  const user = { sync: await sync.count(), sections: await theirs.getByRole('navigation', { name: 'Разделы' }).getByRole('link').allInnerTexts() };

  await page.getByRole('switch', { name: 'Может войти: buh' }).click();
  await page.getByRole('button', { name: 'Да', exact: true }).last().click();
  await theirs.getByRole('button', { name: 'Войти' }).waitFor();
  await theirs.getByLabel('Имя').fill(them.username);
  await theirs.getByLabel('Пароль').fill(them.password);
  await theirs.getByRole('button', { name: 'Войти' }).click();
  const shut = await theirs.locator('.ant-alert-error').innerText();

  await page.getByRole('switch', { name: 'Может войти: buh', checked: false }).click();
  await page.getByRole('switch', { name: 'Может войти: buh', checked: true }).waitFor();
  await page.getByRole('button', { name: 'Сменить пароль: buh' }).click();
  const password = page.getByRole('dialog').filter({ hasText: 'Новый пароль' });
  await password.getByLabel('Пароль').fill('new-password-22');
  await password.getByRole('button', { name: 'Сохранить' }).click();
  await password.waitFor({ state: 'hidden' });
  await signIn(theirs, call, { username: 'buh', password: 'new-password-22' });
  const again = await theirs.getByRole('button', { name: 'Синхронизация 1С' }).count();
  return { refusal, kept, faults, own, manager, why, user, shut, again };
});
