// VK: a wall is read, a keyword found and marked, a file made, all from the page.
import { axe, browse, sideways, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  await page.goto(call.root + '/vk');
  const ended = async () => {
    const window = page.getByRole('dialog');
    await window.getByText('завершена', { exact: true }).first().waitFor();
    await window.getByRole('button', { name: 'Закрыть' }).last().click();
    await window.waitFor({ state: 'hidden' });
  };
  await page.getByLabel('Сообщество').fill('два слова');
  await page.getByRole('button', { name: 'Прочитать стену' }).click();
  const refusal = await page.locator('.ant-form-item-explain-error').innerText();
  await page.getByLabel('Сообщество').fill('');
  await page.keyboard.type(`https://vk.com/club${call.group}`);
  await page.keyboard.press('Enter');
  await ended();
  const group = await page.locator('tbody tr.ant-table-row').first().innerText();

  await page.getByRole('tab', { name: 'Ключевые слова' }).click();
  await page.getByLabel('Новое слово').fill(call.keyword);
  await page.getByRole('button', { name: 'Добавить' }).click();
  await page.getByRole('cell', { name: call.keyword, exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Сообщества' }).click();
  await page.getByRole('button', { name: 'Найти слова' }).click();
  await ended();

  await page.getByRole('tab', { name: 'Ключевые слова' }).click();
  const found = page.locator('tbody tr.ant-table-row').filter({ hasText: call.keyword }).locator('button.figures');
  await page.waitForFunction((keyword) => [...document.querySelectorAll('tbody tr.ant-table-row')].some((row) => row.textContent.includes(keyword) && /[1-9]/.test(row.querySelector('button.figures').textContent)), call.keyword);
  const matches = await found.innerText();
  await found.click();
  await page.locator('mark').first().waitFor();
  const marked = await page.locator('mark').allInnerTexts();
  const faults = await axe(page);
  await page.screenshot({ path: `${call.shots}/vk-comments-1200-light.png` });
  await page.getByRole('tab', { name: 'Записи' }).click();
  await page.locator('tbody tr.ant-table-row').first().waitFor();
  await page.screenshot({ path: `${call.shots}/vk-posts-1200-light.png` });

  const markedPosts = await page.locator('mark').count();

  // A phone: nothing sticks out or has to be swiped, and what was found is marked there too.
  const wide = [];
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.locator('html[data-theme=dark]').waitFor();
  const markedOnPhone = {};
  for (const tab of ['groups', 'posts', 'comments', 'keywords']) {
    await page.goto(`${call.root}/vk?tab=${tab}`);
    await page.locator('tbody tr.ant-table-row').first().waitFor();
    await page.waitForFunction(() => !document.querySelector('.ant-spin-spinning'));
    wide.push(...(await sideways(page)).map((at) => `${tab}: ${at}`));
    markedOnPhone[tab] = await page.locator('mark').count();
    for (const fault of await axe(page)) faults.push(`${tab} 360 dark: ${fault}`);
    await page.screenshot({ path: `${call.shots}/vk-${tab}-360-dark.png` });
  }
  await page.setViewportSize({ width: 1200, height: 800 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });

  // The file, by keyboard alone.
  await page.goto(call.root + '/vk');
  await page.getByRole('button', { name: 'Выгрузить' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('[role=menuitem]:focus, [role=menu]:focus').waitFor();
  while (!(await page.getByRole('menuitem', { name: 'CSV' }).evaluate((item) => item === document.activeElement))) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const window = page.getByRole('dialog');
  await window.getByText('завершена', { exact: true }).first().waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), window.getByRole('link', { name: 'Скачать файл' }).click()]);
  await page.screenshot({ path: `${call.shots}/vk-export-1200-light.png` });
  return { refusal, group, matches, marked, markedPosts, markedOnPhone, wide, faults, file: file.suggestedFilename() };
});
