// Two people, two browsers, two nodes: what one starts, the other sees and cancels at once, and both show the same end.
import { browse, signIn } from './browser.mjs';

await browse(async (page, call, another) => {
  const second = await another();
  await signIn(page, call);
  await signIn(second, call, { root: call.second, username: 'manager' });
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
