// Starts an import that takes long, cancels it, and sees it cancelled, on a phone in the dark.
import { browse, signIn } from './browser.mjs';

await browse(
  async (page, call) => {
    await signIn(page, call);
    await page.getByRole('button', { name: 'Синхронизация 1С' }).click();
    await page.locator('#period').click();
    await page.getByText('Год', { exact: true }).click();
    await page.getByRole('button', { name: 'Загрузить', exact: true }).click();
    const dialog = page.getByRole('dialog').filter({ hasText: 'создано' });
    await dialog.locator('[aria-live]').getByText('выполняется').waitFor();
    await page.screenshot({ path: `${call.shots}/phone-running.png` });
    await dialog.getByRole('button', { name: 'Отменить' }).click();
    await page.getByRole('button', { name: 'Да' }).click();
    await dialog.locator('[aria-live]').getByText('отменена').waitFor();
    await page.screenshot({ path: `${call.shots}/phone-cancelled.png` });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    return { wide };
  },
  { viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
);
