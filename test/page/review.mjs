// Ten thousand rows in doubt, decided with the keyboard alone; then many rows at once, one where it stands, and what a row's history says.
import { axe, browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  await page.goto(call.root + '/review');
  const current = page.locator('.review-row');
  await current.waitFor();
  const heading = await page.locator('main h1').innerText();
  const faults = await axe(page);
  await page.screenshot({ path: `${call.shots}/review-1200-light.png` });
  const id = () => current.getAttribute('data-id');
  const press = async (key) => {
    const before = await id();
    await page.keyboard.press(key);
    await page.waitForFunction((was) => document.querySelector('.review-row')?.dataset.id !== was, before);
    return before;
  };
  const accepted = [];
  for (let i = 0; i < 120; i++) accepted.push(await press('Enter')); // more than one handful
  const skipped = await press('j');
  await page.keyboard.press('k');
  await page.waitForFunction((was) => document.querySelector('.review-row')?.dataset.id === was, skipped);
  const ignored = await press('i');

  const chosen = await id();
  await page.keyboard.press('c');
  await page.keyboard.type('Аренда');
  await page.locator('.ant-select-item-option-active', { hasText: 'Аренда' }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForFunction((was) => document.querySelector('.review-row')?.dataset.id !== was, chosen);

  await page.keyboard.press('r');
  const window = page.getByRole('dialog');
  await window.getByLabel('Что искать').waitFor();
  const pattern = await window.getByLabel('Что искать').inputValue();
  await window.getByRole('button', { name: 'Попробовать' }).click();
  await window.getByText('подходит').waitFor();
  const trial = await window.locator('.totals').innerText();
  await page.screenshot({ path: `${call.shots}/rule-trial-1200-light.png` });
  await window.getByRole('button', { name: 'Сохранить' }).click();
  await window.waitFor({ state: 'hidden' });
  // What waited and fits it is decided by the rule.
  await page.waitForFunction(() => Number(document.querySelector('main h1 .figures')?.textContent.replace(/\D/g, '') ?? 1e9) < 9200);

  await page.goto(call.root + '/transactions?status=NEEDS_REVIEW');
  await page.locator('tbody tr.ant-table-row').first().waitFor();
  for (const box of (await page.locator('tbody tr.ant-table-row .ant-checkbox-input').all()).slice(0, 3)) {
    await box.focus();
    await page.keyboard.press('Space');
  }
  await page.getByRole('combobox', { name: 'Поставить состояние отмеченным' }).click({ force: true });
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option', { hasText: 'не учитывать' }).click();
  await page.getByText('Изменено: 3').waitFor();

  await page.locator('tbody tr.ant-table-row button.linklike').first().click();
  const drawer = page.getByRole('dialog');
  const noted = new URL(page.url()).searchParams.get('open');
  await drawer.getByLabel('Заметка').fill('Проверено по договору');
  await drawer.getByRole('button', { name: 'Сохранить' }).click();
  await drawer.getByText('изменена человеком').first().waitFor();
  const history = await drawer.locator('.ant-timeline').innerText();
  await page.screenshot({ path: `${call.shots}/transaction-1200-light.png` });
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Выгрузить' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).getByRole('link').click()]);
  return { heading, faults, accepted, ignored, chosen, noted, pattern, trial, history, file: file.suggestedFilename() };
});
