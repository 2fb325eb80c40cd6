/** F3-F23, V10: texts of strangers (labels, titles, comments, names) are shown on every page and never executed. */
import { PLACES, places } from './pages/places';
import { HOSTILE } from './support/seed';
import { expect, onlyOnPreviewHost, settled, test } from './support/test';

test.use({ kind: 'down', seed: 'hostile' });

test('no page executes what it is told', async ({ page, seeds, expectedErrors }) => {
  test.setTimeout(150_000);
  onlyOnPreviewHost('it fills an installation with hostile texts');
  // Sources that are down, or that are not configured at all.
  expectedErrors.push(/50[234]|424/);
  // Chromium tells of a handler that the page's policy forbids even where the sanitiser parses it, in a document that runs nothing.
  expectedErrors.push(/^Executing inline event handler violates/);
  const all = places(seeds, `svc${HOSTILE.image}`);
  expect(all).toHaveLength(PLACES.length);
  let shown = 0;
  for (const place of all) {
    await page.goto(place.path);
    await expect(page.getByText(place.shows).first(), place.name).toBeVisible();
    await settled(page);
    expect(await page.evaluate(() => Reflect.get(window, '__broken')), place.name).toBeUndefined();
    expect(await page.locator('img[src="x"], a[href^="javascript:"]').count(), place.name).toBe(0);
    shown += await page.getByText('<img src=x').count();
  }
  expect(shown, 'the texts are shown as they are').toBeGreaterThan(5);
});
