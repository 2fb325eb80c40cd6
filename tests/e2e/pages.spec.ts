/** V1, V11, F3-F23: every page and tab by its address, dark and light: content, no error, no barrier, a picture. */
import { type Page } from '@playwright/test';
import { PLACES, places } from './pages/places';
import { expect, expectAccessible, onlyOnPreviewHost, settled, test } from './support/test';

const PICTURES = 'artifacts/screenshots';

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
    await page.emulateMedia({ colorScheme: 'light' });
    await page.reload();
    await look(page, place.shows, `${name}-light`);
  });
}

async function look(page: Page, shows: RegExp, picture: string): Promise<void> {
  await expect(page.getByText(shows).first()).toBeVisible();
  await settled(page);
  await page.screenshot({ path: `${PICTURES}/${picture}.png`, animations: 'disabled' });
  await expectAccessible(page);
}
