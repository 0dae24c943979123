// The server dies in the middle and comes back: the page says so, recovers by itself and shows the true state.
import { ask, browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  await page.goto(`${call.root}/tasks?watch=${call.task}`);
  const dialog = page.getByRole('dialog').filter({ hasText: 'создано' });
  await dialog.locator('.ant-tag').getByText('выполняется').waitFor();
  await ask('kill');
  await page.locator('[data-connection=offline]').waitFor();
  await page.screenshot({ path: `${call.shots}/offline.png` });
  await ask('start');
  await page.locator('[data-connection=socket]').waitFor();
  await dialog.locator('.ant-tag').getByText('завершена').waitFor();
  return { text: await dialog.innerText() };
});
