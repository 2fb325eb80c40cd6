/** V1, F19: the numbers of a service over a time that its address keeps; the catalogue in the order of its address. */
import { type Request } from '@playwright/test';
import { APP } from './pages/places';
import { expect, onlyOnPreviewHost, settled, test } from './support/test';

const HOUR = 3_600_000;

/** From and to of a question for a service's course, in ms. */
function asked(request: Request): { service: string; from: number; to: number } {
  const url = new URL(request.url());
  const edge = (name: string) => Date.parse(url.searchParams.get(name) ?? '');
  return { service: url.pathname.split('/').at(-1) ?? '', from: edge('from'), to: edge('to') };
}

test('a service is shown over the time that its address names, and a chosen time goes there', async ({
  page,
  seeds,
}) => {
  expect(seeds.fired).not.toBe('');
  const courses: Array<ReturnType<typeof asked>> = [];
  page.on('request', (request) => /\/metrics\/course\//.test(request.url()) && courses.push(asked(request)));
  await page.goto(`${APP}/services/payments?from=now-1h&to=now`);
  const numbers = page.getByRole('region', { name: 'Over time' });
  for (const title of ['Failed requests', 'Latency', 'Requests']) {
    await expect(numbers.getByRole('region', { name: title, exact: true })).toBeVisible();
  }
  await expect(numbers.getByRole('button', { name: /Last 1 hour/ })).toBeVisible();
  await settled(page);
  // One question for the three panels.
  expect(courses).toHaveLength(1);
  expect(courses[0]?.service).toBe('payments');
  expect((courses[0]?.to ?? 0) - (courses[0]?.from ?? 0)).toBeCloseTo(HOUR, -4);

  await numbers.getByRole('button', { name: /Last 1 hour/ }).click();
  await page.getByText('Last 15 minutes').click();
  await expect(page).toHaveURL(/from=now-15m&to=now/);
  await expect.poll(() => courses.length).toBe(2);
  expect((courses[1]?.to ?? 0) - (courses[1]?.from ?? 0)).toBeCloseTo(HOUR / 4, -4);

  // The next service has its own numbers, and nothing of the one before.
  await page.goto(`${APP}/services/orders`);
  await expect(numbers.getByRole('button', { name: /Last 3 hours/ })).toBeVisible();
  await expect.poll(() => courses.at(-1)?.service).toBe('orders');
});

test('the numbers of a service say why they could not be had, and what to do about it', async ({
  page,
  expectedErrors,
}) => {
  onlyOnPreviewHost('it breaks the way to the backend');
  expectedErrors.push(/503/);
  const address = '**/metrics/course/**';
  await page.route(address, (route) => route.fulfill({ status: 503, json: { message: 'Prometheus is away' } }));
  await page.goto(`${APP}/services/payments`);
  const numbers = page.getByRole('region', { name: 'Over time' });
  await expect(numbers.getByText(/Prometheus is away/)).toBeVisible();
  await page.unroute(address);
  const unset = { code: 'source_not_configured', message: 'no Prometheus is configured' };
  await page.route(address, (route) => route.fulfill({ status: 503, json: unset }));
  await numbers.getByRole('button', { name: 'Try again' }).click();
  await expect(numbers.getByRole('link', { name: 'Settings' })).toBeVisible();
  await page.unroute(address);
  await page.reload();
  await expect(numbers.getByRole('region', { name: 'Latency' })).toBeVisible();
});

test('the catalogue lists the worst first; the order of a column is in its address', async ({ page, seeds }) => {
  expect(seeds.fired).not.toBe('');
  await page.goto(`${APP}/services`);
  const rows = page.getByRole('table', { name: 'Services' }).getByRole('row');
  await expect(rows.nth(1)).toContainText('payments');
  await expect(rows.nth(1)).toContainText(`${seeds.fired} (critical)`);
  await page
    .getByRole('columnheader', { name: /^Service/ })
    .getByRole('button')
    .click();
  await expect(page).toHaveURL(/sort=name/);
  await expect(rows.nth(1)).toContainText('api-gateway');
  await page.reload();
  await expect(rows.nth(1)).toContainText('api-gateway');
  await expect(page.getByRole('columnheader', { name: /^Service/ })).toHaveAttribute('aria-sort', 'ascending');
});
