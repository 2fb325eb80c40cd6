/** F3-F23, V11: ten thousand incidents are scrolled, searched and narrowed; only the rows in view are drawn. */
import { type Page } from '@playwright/test';
import { APP } from './pages/places';
import { expect, onlyOnPreviewHost, test } from './support/test';

test.use({ kind: 'large', seed: 'nothing' });

test('the list of ten thousand', async ({ page }) => {
  onlyOnPreviewHost('it starts a world with ten thousand incidents');
  await page.goto(`${APP}/incidents`);
  const table = page.getByRole('table', { name: 'Incidents' });
  await expect(page.getByText('10,000 incidents')).toBeVisible();
  await expect(table).toHaveAttribute('aria-rowcount', '10001');
  const loaded = await scrolled(page, 40);
  expect(loaded, 'rows that came while scrolling').toBeGreaterThan(150);
  expect(await table.getByRole('row').count(), 'rows that are drawn').toBeLessThan(60);

  await page.getByRole('searchbox', { name: 'Search incidents' }).fill('INC-7777');
  await expect(table.getByRole('row').filter({ hasText: 'INC-7777' })).toBeVisible();
  await expect(table).toHaveAttribute('aria-rowcount', '2');
});

/** Scroll that many screens down; the highest row that was drawn. */
async function scrolled(page: Page, screens: number): Promise<number> {
  await page.getByRole('table', { name: 'Incidents' }).hover();
  let highest = 0;
  for (let screen = 0; screen < screens; screen += 1) {
    await page.mouse.wheel(0, 600);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
    const rows = await page
      .locator('[role="row"][aria-rowindex]')
      .evaluateAll((all) => all.map((each) => Number(each.getAttribute('aria-rowindex'))));
    highest = Math.max(highest, ...rows);
  }
  return highest;
}
