// Many rows at once: a decision for all that the list's conditions choose, confirmed with their number; a workbook made by a task.
import { axe, browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  await page.goto(`${call.root}/transactions?counterparty_inn=${call.inn}`);
  const boxes = page.locator('tbody tr.ant-table-row .ant-checkbox-input');
  await boxes.first().focus();
  await page.keyboard.press('Space');
  await page.getByRole('checkbox', { name: 'Все по условиям списка' }).check();
  const ticked = await page.getByRole('region', { name: 'Отмеченные операции' }).innerText();
  // The ticked row changes its colour little by little: what axe is to judge is how it stays.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity).map((one) => one.finished)));
  const faults = await axe(page);
  await page.screenshot({ path: `${call.shots}/bulk-1200-light.png` });
  await page.getByRole('combobox', { name: 'Поставить состояние отмеченным' }).click({ force: true });
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option', { hasText: 'не учитывать' }).click();
  const confirm = page.getByRole('dialog');
  const question = await confirm.innerText();
  await confirm.getByRole('button', { name: 'Изменить' }).click();
  await page.getByText('Изменено: 300').waitFor();

  await page.goto(`${call.root}/transactions?sort=-amount`);
  await boxes.first().focus();
  await page.keyboard.press('Space');
  const tooMany = await page.getByRole('checkbox', { name: 'сузьте условия' }).isDisabled();
  await page.getByRole('button', { name: 'Выгрузить' }).click();
  await page.getByRole('menuitem', { name: 'Excel' }).click();
  const file = page.getByRole('link', { name: 'Скачать файл' }).or(page.getByRole('button', { name: 'Скачать файл' }));
  await file.waitFor({ timeout: 240_000 });
  const [saved] = await Promise.all([page.waitForEvent('download'), file.click()]);
  await saved.saveAs(call.path);
  return { ticked, faults, question, tooMany, file: saved.suggestedFilename() };
});
