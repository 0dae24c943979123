// A file and a ZIP of statements, chosen in the window: first a dry run with its report, then applied from there; what to do next leads on.
import { axe, browse, sideways, signIn } from './browser.mjs';

await browse(async (page, call) => {
  await signIn(page, call);
  await page.goto(call.root + '/tasks?sync=statement');
  const window = page.getByRole('dialog');
  await window.getByRole('tab', { name: 'Выписка из банка' }).click();
  await window.locator('input[type=file]').setInputFiles(call.files);
  await window.getByRole('checkbox', { name: 'Пробный запуск' }).check();
  await window.getByRole('button', { name: 'Проверить' }).click();

  const report = page.getByRole('heading', { name: 'Что в файлах' });
  await report.waitFor();
  const dialog = page.getByRole('dialog').filter({ has: report });
  await dialog.getByRole('heading', { name: 'Пробный запуск: что изменилось бы' }).waitFor();
  await dialog.getByText('первая.txt').click(); // of four only those with questions are open
  await dialog.getByText('с документами (10)').waitFor();
  const dry = await dialog.innerText();
  await dialog.locator('.ant-segmented-item', { hasText: 'неясно' }).click(); // only those
  await page.waitForFunction(() => document.querySelectorAll('.ant-modal tbody tr.ant-table-row .ant-tag').length === document.querySelectorAll('.ant-modal tbody tr.ant-table-row .ant-tag-error').length);
  await dialog.getByText('решите, которая из них').waitFor();
  const unclear = await dialog.locator('tbody tr.ant-table-row', { has: page.locator('.ant-tag-error') }).count();
  const faults = [];
  const wide = [];
  const look = async (name) => {
    for (const [width, height, colorScheme] of [[1280, 800, 'light'], [1280, 800, 'dark'], [360, 740, 'light']]) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
      wide.push(...(await sideways(page)).map((at) => `${name} ${width}: ${at}`));
      for (const fault of await axe(page)) faults.push(`${name} ${width} ${colorScheme}: ${fault}`);
      await page.screenshot({ path: `${call.shots}/${name}-${width}-${colorScheme}.png` });
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  };
  await look('statement-dry');
  const before = await page.evaluate(() => new URLSearchParams(location.search).get('watch'));
  await dialog.getByRole('button', { name: 'Применить' }).click();
  await page.waitForFunction((was) => new URLSearchParams(location.search).get('watch') !== was, before);
  const done = page.getByRole('heading', { name: 'Отчёт о загрузке' });
  await done.waitFor();
  await page.getByRole('dialog').getByText('первая.txt').click();
  await page.getByText('с документами (10)').waitFor();
  const real = await page.getByRole('dialog').filter({ has: done }).innerText();
  const watch = await page.evaluate(() => new URLSearchParams(location.search).get('watch'));
  await page.goto(`${call.root}/tasks/${watch}`);
  await done.waitFor();
  await look('statement-report');
  await page.getByRole('link', { name: 'Решите, какие строки' }).click();
  await page.locator('.match').first().waitFor();
  const matches = await page.locator('.match').count();
  return { dry, unclear, real, matches, faults, wide };
});
