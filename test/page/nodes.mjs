// Two pages on two nodes: what one starts and cancels, the other sees at once, and both show the same end.
import { browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  // Cookies know no ports, and a token is good on every node: this one is signed in already.
  const second = await page.context().newPage();
  await second.goto(call.second + '/');
  await second.locator('[data-connection=socket]').waitFor();
  await page.getByRole('button', { name: 'Синхронизация 1С' }).click();
  await page.getByRole('button', { name: 'Год', exact: true }).click();
  await page.getByRole('button', { name: 'Загрузить', exact: true }).click();
  const row = second.locator('.ant-table-row').first();
  await row.getByText('выполняется').waitFor();
  const moved = await second.waitForFunction(() => Number(/(\d+) %/.exec(document.querySelector('.ant-table-row')?.innerText ?? '')?.[1]) > 0);
  await row.getByRole('button', { name: /^Следить/ }).click();
  const there = second.getByRole('dialog').filter({ hasText: 'создано' });
  await there.getByRole('button', { name: 'Отменить' }).click();
  await second.getByRole('button', { name: 'Да, отменить' }).click();
  await there.locator('.ant-tag').getByText('отменена').waitFor();
  const here = page.getByRole('dialog').filter({ hasText: 'создано' });
  await here.locator('.ant-tag').getByText('отменена').waitFor();
  const counters = (dialog) => dialog.locator('.counters').innerText();
  return { moved: await moved.jsonValue(), here: await counters(here), there: await counters(there) };
});
