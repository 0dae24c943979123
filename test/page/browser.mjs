// Chromium for one script: opens the page, collects what the console complains about, ends the browser.
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(new URL('../../frontend/package.json', import.meta.url));
const { chromium } = require('playwright-core');

/** body(page, call, another) → what the test gets. another() starts one more browser, of another person on another machine, and gives its page. */
export async function browse(body, options = {}) {
  const call = JSON.parse(process.argv[2]);
  const complaints = [];
  const browsers = [];
  const another = async () => {
    const profile = mkdtempSync(join(tmpdir(), 'obmen-browser-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: '/usr/bin/chromium',
      headless: true,
      locale: 'ru-RU',
      reducedMotion: 'reduce', // clicks need not wait for animations
      viewport: { width: 1200, height: 800 },
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...options,
    });
    browsers.push({ profile, context });
    context.setDefaultTimeout(60_000); // a loaded machine is slow; what hangs is ended by the test
    const page = await context.newPage();
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    page.on('pageerror', (e) => complaints.push(String(e)));
    return page;
  };
  try {
    const result = await body(await another(), call, another);
    console.log(JSON.stringify({ ...result, complaints }));
  } finally {
    if (asking) process.stdin.destroy(); // else it keeps this program
    for (const { profile, context } of browsers) {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    }
  }
}

let asking = null;
/** Asks the test to do something to the server, and waits until it is done. */
export async function ask(what) {
  asking ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  console.log(what);
  await asking.next();
}

/** Signs in as the administrator, or as somebody else. */
export async function signIn(page, call, { root = call.root, username = call.username, password = call.password } = {}) {
  await page.goto(root + '/');
  await page.getByLabel('Имя').fill(username);
  await page.getByLabel('Пароль').fill(password);
  await page.getByRole('button', { name: 'Войти' }).click();
  await page.getByRole('heading', { name: 'Задачи' }).waitFor();
}

/** Chooses in a field with a list. */
export async function choose(page, label, option) {
  await page.getByRole('combobox', { name: label }).click({ force: true });
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: option }).first().click();
}

/** The window on top, once it holds the keyboard. */
export async function focusedWindow(page) {
  await page.waitForFunction(() => document.activeElement?.closest('[role=dialog]'));
}

/** What axe finds serious or critical on the page as it stands: "rule: how many, the first place". */
export async function axe(page) {
  await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations
    .filter((found) => found.impact === 'serious' || found.impact === 'critical')
    .map((found) => `${found.id}: ${found.nodes.length}, ${found.nodes[0].html.slice(0, 160)} ${found.nodes[0].failureSummary.slice(0, 300)}`);
}

/** What makes the page scroll sideways; on a phone also what does so inside itself, in the view or a window over it. */
export async function sideways(page) {
  return page.evaluate(() => {
    const inside = window.innerWidth < 400 ? document.querySelectorAll('main, main *, [role=dialog], [role=dialog] *') : [];
    return [document.documentElement, ...inside]
      .filter((at, i) => at.scrollWidth > at.clientWidth + 1 && (i === 0 || /auto|scroll/.test(getComputedStyle(at).overflowX)))
      .map((at) => `${at.nodeName}.${at.className}: ${at.scrollWidth} in ${at.clientWidth}`);
  });
}
