// The server dies in the middle and comes back: the page says so, recovers by itself and shows the true state.
import { createInterface } from 'node:readline';
import { browse, signIn } from './browser.mjs';

const lines = createInterface({ input: process.stdin });
const answers = lines[Symbol.asyncIterator]();
/** Asks the test to do something to the server, and waits until it is done. */
async function ask(what) {
  console.log(what);
  await answers.next();
}

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
  lines.close();
  process.stdin.destroy();
  return { text: await dialog.innerText() };
});
