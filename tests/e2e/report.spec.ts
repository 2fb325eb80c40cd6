/** Incident-features 47: the post-incident report is a page to print: nothing but the report is on the paper. */
import { APP } from './pages/places';
import { expect, settled, test } from './support/test';

test('the report prints alone, and whole', async ({ page, seeds }) => {
  await page.goto(`${APP}/incidents/${seeds.fired}/post-incident`);
  await settled(page);
  const report = page.getByRole('article');
  await expect(report.getByRole('heading', { name: 'Timeline (UTC)' })).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(report.getByRole('heading', { name: 'Timeline (UTC)' })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Overview' })).toBeHidden();
  await expect(page.getByRole('navigation').first()).toBeHidden();
  const cutting = await report.evaluate((each) => {
    const around: string[] = [];
    // What the body says of this is the paper's own.
    for (let at = each.parentElement; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflowY !== 'visible') {
        around.push(at.tagName);
      }
    }
    return around;
  });
  expect(cutting, 'what would cut the paper off').toEqual([]);
});
