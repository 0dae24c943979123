// Starts an import that takes long, cancels it, and sees it cancelled, on a phone in the dark.
import { axe, browse, sideways, signIn } from './browser.mjs';

await browse(
  async (page, call) => {
    await signIn(page, call);
    await page.getByRole('button', { name: 'Синхронизация 1С' }).click();
    await page.getByRole('button', { name: 'Год', exact: true }).click();
    await page.screenshot({ path: `${call.shots}/phone-sync.png` });
    await page.getByRole('button', { name: 'Загрузить', exact: true }).click();
    const dialog = page.getByRole('dialog').filter({ hasText: 'создано' });
    await dialog.locator('.ant-tag').getByText('выполняется').waitFor();
    const faults = await axe(page);
    await page.screenshot({ path: `${call.shots}/phone-running.png` });
    // Closing does not end it: it is found again in the header.
    await dialog.getByRole('button', { name: 'Закрыть' }).last().click();
    await page.getByRole('button', { name: /^Идёт/ }).click();
    await page.getByRole('menuitem').filter({ hasText: '%' }).first().click();
    await dialog.getByRole('button', { name: 'Отменить' }).click();
    await page.getByRole('button', { name: 'Да, отменить' }).click();
    await dialog.locator('.ant-tag').getByText('отменена').waitFor();
    faults.push(...(await axe(page)));
    await page.screenshot({ path: `${call.shots}/phone-cancelled.png` });
    await dialog.getByRole('button', { name: 'Закрыть' }).last().click();
    await page.locator('.ant-table-row').first().waitFor();
    await page.screenshot({ path: `${call.shots}/phone-tasks.png` });
    const wide = await sideways(page);
    return { wide, faults };
  },
  { viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
);
