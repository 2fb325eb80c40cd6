/** G6-G9, S8: what a Viewer, an Editor and an Admin see, and that the backend holds to it. */
import { APP } from './pages/places';
import { expect, onlyOnPreviewHost, settled, test } from './support/test';

const INCIDENTS = '/api/plugins/reliability-studio-app/resources/incidents';

test.beforeEach(() => onlyOnPreviewHost('it lets the person choose a role'));

test.describe('a Viewer', () => {
  test.use({ role: 'Viewer' });

  test('reads, and is offered nothing that changes', async ({ page, seeds }) => {
    await page.goto(`${APP}/incidents`);
    await expect(page.getByRole('row').filter({ has: page.getByText(seeds.fired, { exact: true }) })).toBeVisible();
    await expect(page.getByText(/read only/)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Declare incident' })).toHaveCount(0);
    await page.goto(`${APP}/incidents/${seeds.fired}`);
    await expect(page.getByText('Read only: changing incidents needs the role Editor')).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Comment' })).toHaveCount(0);
    await page.goto(`${APP}/slos`);
    await settled(page);
    await expect(page.getByRole('link', { name: 'New SLO' })).toHaveCount(0);
    await page.goto(`${APP}/slos/new`);
    await expect(page.getByText('Only Editors and Admins change SLOs')).toBeVisible();
    await page.goto(`${APP}/settings/sources`);
    await expect(page.getByText('Only administrators of the organisation see this')).toBeVisible();
  });

  test('is refused by the backend, whatever the page offers', async ({ page, seeds, expectedErrors }) => {
    expectedErrors.push(/403/);
    await page.goto(`${APP}/incidents/${seeds.fired}`);
    const status = await page.evaluate(
      async (address) => (await fetch(address, { method: 'POST', body: '{"title":"no"}' })).status,
      INCIDENTS
    );
    expect(status).toBe(403);
  });
});

test.describe('an Editor', () => {
  test.use({ role: 'Editor' });

  test('works on incidents and SLOs, not on settings', async ({ page, seeds }) => {
    await page.goto(`${APP}/incidents/${seeds.fired}`);
    await expect(page.getByRole('textbox', { name: 'Comment' })).toBeVisible();
    await page.goto(`${APP}/slos`);
    await expect(page.getByRole('link', { name: 'New SLO' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Settings', exact: true })).toHaveCount(0);
    await page.goto(`${APP}/settings/audit`);
    await expect(page.getByText('Only administrators of the organisation see this')).toBeVisible();
  });
});

test('an Admin sees sources with a test of each, and the test answers', async ({ page, seeds }) => {
  expect(seeds.fired).toMatch(/^INC-/);
  await page.goto(`${APP}/settings/sources`);
  await page.getByRole('button', { name: 'Test Prometheus' }).click();
  const section = page.getByRole('region', { name: 'Prometheus' });
  await expect(section.getByText(/works|working|ok|reachable|answers/i).first()).toBeVisible();
});
