// The other language, chosen in the header and kept; keyboard: the skip link, a menu, a window closed by Escape.
import { browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  await page.reload();
  await page.getByRole('button', { name: 'Синхронизация 1С' }).waitFor();
  await page.keyboard.press('Tab');
  const skip = await page.evaluate(() => document.activeElement?.textContent);
  await page.keyboard.press('Enter');
  const focused = await page.evaluate(() => document.activeElement?.id);
  await page.getByRole('button', { name: /^admin/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Sync with 1C' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Sync with 1C' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Transactions' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.closest('[role=dialog]')); // the window takes the keyboard once it stands
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  const english = await page.locator('main h1').innerText();
  const left = await page.evaluate(() => /[а-яё]{4}/i.exec(document.querySelector('main').innerText)?.[0] ?? null);
  await page.screenshot({ path: `${call.shots}/english.png` });
  return { skip, focused, english, left };
});
