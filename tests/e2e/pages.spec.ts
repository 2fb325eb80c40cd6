/** V1, V11, L10, F3-F23: every page and tab by its address, dark and light: content, no error, no barrier, a picture. */
import { type Page } from '@playwright/test';
import { APP, PLACES, places } from './pages/places';
import { complete, expect, expectAccessible, expectContrast, onlyOnPreviewHost, settled, test } from './support/test';

const PICTURES = 'artifacts/screenshots';
const USUAL = { width: 1440, height: 900 };
const NARROW = { width: 1024, height: 768 };

for (const { name, host } of PLACES) {
  test(`${name}, dark and light`, async ({ page, seeds }) => {
    if (host) {
      onlyOnPreviewHost('the page is its own');
    }
    const place = places(seeds, 'payments').find((each) => each.name === name);
    if (!place) {
      throw new Error(`there is no place ${name}`);
    }
    await page.goto(place.path);
    await look(page, place.shows, `${name}-dark`);
    await expectAccessible(page);
    await page.setViewportSize(NARROW);
    await expect.poll(() => overflow(page), { message: 'wider than a small screen' }).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `${PICTURES}/${name}-narrow.png`, animations: 'disabled' });
    await page.setViewportSize(USUAL);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.reload();
    await look(page, place.shows, `${name}-light`);
    await expectContrast(page);
  });
}

test('no page or tab that is offered is missing here', async ({ page, seeds }) => {
  onlyOnPreviewHost('its menu has the pages of the plugin and nothing else');
  const all = places(seeds, 'payments').map(({ path }) => path);
  const offered = new Set<string>();
  for (const path of ['incidents', `incidents/${seeds.fired}`, 'slos', 'services', 'settings/sources']) {
    await page.goto(`${APP}/${path}`);
    await settled(page);
    const links = page.getByRole('tab').or(page.getByRole('navigation', { name: 'Main' }).getByRole('link'));
    for (const link of await links.all()) {
      const { pathname, search } = new URL((await link.getAttribute('href')) ?? '', page.url());
      offered.add(`${pathname}${search}`.replace(/^\//, '').replace(/\?$/, ''));
    }
  }
  expect(offered.size).toBeGreaterThan(30);
  // The settings begin with their first tab, and the host's page about plugins with the only one.
  const known = new Set([...all, `${APP}/settings`, 'plugins']);
  expect([...offered].filter((each) => !known.has(each))).toEqual([]);
});

test.describe('a Viewer', () => {
  test.use({ role: 'Viewer' });

  test('sees every page, whole and without a barrier', async ({ page, seeds }) => {
    test.setTimeout(240_000);
    onlyOnPreviewHost('it lets the person choose a role');
    for (const { name, path } of places(seeds, 'payments').filter(({ host }) => !host)) {
      await page.goto(path);
      await complete(page);
      await page.screenshot({ path: `${PICTURES}/${name}-viewer.png`, animations: 'disabled' });
      await expectAccessible(page);
    }
  });
});

/** By how much the page is wider than the window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

async function look(page: Page, shows: RegExp, picture: string): Promise<void> {
  await expect(page.getByText(shows).first()).toBeVisible();
  await complete(page);
  await page.screenshot({ path: `${PICTURES}/${picture}.png`, animations: 'disabled' });
}
