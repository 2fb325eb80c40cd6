/** F3-F23, incident-features 121-127: everything that matters, without a mouse. */
import { APP } from './pages/places';
import { expect, settled, test } from './support/test';

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
  await expect(page.getByRole('row').filter({ hasText: seeds.fired })).toBeVisible();
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

test('every control of the list is reached with Tab, and the focus shows', async ({ page, seeds }) => {
  expect(seeds.fired).toMatch(/^INC-/);
  await page.goto(`${APP}/incidents`);
  await settled(page);
  const reached = new Set<string>();
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const at = document.activeElement;
      return at === null || at === document.body ? '' : (at.getAttribute('aria-label') ?? at.textContent ?? '').trim();
    });
    reached.add(name);
  }
  for (const wanted of ['Search incidents', 'Status', 'Severity', 'Service', 'Assignee', 'Declare incident']) {
    expect([...reached]).toContain(wanted);
  }
});
