// Categories of chosen rows found again: counted first, said in words, then done; by ticks, and by the list's conditions.
import { axe, browse, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  await page.goto(`${call.root}/transactions?counterparty_inn=5003052454`);
  const boxes = page.locator('tbody tr.ant-table-row .ant-checkbox-input');
  const again = page.getByRole('button', { name: 'Пересчитать категории' });
  const tick = async (i) => { await boxes.nth(i).focus(); await page.keyboard.press('Space'); };
  const start = async (dry) => {
    const form = page.getByRole('dialog', { name: 'Пересчитать категории' });
    const said = await form.innerText();
    if (!dry) await form.getByRole('checkbox').uncheck();
    await form.getByRole('button', { name: dry ? 'Посчитать' : 'Пересчитать' }).click();
    await form.waitFor({ state: 'hidden' });
    return said;
  };
  await boxes.first().waitFor({ state: 'attached' });
  await tick(0);
  await tick(1);
  await again.click();
  const ticked = await start(true);
  await page.getByRole('link', { name: 'Подробно' }).click();
  await page.getByRole('heading', { name: 'Пробный пересчёт' }).first().waitFor();
  await page.waitForFunction(() => !document.querySelector('[role=dialog]'));
  const dry = await page.locator('main').innerText();
  const faults = await axe(page);
  await page.screenshot({ path: `${call.shots}/reclassify-1200-light.png`, fullPage: true });
  await page.getByRole('button', { name: 'Применить' }).click();
  await page.getByRole('heading', { name: 'Что изменилось', exact: true }).waitFor();
  const done = await page.locator('main').innerText();

  await page.goto(`${call.root}/transactions?counterparty_inn=5003052454`);
  await boxes.first().waitFor({ state: 'attached' });
  await tick(2);
  await page.getByRole('checkbox', { name: 'Все по условиям списка' }).check();
  await again.click();
  const matching = await start(false);
  await page.getByRole('dialog').getByRole('heading', { name: 'Что изменилось', exact: true }).waitFor();
  const rest = await page.getByRole('dialog').innerText();
  return { ticked, dry, done, matching, rest, faults };
});
