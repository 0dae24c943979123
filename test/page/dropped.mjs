// A statement file dropped on the window, and another beside it; the import is watched to its end.
import { axe, browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  await page.goto(`${call.root}/tasks?sync=statement`);
  const window = page.getByRole('dialog');
  await window.getByRole('tab', { name: 'Выписка из банка', selected: true }).waitFor(); // which tabs there are the server says first
  const start = window.getByRole('button', { name: 'Загрузить', exact: true });
  await start.waitFor();
  const idle = await start.isDisabled();
  for (const [name, text] of Object.entries(call.files)) {
    const transfer = await page.evaluateHandle(([name, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text], name, { type: 'text/plain' }));
      return data;
    }, [name, text]);
    await window.locator('.ant-upload-drag .ant-upload-btn').dispatchEvent('drop', { dataTransfer: transfer });
    await window.getByText(name).waitFor();
  }
  const faults = await axe(page);
  await page.screenshot({ path: `${call.shots}/statement.png` });
  await start.click();
  const progress = page.getByRole('dialog').filter({ hasText: 'создано' });
  await progress.locator('.ant-tag').getByText('завершена').first().waitFor();
  await page.screenshot({ path: `${call.shots}/statement-completed.png` });
  return { idle, faults, counters: await progress.locator('.counters').first().innerText() };
});
