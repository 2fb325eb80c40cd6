/** Grafana behind a proxy: pages, calls, files, live channels and every link stay below its path (`root_url`). */
import { type Page } from '@playwright/test';
import { APP } from './pages/places';
import { openListLive } from './support/live';
import { expect, onlyOnPreviewHost, settled, test } from './support/test';

const PATH = '/grafana';

test.use({ kind: 'empty', seed: 'nothing', subPath: PATH });

const PAGES = [
  'incidents',
  'incidents/INC-1',
  'incidents/INC-1/metrics',
  'alerts',
  'slos',
  'slos/new',
  'services',
  'status',
  'insights',
  'settings/sources',
  'settings/integrations',
];

test('nothing leaves the path', async ({ page, world, expectedErrors }) => {
  onlyOnPreviewHost('it serves Grafana below a path');
  // No source is configured in this world, and the tabs say so.
  expectedErrors.push(/424/);
  await world.api.post('incidents', { title: 'Orders are slow', severity: 'high', service: 'orders' });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  for (const where of PAGES) {
    await page.goto(`${APP}/${where}`);
    await settled(page);
    expect(await outside(page), `links of ${where} that leave ${PATH}`).toEqual([]);
  }
  expect(asked.filter((each) => !each.startsWith(`${PATH}/`))).toEqual([]);

  // A new tab opens what the address says; within the page the router goes there.
  await page.goto(`${APP}/slos`);
  const create = page.getByRole('link', { name: 'New SLO' }).first();
  expect(await create.getAttribute('href')).toBe(`${PATH}/${APP}/slos/new`);
  await create.click();
  await expect(page).toHaveURL(`${world.url}/${APP}/slos/new`);
  await page.goto(`${APP}/incidents`);
  await page.getByRole('link', { name: 'Orders are slow' }).click();
  await expect(page).toHaveURL(`${world.url}/${APP}/incidents/INC-1`);
  await page.getByRole('tab', { name: 'Tasks' }).click();
  await expect(page).toHaveURL(`${world.url}/${APP}/incidents/INC-1/tasks`);
});

test('changes arrive over the live channel there', async ({ page, world }) => {
  onlyOnPreviewHost('it serves Grafana below a path');
  await openListLive(page, `${APP}/incidents`);
  await world.api.post('incidents', { title: 'Payments fail', severity: 'critical', service: 'payments' });
  await expect(page.getByRole('button', { name: '1 new' })).toBeVisible({ timeout: 5_000 });
});

/** Addresses on the page that lead past the path. */
function outside(page: Page): Promise<string[]> {
  return page.locator('a[href], img[src]').evaluateAll(
    (all, path) =>
      all
        .map((each) => new URL(each.getAttribute('href') ?? each.getAttribute('src') ?? '', document.baseURI))
        .filter((each) => each.origin === window.location.origin && !`${each.pathname}/`.startsWith(`${path}/`))
        .map((each) => each.pathname),
    PATH
  );
}
