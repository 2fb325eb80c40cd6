/** F3-F23, incident-features 122-127: every tab of the workspace holds what its source has about the incident. */
import { type Page } from '@playwright/test';
import { APP } from './pages/places';
import { expect, onlyOnPreviewHost, settled, test } from './support/test';

test.beforeEach(() => onlyOnPreviewHost('it starts a world in which every source knows of the fault'));

test('Metrics: the numbers are those of the fault, beside the usual ones', async ({ page, seeds }) => {
  await open(page, seeds.fired, 'metrics');
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Error rate' }) });
  await expect(row).toBeVisible();
  expect(percentIn(await row.getByRole('cell').nth(0).textContent()), 'failing while the fault lasts').toBeGreaterThan(
    10
  );
  await expect(row.getByRole('cell').nth(3).locator('code')).toContainText('http_requests_total');
  for (const name of ['Request rate', 'Availability', 'Latency p95']) {
    await expect(page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) })).not.toContainText(
      'no data'
    );
  }
  // Row 126: what happens now is drawn beside what was before.
  const live = page.getByRole('region', { name: 'Over time' });
  for (const name of ['Failed requests', 'Latency', 'Requests']) {
    await expect(live.getByRole('img', { name, exact: true })).toBeVisible();
  }
  // What the investigation kept is drawn as soon as it has ended.
  const charts = page.getByRole('region', { name: 'What the investigation measured' });
  await expect(charts.getByRole('img').first()).toBeVisible({ timeout: 60_000 });
});

test('Logs: the error lines of the faulty version, and any line by its text', async ({ page, seeds }) => {
  await open(page, seeds.fired, 'logs');
  const lines = page.getByRole('table', { name: 'Log lines' });
  await expect(
    lines
      .getByRole('row')
      .filter({ hasText: /currency of cart \d+ is nil since v2/ })
      .first()
  ).toBeVisible();
  await expect(page.getByText(/^[1-9][\d,]* lines$/)).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search in log lines' }).fill('status=200');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/q=status/);
  await expect(lines.getByRole('row').filter({ hasText: 'msg="answered"' }).first()).toBeVisible();
});

test('Traces: failed requests with where they entered, and slow ones', async ({ page, seeds }) => {
  await open(page, seeds.fired, 'traces');
  const traces = page.getByRole('table', { name: 'Traces' });
  const failed = traces.getByRole('row').filter({ hasText: 'failed' });
  await expect(failed.first()).toContainText('frontend');
  await expect(failed.first()).toContainText(/[\d.]+ (ms|s)/);
  await page.getByRole('radio', { name: 'Over 1 s' }).check();
  await expect(page).toHaveURL(/over=1000/);
  await expect(
    traces
      .getByRole('row')
      .filter({ hasText: /[1-9][\d.]* s/ })
      .first()
  ).toBeVisible();
});

test('SLO impact: what it cost the budget, as it was counted', async ({ page, seeds }) => {
  await open(page, seeds.fired, 'slos');
  const cost = page.getByRole('region', { name: 'What the incident cost each SLO' });
  const row = cost.getByRole('row').filter({ hasText: 'payments availability' });
  await expect(row).toBeVisible();
  await expect(row.getByRole('cell').nth(0)).toHaveText(/[1-9]/);
  expect(percentIn(await row.getByRole('cell').nth(2).textContent()), 'of the error budget').toBeGreaterThan(1);
  await expect(row.locator('code')).toContainText('http_requests_total');
});

test('Insights: what the incidents took of the budget, and of how much', async ({ page, seeds }) => {
  expect(seeds.slo).not.toBe('');
  await page.goto(`${APP}/insights`);
  const section = page.getByRole('region', { name: 'What incidents took of error budgets' }).first();
  const row = section.getByRole('row').filter({ hasText: 'payments availability' });
  expect(percentIn(await row.getByRole('cell').nth(3).textContent()), 'of the budget').toBeGreaterThan(1);
  await expect(row).toContainText(/[1-9][\d,]* events\s*since .*% measured/);
  await expect(row.locator('code')).toContainText('http_requests_total');
});

test('Kubernetes: pods, deployment, events and rollout of the faulty version', async ({ page, seeds }) => {
  await open(page, seeds.fired, 'kubernetes');
  await expect(page.getByRole('textbox', { name: 'Namespace' })).toHaveValue('shop');
  const part = (name: string | RegExp) => page.getByRole('region', { name });
  await expect(part(/^Pods/).getByRole('rowheader', { name: /^payments-v2-\w+/ })).toHaveCount(2);
  await expect(part('Deployments')).toContainText('demo.invalid/shop/payments:v2');
  await expect(part(/^Events/)).toContainText('Readiness probe failed');
  // The plugin looks for rollouts once a minute.
  await expect(async () => {
    await page.reload();
    await expect(part(/^Versions rolled out/)).toContainText(/payments:v1 to .*payments:v2/, { timeout: 2_000 });
  }).toPass({ timeout: 90_000 });
});

test('a service: the verdict of its rollout says which pods it compares, and with what outcome', async ({
  page,
  seeds,
}) => {
  expect(seeds.fired).not.toBe('');
  const rollouts = page.getByRole('region', { name: 'Rollouts of the last 30 days' }).first();
  await expect(async () => {
    await page.goto(`${APP}/services/payments`);
    await expect(rollouts.getByText('Worse')).toBeVisible({ timeout: 8_000 });
  }).toPass({ timeout: 100_000 });
  // Its pods are replaced within seconds, so that the two versions never serve side by side.
  await rollouts.getByText('New pods after, old pods before').click();
  const measures = rollouts.getByRole('region', { name: /^How both versions did/ });
  const failed = measures.getByRole('row').filter({ hasText: 'Failed requests' });
  await expect(failed).toContainText('Higher');
  expect(percentIn(await failed.getByRole('cell').nth(1).textContent()), 'of the new pods').toBeGreaterThan(10);
  const windows = rollouts.getByRole('region', { name: /^When they were measured/ });
  const fresh = windows.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'New' }) });
  await expect(fresh.locator('code').first()).toHaveAttribute('title', /pod=~"payments-v2-/);
});

test('a possible cause leads on to what its service says, in Explore and in Drilldown', async ({ page, seeds }) => {
  // As in a Grafana that has the Drilldown apps.
  await page.route('**/api/preview', async (route) => {
    const boot = await (await route.fetch()).json();
    const apps = ['grafana-metricsdrilldown-app', 'grafana-lokiexplore-app', 'grafana-exploretraces-app'];
    boot.plugins.push(...apps.map((id) => ({ id, type: 'app', name: id, module: '', meta: {} })));
    await route.fulfill({ json: boot });
  });
  await open(page, seeds.fired, '');
  const since = Date.now() - 60 * 60_000;
  for (const [name, says] of [
    ['Metrics', 'http_requests_total'],
    ['Logs', '{service_name="payments"'],
    ['Traces', 'resource.service.name = "payments"'],
  ] as const) {
    const ways = page.getByRole('group', { name: `${name} of payments` }).first();
    const explore = await ways.getByRole('link', { name: 'Explore' }).getAttribute('href', { timeout: 60_000 });
    const { queries, range } = JSON.parse(new URL(explore ?? '', page.url()).searchParams.get('panes') ?? '{}').a;
    expect(queries[0].expr ?? queries[0].query, name).toContain(says);
    expect(Number(range.from), `${name} begin around the incident`).toBeGreaterThan(since);
    const drilldown = new URL(
      (await ways.getByRole('link', { name: 'Drilldown' }).getAttribute('href')) ?? '',
      page.url()
    );
    expect(drilldown.searchParams.get('var-ds')).toMatch(/-uid$/);
    expect(decodeURIComponent(drilldown.href), name).toContain('payments');
  }
  await page.getByRole('group', { name: 'Logs of payments' }).getByRole('link', { name: 'Explore' }).click();
  await expect(page.getByText('{service_name="payments"').first()).toBeVisible();
});

async function open(page: Page, number: string, tab: string): Promise<void> {
  await page.goto(`${APP}/incidents/${number}/${tab}`);
  await settled(page);
}

/** The number before a percent sign. */
function percentIn(text: string | null): number {
  return Number(/(-?[\d,.]+)\s*%/.exec(text ?? '')?.[1]?.replaceAll(',', '') ?? Number.NaN);
}
