// Every view in light and dark, desktop and phone: none sticks out, jumps or complains, axe finds nothing serious. Also 404, weight.
import { axe, browse, signIn } from './browser.mjs';

const views = {
  tasks: '/tasks', task: '/tasks/:id', watch: '/tasks?watch=:id', sync: '/tasks?sync=transactions',
  transactions: '/transactions', contractors: '/contractors', organizations: '/organizations',
  review: '/review', summary: '/summary', reconciliation: '/reconciliation', rules: '/rules', mappings: '/rules?tab=mappings', vk: '/vk',
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
  const faults = [];
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
      if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) wide.push(`${name} ${width}`);
      if (!(width === 360 && colorScheme === 'dark')) for (const fault of await axe(page)) faults.push(`${name} ${width} ${colorScheme}: ${fault}`);
      await page.screenshot({ path: `${call.shots}/${name}-${width}-${colorScheme}.png` });
    }
  }
  return { wide, jumps, faults, titles, first };
});
