// Every view in light and dark, desktop and phone: none sticks out, jumps or complains, axe finds nothing serious. Also in English, 404, weight.
import { axe, browse, sideways, signIn } from './browser.mjs';

const views = {
  tasks: '/tasks', task: '/tasks/:id', watch: '/tasks?watch=:id', sync: '/tasks?sync=transactions',
  transactions: '/transactions', contractors: '/contractors', organizations: '/organizations',
  review: '/review', summary: '/summary', reconciliation: '/reconciliation', rules: '/rules', mappings: '/rules?tab=mappings', items: '/rules?tab=items', vk: '/vk',
  system: '/system', users: '/users', nowhere: '/no/such/page',
};
const forms = [[1280, 800, 'light'], [1280, 800, 'dark'], [360, 740, 'light'], [360, 740, 'dark']];

await browse(async (page, call) => {
  let script = 0;
  page.on('response', async (answer) => {
    if (answer.url().endsWith('.js')) script += Number(answer.headers()['content-length'] ?? 0);
  });
  await page.goto(call.root + '/');
  await page.getByLabel('Имя').waitFor();
  const first = script;
  const faults = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    for (const fault of await axe(page)) faults.push(`sign-in ${colorScheme}: ${fault}`);
    await page.screenshot({ path: `${call.shots}/sign-in-${colorScheme}.png` });
  }
  await signIn(page, call);
  // What moved by itself after it was drawn, as the browser scores it (0.1 is its own limit for a good page).
  await page.addInitScript(() => {
    window.jumped = 0;
    window.moved = [];
    new PerformanceObserver((seen) => 
      seen.getEntries().filter((entry) => !entry.hadRecentInput).forEach((entry) => {
        window.jumped += entry.value;
        window.moved.push(...entry.sources.map(({ node }) => `${node?.nodeName}.${node?.className}`));
      }),
    ).observe({ type: 'layout-shift', buffered: true });
  });
  const jumps = [];
  const wide = [];
  const russian = [];
  const raw = [];
  const titles = {};
  for (const [name, path] of Object.entries(views).filter(([name]) => call.views.includes(name))) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(call.root + path.replace(':id', call.task));
    const title = page.locator('main h1, main .ant-result-title').first();
    await title.waitFor();
    for (const [width, height] of [[360, 740], [1280, 800]]) {
      await page.setViewportSize({ width, height });
      await page.reload();
      await title.waitFor();
      await page.waitForFunction(() => !document.querySelector('.ant-skeleton, .ant-spin-spinning'));
      await page.waitForLoadState('networkidle');
      const jumped = await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(window.jumped)))));
      if (jumped > 0.1) jumps.push(`${name} ${width}: ${jumped.toFixed(3)} ${await page.evaluate(() => window.moved.join(', '))}`);
    }
    for (const [width, height, colorScheme] of forms) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
      await page.waitForFunction(() => !document.querySelector('.ant-skeleton, .ant-spin-spinning'));
      titles[name] = await title.innerText();
      wide.push(...(await sideways(page)).map((at) => `${name} ${width}: ${at}`));
      if (!(width === 360 && colorScheme === 'dark')) for (const fault of await axe(page)) faults.push(`${name} ${width} ${colorScheme}: ${fault}`);
      await page.screenshot({ path: `${call.shots}/${name}-${width}-${colorScheme}.png` });
    }
    // What the server calls things by is never shown as it is.
    raw.push(...(await page.evaluate(() => [...document.querySelectorAll('dt, thead th, .ant-tag, .card-title, .ant-descriptions-item-label')].map((at) => at.textContent.trim()).filter((text) => /^[a-z]+(_[a-z]+)*$/.test(text)))));
    // The page's own words in the other language; data stay what they are.
    const speak = async (lang) => {
      await page.evaluate((lang) => localStorage.setItem('obmen.preferences', JSON.stringify({ lang, theme: 'system' })), lang);
      await page.reload();
      await page.locator(`html[lang=${lang}]`).waitFor();
      await title.waitFor();
      await page.waitForFunction(() => !document.querySelector('.ant-skeleton, .ant-spin-spinning'));
    };
    await speak('en');
    const own = 'nav a, .nav-title, thead th, label, dt, .ant-select-selection-placeholder, .ant-btn, .ant-tabs-tab, .ant-empty-description, .ant-result-title, .ant-result-subtitle, .ant-alert-message, .ant-descriptions-item-label, .totals';
    russian.push(...(await page.evaluate((own) => [...document.querySelectorAll(own)].map((at) => at.textContent).concat([...document.querySelectorAll('input[placeholder]')].map((at) => at.placeholder)).filter((text) => /[а-яё]/i.test(text)), own)).map((text) => `${name}: ${text}`));
    wide.push(...(await sideways(page)).map((at) => `${name} in English: ${at}`));
    await page.screenshot({ path: `${call.shots}/${name}-360-english.png` });
    await speak('ru');
  }
  return { wide, jumps, faults, russian, raw, titles, first };
});
