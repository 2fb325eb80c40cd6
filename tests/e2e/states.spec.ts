/** Row 21: own states, from the settings through an incident's life to the list and back. */
import { APP } from './pages/places';
import { expect, settled, test } from './support/test';

test.use({ seed: 'nothing' });

test('an own state is made, worked through, found, and taken away with nothing lost', async ({
  page,
  world,
  seeds,
}) => {
  expect(seeds.fired).toBe('');
  await page.goto(`${APP}/settings/forms`);
  for (const name of ['In analysis', 'Vendor has it']) {
    await page.getByRole('button', { name: 'Add an own state' }).click();
    await page.getByLabel('Name of New state').fill(name);
  }
  await page.getByRole('button', { name: 'Save names' }).click();
  await expect(page.getByText(/^Changed by admin/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save names' })).toBeDisabled();

  const { number } = await world.api.post<{ number: string }>('incidents', { title: 'parcels wait', service: 'depot' });
  await page.goto(`${APP}/incidents/${number}/timeline`);
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByRole('button', { name: 'Set to “In analysis”' }).click();
  await page.getByRole('button', { name: 'Set to “Vendor has it”' }).click();
  await expect(page.getByText('In analysis → Vendor has it')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Mark mitigated' })).toBeVisible();

  await page.goto(`${APP}/incidents`);
  await page.getByRole('button', { name: 'Own state' }).click();
  await page.getByRole('group', { name: 'Own state' }).getByText('Vendor has it').click();
  await expect(page).toHaveURL(/stage=vendor-has-it/);
  // An open menu hides the rest of the page from those who hear it.
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row').filter({ has: page.getByText(number, { exact: true }) })).toContainText(
    'Vendor has it'
  );

  await page.goto(`${APP}/settings/forms`);
  // Lists above this one may still come and move it away from under the pointer.
  await settled(page);
  await page.getByRole('button', { name: 'Remove Vendor has it' }).click();
  await expect(page.getByText('Vendor has it: 1 stay in Investigating')).toBeVisible();
  await page.getByRole('button', { name: 'Remove In analysis' }).click();
  await page.getByRole('button', { name: 'Save names' }).click();
  await expect(page.getByRole('region', { name: 'Own states' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Save names' })).toBeDisabled();
  await page.goto(`${APP}/incidents/${number}/timeline`);
  await settled(page);
  await expect(page.getByText('In analysis → Vendor has it')).toBeVisible();
  await expect(page.getByText('Investigating', { exact: true }).first()).toBeVisible();
});
