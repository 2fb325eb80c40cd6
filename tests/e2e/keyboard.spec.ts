/** F3-F23, incident-features 121-127: everything that matters, without a mouse. */
import { APP, places } from './pages/places';
import { expect, settled, test } from './support/test';
import { walk } from './support/walk';

test('an incident is declared, found, opened and acknowledged with keys only', async ({ page, seeds }) => {
  expect(seeds.fired).toMatch(/^INC-/);
  const keys = page.keyboard;
  await page.goto(`${APP}/incidents`);
  await settled(page);
  await keys.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await keys.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await keys.press('c');
  await expect(page.getByRole('dialog')).toBeVisible();
  await keys.type('Checkout hangs');
  await keys.press('Enter');
  await expect(page).toHaveURL(/\/incidents\/INC-\d+$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Checkout hangs' })).toBeVisible();

  await page.goto(`${APP}/incidents`);
  await settled(page);
  await keys.press('/');
  await keys.type('Checkout hangs');
  await expect(page.getByRole('row').filter({ hasText: 'Checkout hangs' })).toBeVisible();
  await expect(page).toHaveURL(/q=Checkout/);
  await keys.press('Escape');
  await expect(page).not.toHaveURL(/q=/);
  await expect(page.getByRole('row').filter({ has: page.getByText(seeds.fired, { exact: true }) })).toBeVisible();
  await keys.press('j');
  await expect(page.getByRole('link', { name: 'Checkout hangs' })).toBeFocused();
  await keys.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Checkout hangs' })).toBeVisible();
  await keys.press('a');
  await expect(page.getByRole('button', { name: 'Investigate', exact: true })).toBeVisible();
  await keys.press(']');
  await expect(page).toHaveURL(/\/metrics$/);
  await keys.press('[');
  await expect(page).toHaveURL(/INC-\d+$/);
});

test('the help of an incident is in its menu too, and names its keys', async ({ page, seeds }) => {
  await page.goto(`${APP}/incidents/${seeds.fired}`);
  await settled(page);
  await page.getByRole('button', { name: 'More', exact: true }).focus();
  await page.keyboard.press('Enter');
  const item = page.getByRole('menuitem', { name: 'Keyboard shortcuts' });
  await expect(async () => {
    await page.keyboard.press('ArrowDown');
    await expect(item).toBeFocused({ timeout: 200 });
  }).toPass({ timeout: 5_000 });
  await page.keyboard.press('Enter');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toContainText(/Tab before, tab after.*Acknowledge.*Send the comment that is written.*This help/);
});

/** Of the places of the plugin, by their names: every kind of page, and what is newest. */
const WALKED = [
  'incidents',
  'incident',
  'incident-post-incident',
  'alerts',
  'slos',
  'slos-report',
  'slo-composite',
  'slo-composite-edit',
  'services',
  'services-map',
  'service',
  'status',
  'insights',
  'settings-sources',
  'settings-rules',
  'settings-identity',
  'settings-questions',
  'settings-maintenance',
  'settings-reminders',
  'settings-forms',
];

test('Tab reaches all that a page offers, once around, and the focus shows', async ({ page, seeds }) => {
  test.setTimeout(300_000);
  // A ring that fades in is not there yet when it is looked for.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const wrong: string[] = [];
  for (const name of WALKED) {
    const place = places(seeds, 'payments').find((each) => each.name === name);
    await page.goto(place?.path ?? '');
    await expect(page.getByText(place?.shows ?? '').first()).toBeVisible();
    await settled(page);
    wrong.push(...(await walk(page)).map((each) => `${name}: ${each}`));
  }
  expect(wrong).toEqual([]);
});
