// Views with tables on a phone: nothing has to be swiped sideways to be read, axe is content in both themes, and headers and labels are still there.
import { axe, browse, sideways, signIn } from './browser.mjs';

const trial = async (page) => {
  await page.getByRole('button', { name: 'Фильтры' }).click();
  await page.getByRole('button', { name: 'Новое правило' }).click();
  const form = page.getByRole('dialog').filter({ hasText: 'Новое правило' });
  await form.getByLabel('Что искать').fill('оплата');
  await form.getByRole('combobox', { name: 'Категория' }).click({ force: true });
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').first().click();
  await form.getByRole('button', { name: 'Попробовать' }).click();
};
/** What sticks out of its card or window and is not scrolled or cut by anything inside it. */
const stickingOut = (page) => page.evaluate(() => {
  const found = [];
  for (const box of document.querySelectorAll('.ant-card-body, .ant-modal-body')) {
    const { right } = box.getBoundingClientRect();
    for (const at of box.querySelectorAll('*')) {
      const own = at.getBoundingClientRect();
      if (own.width === 0 || own.right <= right + 1) continue;
      let held = at.parentElement;
      while (held !== box && getComputedStyle(held).overflowX === 'visible') held = held.parentElement;
      if (held === box) found.push(`${at.nodeName}.${at.className}: ${at.textContent.slice(0, 40)}`);
    }
  }
  return found;
});
const expand = (page) => page.locator('.ant-table-row-expand-icon').first().click();
// The path, what is to be read there, what is done before that.
const views = {
  summary: ['/summary', 'main tbody tr'],
  categories: ['/summary?group_by=category', 'main tbody tr'],
  organizations: ['/summary?group_by=organization', 'main tbody tr'],
  users: ['/users', 'main tr.ant-table-row >> nth=3'],
  refused: ['/tasks/:refused', 'main .ant-table-expanded-row pre', expand],
  watched: ['/tasks?watch=:refused', '[role=dialog] .ant-table-expanded-row pre', expand],
  dry: ['/tasks/:dry', 'main tr.ant-table-row >> nth=5'],
  'dry-watched': ['/tasks?watch=:dry', '[role=dialog] tr.ant-table-row >> nth=5'],
  moves: ['/tasks/:moves', 'main details[open] tr.ant-table-row >> nth=3', (page) => page.getByText('Первые из них').click()],
  days: ['/reconciliation?account_number=:account&date_from=2025-03-01&date_to=2025-03-31', 'main tr.ant-table-row >> nth=3'],
  system: ['/system', 'main tr.ant-table-row'],
  trial: ['/rules', '[role=dialog] tr.ant-table-row >> nth=3', trial],
};

await browse(async (page, call) => {
  await signIn(page, call);
  const wide = [];
  const faults = [];
  const heads = {};
  for (const [name, [path, what, before]] of Object.entries(views)) {
    for (const [width, height] of [[390, 844], [1280, 800]]) {
      await page.setViewportSize({ width, height });
      await page.goto('about:blank');
      await page.goto(call.root + path.replace(/:(\w+)/, (_, task) => call[task]));
      if (width > 390 && before === trial) continue; // its buttons are elsewhere
      await page.locator('main h1').waitFor();
      await before?.(page);
      await page.locator(what).first().waitFor();
      if (!what.startsWith('main')) await page.locator(what).first().scrollIntoViewIfNeeded();
      await page.waitForFunction(() => !document.querySelector('.ant-skeleton, .ant-spin-spinning'));
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
        await page.screenshot({ path: `${call.shots}/phone-${name}-${width}-${colorScheme}.png`, fullPage: what.startsWith('main') });
        if (width === 390) for (const fault of await axe(page)) faults.push(`${name} ${colorScheme}: ${fault}`);
      }
      if (width !== 390) continue;
      const view = page.locator(what.startsWith('main') ? 'main' : '[role=dialog]');
      heads[name] = [...(await view.getByRole('columnheader').allInnerTexts()), ...(await view.locator('tbody').getByRole('term').allInnerTexts())];
      for (const narrow of [390, 360]) {
        await page.setViewportSize({ width: narrow, height });
        wide.push(...[...(await sideways(page)), ...(await stickingOut(page))].map((at) => `${name} ${narrow}: ${at}`));
      }
    }
  }
  return { wide, faults, heads };
});
