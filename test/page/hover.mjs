// Under the mouse too, what can be pressed can be read: axe looks at colours only as they are at rest.
import { browse, signIn } from './browser.mjs';

const PRESSED = 'button:visible:enabled, a:visible:not(.skip), .ant-segmented-item:visible, .ant-tabs-tab:visible, .ant-radio-button-wrapper:visible';

/** In the page: contrast (WCAG 2.1, 1.4.3) of an element's text with what lies behind it; null: it has no text. */
const contrast = (element) => {
  const text = [element, ...element.querySelectorAll('*')].find((at) => [...at.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()));
  if (!text) return null;
  const rgba = (colour) => [...colour.match(/[\d.]+/g).map(Number), 1].slice(0, 4);
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
  const luminance = (colour) => {
    const [r, g, b] = colour.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const layers = [];
  for (let at = text; at; at = at.parentElement) layers.unshift(rgba(getComputedStyle(at).backgroundColor));
  const behind = layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  const [light, dark] = [luminance(over(rgba(getComputedStyle(text).color), behind)), luminance(behind)].sort((a, b) => b - a);
  return { ratio: (light + 0.05) / (dark + 0.05), what: `${element.innerText.slice(0, 30)} ${element.className}` };
};

await browse(async (page, call) => {
  await signIn(page, call);
  const pale = [];
  let looked = 0;
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const path of call.paths) {
      await page.goto(call.root + path);
      await page.locator('main h1').waitFor();
      await page.waitForLoadState('networkidle');
      for (const at of (await page.locator(PRESSED).all()).slice(0, 40)) {
        await at.hover({ force: true });
        const seen = await at.evaluate(contrast);
        if (seen) looked++;
        if (seen?.ratio < 4.5) pale.push(`${colorScheme} ${path} ${seen.ratio.toFixed(2)} ${seen.what}`);
      }
    }
  }
  return { pale, looked };
});
