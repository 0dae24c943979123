// Everything that can be wrong with a sign-in: each is said in words, nothing that was typed is lost.
import { ask, browse, signIn } from './browser.mjs';

await browse(async (page, call, another) => {
  await page.goto(call.root + '/system');
  const enter = page.getByRole('button', { name: 'Войти' });
  await enter.click();
  await page.getByText('Введите имя').waitFor();
  await page.getByText('Введите пароль').waitFor();
  const said = async (name, password) => {
    await page.getByLabel('Имя').fill(name);
    await page.getByLabel('Пароль').fill(password);
    const answer = page.waitForResponse((found) => found.url().endsWith('/auth/login'));
    await enter.click();
    await (await answer).finished();
    await page.locator('button.ant-btn-loading').waitFor({ state: 'detached' });
    return page.locator('.ant-alert').innerText();
  };
  const unknown = await said('nobody', 'some-password-1');
  const wrong = await said('admin', 'some-password-1');
  const disabled = await said('disabled', call.password);
  let many = '';
  for (let i = 0; i < 12 && !many.includes('Слишком много'); i++) many = await said('many', 'some-password-1');
  const kept = [await page.getByLabel('Имя').inputValue(), await page.getByLabel('Пароль').inputValue()];
  await page.screenshot({ path: `${call.shots}/sign-in-refused.png` });
  // The right one opens what was asked for.
  await page.getByLabel('Имя').fill(call.username);
  await page.getByLabel('Пароль').fill(call.password);
  await enter.click();
  await page.getByRole('heading', { name: 'Состояние' }).waitFor();
  // Signed out elsewhere with the same cookie: this page notices by itself.
  const second = await another();
  await signIn(second, call);
  await second.getByRole('button', { name: /^admin/ }).click();
  await second.getByRole('menuitem', { name: 'Выйти' }).click();
  await second.getByLabel('Пароль').waitFor();
  const still = await page.getByRole('heading', { name: 'Состояние' }).count();
  await ask('kill');
  await second.getByLabel('Имя').fill(call.username);
  await second.getByLabel('Пароль').fill(call.password);
  await second.getByRole('button', { name: 'Войти' }).click();
  await second.locator('.ant-alert').getByText('Сервер не отвечает').waitFor();
  const typed = await second.getByLabel('Пароль').inputValue();
  return { unknown, wrong, disabled, many, kept, still, typed };
});
