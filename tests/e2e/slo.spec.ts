/** S8, slo-features 65-75: an SLO is written, tried out on real history while it is written, kept, and shown. */
import { APP } from './pages/places';
import { expect, test } from './support/test';

// Of a service that the world's fault does not reach: an SLO that burns would open an incident.
test('an SLO is created with a preview on history, then changed', async ({ page, seeds, expectedErrors }) => {
  // The trial of an objective of 100 % is refused, on purpose.
  expectedErrors.push(/422/);
  expect(seeds.slo).not.toBe('');
  await page.goto(`${APP}/slos`);
  await page.getByRole('link', { name: 'New SLO' }).click();
  await page.getByRole('textbox', { name: /^Name/ }).fill('users availability');
  await page.getByRole('combobox', { name: /Service/ }).fill('users');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'All events' }).fill('http_requests_total{service="users"}');
  await page.getByRole('textbox', { name: 'Bad events' }).fill('http_requests_total{service="users",code=~"5.."}');
  const preview = page.getByRole('complementary', { name: 'On the history that there is' });
  await expect(preview.getByText(/[1-9][\d,]* series/)).toBeVisible();
  await expect(preview.getByText(/bad of [1-9][\d,.]*.* events/)).toBeVisible();

  await page
    .getByRole('textbox', { name: /^Objective/ })
    .first()
    .fill('100');
  await expect(page.getByText(/100/).and(page.getByRole('alert'))).toBeVisible();
  await page
    .getByRole('textbox', { name: /^Objective/ })
    .first()
    .fill('99');
  // Row 25: more is promised of the same counts.
  await page.getByRole('button', { name: 'Add an objective' }).click();
  await page.locator('#slo-further-objective-0').fill('99.5');
  await page.getByRole('button', { name: 'Save SLO' }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'users availability' })).toBeVisible();
  const further = page.getByRole('region', { name: 'Further objectives' });
  await expect(further.getByText('99.5%, rolling 7d')).toBeVisible();
  await page.goto(`${APP}/slos?q=users`);
  await expect(page.getByLabel(/^\+1, worst: /)).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'users availability' })).toBeVisible();
});
