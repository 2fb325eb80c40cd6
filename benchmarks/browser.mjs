// Measures the list of incidents in Chromium: `node benchmarks/browser.mjs <url> <login link>`; JSON on stdout.
// First useful paint: from the start of a navigation, nothing cached, to the first row of the list being drawn.
// Frames: the time between two of them while the list of ten thousand is scrolled. Typing: from a key to its frame.
import { chromium } from '@playwright/test';

const LIST = '/a/reliability-studio-app/incidents';
const LOADS = 5;
const SCREENS = 120;
const KEYS = 'payments fails';

const [url, login] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const door = await browser.newContext();
  await door.request.get(login);
  const storageState = await door.storageState();
  await door.close();

  const open = async () => {
    const context = await browser.newContext({ storageState, baseURL: url, viewport: { width: 1440, height: 900 } });
    return context.newPage();
  };
  const paints = [];
  for (let load = 0; load < LOADS; load += 1) {
    const page = await open();
    await page.addInitScript(() => {
      const seen = () => {
        if (document.querySelector('[role="row"][aria-rowindex="2"]')) {
          requestAnimationFrame(() => Object.assign(window, { usefulPaint: performance.now() }));
        } else {
          requestAnimationFrame(seen);
        }
      };
      requestAnimationFrame(seen);
    });
    await page.goto(LIST);
    await page.waitForFunction(() => 'usefulPaint' in window);
    paints.push(await page.evaluate(() => Reflect.get(window, 'usefulPaint')));
    await page.context().close();
  }

  const page = await open();
  await page.goto(LIST);
  await page.locator('[role="row"][aria-rowindex="2"]').waitFor();
  await page.getByRole('table', { name: 'Incidents' }).hover();
  await page.evaluate(() => {
    const frames = [];
    let last = performance.now();
    const next = (now) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    Object.assign(window, { frames });
    requestAnimationFrame(next);
  });
  for (let screen = 0; screen < SCREENS; screen += 1) {
    await page.mouse.wheel(0, 600);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
  }
  const frames = await page.evaluate(() => Reflect.get(window, 'frames'));

  await page.getByRole('searchbox', { name: 'Search incidents' }).focus();
  await page.evaluate(() => {
    const typed = [];
    Object.assign(window, { typed });
    const keyed = () => {
      const began = performance.now();
      requestAnimationFrame(() => setTimeout(() => typed.push(performance.now() - began)));
    };
    document.addEventListener('keydown', keyed, { capture: true });
  });
  await page.keyboard.type(KEYS, { delay: 60 });
  const typed = await page.evaluate(() => Reflect.get(window, 'typed'));
  process.stdout.write(JSON.stringify({ paints, frames, typed }));
} finally {
  await browser.close();
}
