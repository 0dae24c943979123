// A cancelled import goes on from where it stopped; a finished one is started once more with the same parameters.
import { browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  await page.goto(`${call.root}/tasks/${call.task}`);
  const tag = page.locator('main .ant-tag').first();
  const processed = () => page.evaluate(() => Number(/([\d\s]+) из/.exec((document.querySelector('main')?.innerText ?? ''))?.[1].replace(/\s/g, '') ?? 0));
  await page.waitForFunction(() => /[1-9][\d\s]* из/.test((document.querySelector('main')?.innerText ?? '')));
  await page.getByRole('button', { name: 'Отменить' }).click();
  await page.getByRole('button', { name: 'Да, отменить' }).click();
  await tag.getByText('отменена').waitFor();
  const stopped = await processed();
  await page.screenshot({ path: `${call.shots}/task-cancelled.png`, fullPage: true });

  // Whatever is shown from now on is never less than what was already done.
  await page.evaluate(() => {
    window.least = Infinity;
    new MutationObserver(() => {
      const found = /([\d\s]+) из/.exec((document.querySelector('main')?.innerText ?? ''));
      if (found) window.least = Math.min(window.least, Number(found[1].replace(/\s/g, '')));
    }).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
  });
  await page.getByRole('button', { name: 'Продолжить' }).click();
  await tag.getByText('завершена').waitFor();
  const least = await page.evaluate(() => window.least);
  const ended = await processed();
  const log = await page.locator('.ant-timeline').innerText();

  await page.getByRole('button', { name: 'Запустить такую же' }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(call.task));
  const second = new URL(page.url()).pathname.split('/').at(-1);
  await page.locator('.ant-descriptions').getByText(second).waitFor(); // it is the second one that is shown
  await tag.getByText('завершена').waitFor();
  const period = await page.locator('.ant-descriptions').getByText('01.01.2026 – 31.12.2026').count();
  return { stopped, least, ended, log, period, second };
});
