// Accounts that do not add up: what differs from the statement and what from 1C, and the rows it is about, on a desk and on a phone.
import { axe, browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  await page.goto(`${call.root}/reconciliation?date_from=${call.from}&date_to=${call.to}`);
  const seen = {};
  const faults = [];
  const wide = [];
  for (const [width, height, colorScheme] of [[1200, 800, 'light'], [1200, 800, 'dark'], [360, 740, 'light']]) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    await page.locator('.questions li').first().waitFor();
    await page.waitForFunction(() => !document.querySelector('.ant-skeleton'));
    await page.locator(width === 360 ? '.days dl' : '.days td:nth-child(7)').first().waitFor();
    seen[width] = await page.locator('main').innerText();
    // Nothing hides to the right: neither of the page nor within a table.
    wide.push(...(await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('main .ant-table-content, main li, main dl')].filter((at) => at.scrollWidth > at.clientWidth).map((at) => `${innerWidth} ${at.className || at.tagName}`))));
    for (const fault of await axe(page)) faults.push(`${width} ${colorScheme}: ${fault}`);
    await page.screenshot({ path: `${call.shots}/reconciliation-days-${width}-${colorScheme}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1200, height: 800 });
  const days = await page.locator('.days tbody tr.ant-table-row').allInnerTexts();
  const questions = await page.locator('.questions li').allInnerTexts();
  await page.locator('.questions li', { hasText: 'только в выписке' }).first().locator('a').last().click();
  await page.getByRole('dialog').getByText('Откуда').waitFor();
  const opened = await page.getByRole('dialog').innerText();

  await page.goBack();
  await page.locator('.questions li', { hasText: 'только в выписке' }).first().waitFor();
  await page.getByRole('link', { name: 'Все операции этого дня' }).last().click();
  await page.locator('tbody tr.ant-table-row').nth(6).waitFor();
  const sums = (await page.locator('.totals').innerText()).replace(/\n/g, ' ');
  const states = await page.locator('tbody tr.ant-table-row').evaluateAll((rows) => rows.map((row) => row.textContent.match(/новая|с категорией|на проверку|учтена из 1С|нет в 1С/)?.[0]));
  return { seen, wide, faults, days, questions, opened, sums, states };
});
