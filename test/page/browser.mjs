// Chromium for one script: opens the page, collects what the console complains about, ends the browser.
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(new URL('../../frontend/package.json', import.meta.url));
const { chromium } = require('playwright-core');

/** body(page, call) → what the test gets. */
export async function browse(body, options = {}) {
  const call = JSON.parse(process.argv[2]);
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
  const complaints = [];
  try {
    context.setDefaultTimeout(60_000); // a loaded machine is slow; what hangs is ended by the test
    const page = await context.newPage();
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    page.on('pageerror', (e) => complaints.push(String(e)));
    const result = await body(page, call);
    console.log(JSON.stringify({ ...result, complaints }));
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

export async function signIn(page, call) {
  await page.goto(call.root + '/');
  await page.getByLabel('Имя').fill(call.username);
  await page.getByLabel('Пароль').fill(call.password);
  await page.getByRole('button', { name: 'Войти' }).click();
  await page.getByRole('button', { name: 'Синхронизация 1С' }).waitFor();
}

/** What axe finds serious or critical on the page as it stands: "rule: how many, the first place". */
export async function axe(page) {
  await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations
    .filter((found) => found.impact === 'serious' || found.impact === 'critical')
    .map((found) => `${found.id}: ${found.nodes.length}, ${found.nodes[0].html.slice(0, 160)} ${found.nodes[0].failureSummary.slice(0, 300)}`);
}
