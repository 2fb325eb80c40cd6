/** F3-F23: an installation in which nothing happened and nothing is configured says on each page what to do next. */
import { APP } from './pages/places';
import { complete, expect, expectAccessible, onlyOnPreviewHost, test } from './support/test';

test.use({ kind: 'empty', seed: 'nothing' });

const SAYS: Array<[page: string, says: string | RegExp]> = [
  ['incidents', 'Nothing is on fire'],
  ['incidents?status=any', 'No incidents yet'],
  ['slos', 'No SLO yet'],
  ['services', 'No service yet'],
  ['status', 'No service is shown yet'],
  ['services?view=map', 'No service yet'],
  ['alerts?state=all', 'No alert'],
  ['insights', 'No incidents in this period'],
  ...['rules', 'maintenance', 'heartbeats', 'forms', 'deliveries', 'integrations'].map((tab): [string, RegExp] => [
    `settings/${tab}`,
    /\bno\b|nobody|nothing|none|yet/i,
  ]),
];

test('each page says what to do next', async ({ page, seeds }) => {
  test.setTimeout(180_000);
  onlyOnPreviewHost('it starts an installation of its own');
  expect(seeds.fired).toBe('');
  for (const [where, says] of SAYS) {
    await page.goto(`${APP}/${where}`);
    await expect(page.getByText(says).first()).toBeVisible();
    await complete(page);
    await page.screenshot({ path: `artifacts/screenshots/empty-${where.replace(/\W/g, '-')}.png` });
    await expectAccessible(page);
  }
});

test('dashboards of an empty installation show no data and no error', async ({ page, seeds }) => {
  onlyOnPreviewHost('it starts an installation of its own');
  expect(seeds.fired).toBe('');
  for (const name of ['slo-overview', 'incident-insights']) {
    await page.goto(`d/${name}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(/No data|No SLO|No incident|Nothing/i).first()).toBeVisible();
  }
});
