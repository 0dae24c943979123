// Ten thousand rows in doubt worked off to the last with the keyboard alone: thousands one by one, then all that are alike, and rules.
import { browse, signIn } from './browser.mjs';

const CHUNK = 8; // keys pressed as fast as they can be, before the page is looked at: as many as rows are in sight

await browse(async (page, call) => {
  await signIn(page, call);
  await page.goto(call.root + '/review');
  const current = page.locator('.review-row');
  await current.waitFor();
  const cdp = await page.context().newCDPSession(page);
  const left = async () => Number((await page.locator('main h1 .figures').innerText()).replace(/\D/g, ''));
  const until = (n) => page.waitForFunction((n) => Number(document.querySelector('main h1 .figures')?.textContent.replace(/\D/g, '')) <= n && document.querySelectorAll('.review-list li').length >= 8, n);
  const weigh = async () => {
    await page.waitForLoadState('networkidle');
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    const { nodes } = await cdp.send('Memory.getDOMCounters');
    return { heap: usedSize, nodes, shown: await page.evaluate(() => document.querySelectorAll('*').length) };
  };
  const begun = performance.now();
  const start = await left();
  let waiting = start;
  const times = []; // ms of each chunk
  const singly = async (rows) => {
    for (let done = 0; done < rows; done += CHUNK) {
      const from = performance.now();
      for (let i = 0; i < CHUNK; i++) await page.keyboard.press(i === 3 ? 'i' : 'Enter');
      waiting -= CHUNK;
      await until(waiting);
      times.push(performance.now() - from);
    }
  };
  await singly(600); // until all of the page's code has been in use
  const light = await weigh();
  await singly(call.singly - 600);
  const heavy = await weigh();

  const alone = performance.now();
  const changed = [];
  for (let i = 0; i < 5; i++) {
    changed.push(await current.getAttribute('data-id'));
    await page.keyboard.press('c');
    await page.keyboard.type('Аренда');
    await page.locator('.ant-select-item-option-active', { hasText: 'Аренда' }).waitFor();
    await page.keyboard.press('Enter');
    await until(--waiting);
    await page.waitForFunction(() => document.activeElement === document.body || !document.activeElement?.closest('.ant-select'));
  }

  const fall = async (was) => { // what is left, once it is less
    await page.waitForFunction((was) => {
      const figure = document.querySelector('main h1 .figures')?.textContent.replace(/\D/g, '');
      return figure !== undefined && Number(figure) < was;
    }, was);
    waiting = await left();
  };
  const byRule = [];
  const asked = [];
  while (waiting > 0) {
    const was = waiting;
    await current.waitFor();
    if (byRule.length < 2) {
      await page.keyboard.press('r');
      const form = page.getByRole('dialog', { name: 'Новое правило' });
      byRule.push(await form.getByLabel('Что искать').inputValue());
      await form.getByRole('button', { name: 'Сохранить' }).focus();
      await page.keyboard.press('Enter');
      await form.waitFor({ state: 'hidden' });
      // The task brings them page by page.
      await page.waitForFunction((inn) => document.querySelector('.review-row') && !document.querySelector('.review-row').textContent.includes(inn), byRule.at(-1));
    } else {
      await page.keyboard.press('Shift+Enter');
      const confirm = page.getByRole('dialog').filter({ hasText: 'Принять все такие' });
      asked.push(await confirm.innerText());
      await page.waitForFunction(() => document.activeElement?.closest('[role=dialog]'));
      await page.keyboard.press('Enter');
      await confirm.waitFor({ state: 'hidden' });
    }
    await fall(was);
  }
  await page.getByText('Всё проверено').waitFor();
  return { ms: { singly: Math.round(alone - begun), all: Math.round(performance.now() - begun) }, start, light, heavy, times, changed, byRule, asked };
});
