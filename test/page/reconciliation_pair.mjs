// A payment that 1C has with another sum by now, and accounts with nothing to compare.
import { axe, browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  const wide = [];
  const faults = [];
  await page.goto(`${call.root}/reconciliation?date_from=${call.from}&date_to=${call.to}`);
  for (const [width, height] of [[1200, 800], [360, 740]]) {
    await page.setViewportSize({ width, height });
    await page.locator('.questions li').first().waitFor();
    wide.push(...(await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('main li')].filter((at) => at.scrollWidth > at.clientWidth).map((at) => `${innerWidth} ${at.className || at.tagName}`))));
    for (const fault of await axe(page)) faults.push(`${width}: ${fault}`);
    await page.screenshot({ path: `${call.shots}/reconciliation-pair-${width}.png`, fullPage: true });
  }
  const questions = await page.locator('.questions li').allInnerTexts();
  const accounts = await page.locator('.ant-collapse-header').allInnerTexts();
  const gaps = await page.locator('.ant-collapse-content-active > .ant-collapse-content-box > p').allInnerTexts();
  await page.goto(`${call.root}/reconciliation?account_number=${call.silent}&date_from=${call.from}&date_to=${call.to}`);
  await page.locator('.ant-alert-info').waitFor();
  const silent = await page.locator('.ant-alert').innerText();
  await page.goto(`${call.root}/reconciliation?account_number=40702810999999999999`);
  await page.locator('.ant-empty').waitFor();
  return { questions, accounts, gaps, silent, unknown: await page.locator('.ant-empty').innerText(), wide, faults };
});
