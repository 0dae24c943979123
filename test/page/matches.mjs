// What may be one payment in a statement and in 1C: both sides, decided with the keyboard; what was decided can be found and changed.
import { axe, browse, sideways, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  await page.goto(call.root + '/reconciliation');
  await page.getByRole('tab', { name: 'Неясные совпадения' }).click();
  const cards = page.locator('.match');
  await cards.nth(1).waitFor();
  const badge = await page.getByRole('tab', { name: 'Неясные совпадения' }).innerText();
  const faults = [];
  const wide = [];
  for (const [width, height, colorScheme] of [[1280, 800, 'light'], [1280, 800, 'dark'], [360, 740, 'light']]) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    wide.push(...(await sideways(page)).map((at) => `${width}: ${at}`));
    for (const fault of await axe(page)) faults.push(`${width} ${colorScheme}: ${fault}`);
    await page.screenshot({ path: `${call.shots}/matches-${width}-${colorScheme}.png` });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const why = await cards.first().innerText();
  const differs = await cards.first().locator('.differs th').allInnerTexts();

  // The first one is the same payment, said with the keyboard; the focus is then on the next one's first button.
  await cards.first().getByRole('button', { name: 'Это тот же платёж' }).first().focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.match').length === 1);
  await page.waitForFunction(() => document.activeElement?.closest('.match-buttons') != null);
  const focused = await page.evaluate(() => document.activeElement?.textContent);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter'); // different ones
  await page.getByText('Неясных совпадений нет').waitFor();

  await page.getByText('Решённые').click();
  await cards.nth(1).waitFor();
  const decided = await page.locator('.match .ant-tag').allInnerTexts();
  await page.locator('.match', { hasText: 'тот же платёж' }).getByRole('button', { name: 'Разные платежи' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.match .ant-tag').length === 2 && ![...document.querySelectorAll('.match .ant-tag')].some((tag) => tag.textContent === 'тот же платёж'));
  await page.getByRole('link', { name: 'Операция банка' }).first().click();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('решено, тот ли это платёж').first().waitFor();
  const history = await drawer.locator('.ant-timeline').innerText();
  return { badge, faults, wide, why, differs, focused, decided, history };
});
