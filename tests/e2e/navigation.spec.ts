/** V1, V10: from page to page by links, and back; an address brings the whole view back. */
import { type Locator, type Page } from '@playwright/test';
import { APP } from './pages/places';
import { expect, onlyOnPreviewHost, settled, test } from './support/test';

test('the menu leads to every page of the plugin without loading the site anew', async ({ page, seeds }) => {
  onlyOnPreviewHost('the menu of Grafana is tested by Grafana');
  expect(seeds.fired).toMatch(/^INC-/);
  await page.goto('');
  await page.evaluate(() => Object.assign(window, { stillTheSame: true }));
  const menu = page.getByRole('navigation', { name: 'Main' });
  for (const [link, address] of [
    ['Alerts', `${APP}/alerts`],
    ['SLOs', `${APP}/slos`],
    ['Services', `${APP}/services`],
    ['Insights', `${APP}/insights`],
    ['Settings', `${APP}/settings`],
    ['Incidents', `${APP}/incidents`],
  ] as const) {
    await menu.getByRole('link', { name: link, exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`${address}$`));
    await settled(page);
    await expect(page.getByRole('heading', { level: 1, name: link })).toBeVisible();
  }
  expect(await page.evaluate(() => 'stillTheSame' in window)).toBe(true);
});

test('from the list to an incident, through its tabs, and back again', async ({ page, seeds }) => {
  await page.goto(`${APP}/incidents`);
  const row = page.getByRole('row').filter({ has: page.getByText(seeds.fired, { exact: true }) });
  await row.getByRole('link').first().click();
  await expect(page).toHaveURL(new RegExp(`/incidents/${seeds.fired}$`));
  await page.getByRole('tab', { name: /^Tasks/ }).click();
  await expect(page).toHaveURL(/\/tasks$/);
  await expect(page.getByText('Roll payments back to v1').first()).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Timeline' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('table', { name: 'Incidents' })).toBeVisible();
});

test('filters of the list are in its address and come back with it', async ({ page, seeds }) => {
  await page.goto(`${APP}/incidents`);
  await page.getByRole('searchbox', { name: 'Search incidents' }).fill('cache was cold');
  await page.getByRole('radio', { name: 'All' }).check();
  await expect(page).toHaveURL(/q=cache\+was\+cold/);
  await expect(page.getByRole('row').filter({ has: page.getByText(seeds.ended, { exact: true }) })).toBeVisible();
  await expect(page.getByRole('row').filter({ has: page.getByText(seeds.fired, { exact: true }) })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Search incidents' })).toHaveValue('cache was cold');
  await expect(page.getByRole('row').filter({ has: page.getByText(seeds.ended, { exact: true }) })).toBeVisible();
  await expect(page.getByRole('row').filter({ has: page.getByText(seeds.fired, { exact: true }) })).toHaveCount(0);
});

/** What each address chooses, as a person sees it. */
const CHOSEN: Array<[path: string, shows: (page: Page) => Locator]> = [
  ['incidents?status=resolved&severity=medium&sort=-started', (page) => page.getByText('the cache was cold')],
  ['incidents/$INC/logs?q=charge', (page) => page.getByRole('searchbox', { name: 'Search in log lines' })],
  ['incidents/$INC/traces?over=1000', (page) => page.getByRole('radio', { name: 'Over 1 s', checked: true })],
  ['incidents/$INC/kubernetes?namespace=other', (page) => page.getByRole('textbox', { name: 'Namespace' })],
  ['incidents/$INC?type=comment', (page) => page.getByText(/We are taking the last version back/)],
  ['alerts?state=all', (page) => page.getByRole('radio', { name: 'All', checked: true })],
  ['slos?status=healthy&q=accounts', (page) => page.getByRole('row', { name: /accounts availability/ })],
  ['slos?view=report&unit=quarter', (page) => page.getByRole('radio', { name: 'Quarters', checked: true })],
  ['slos/$SLO?from=now-6h&to=now', (page) => page.getByRole('button', { name: /Last 6 hours/ })],
  ['services?health=critical&q=pay', (page) => page.getByRole('row', { name: /payments/ })],
  ['services?view=map', (page) => page.getByRole('group', { name: 'Map of services' })],
  ['services/payments?from=now-1h&to=now', (page) => page.getByRole('button', { name: /Last 1 hour/ })],
  ['status?audience=public', (page) => page.getByRole('radio', { name: 'Readers outside', checked: true })],
  ['insights?from=now-30d&to=now&trend=resolve', (page) => page.getByRole('radio', { name: 'MTTR', checked: true })],
  ['settings/checks?q=traffic', (page) => page.getByText('More traffic than usual')],
  ['settings/deliveries?incident=INC-7', (page) => page.getByPlaceholder(/INC-7/)],
];

test('an address brings the whole view back, whatever was chosen on the page', async ({ page, seeds }) => {
  test.setTimeout(240_000);
  const wrong: string[] = [];
  for (const [path, shows] of CHOSEN) {
    await page.goto(`${APP}/${path.replace('$INC', seeds.fired).replace('$SLO', seeds.slo)}`);
    await settled(page);
    const shown = expect(shows(page).first(), path).toBeVisible({ timeout: 10_000 });
    await shown.catch((error: Error) => wrong.push(error.message));
    // Nobody takes out of the address what it chose.
    const kept = new URL(page.url()).search;
    for (const part of path.split('?')[1]?.split('&') ?? []) {
      if (!kept.includes(part)) {
        wrong.push(`${path}: ${part} is gone`);
      }
    }
  }
  expect(wrong).toEqual([]);
  await page.goto(`${APP}/incidents/${seeds.fired}/logs?q=charge`);
  await expect(page.getByRole('searchbox', { name: 'Search in log lines' })).toHaveValue('charge');
  await page.goto(`${APP}/incidents/${seeds.fired}/kubernetes?namespace=other`);
  await expect(page.getByRole('textbox', { name: 'Namespace' })).toHaveValue('other');
  await page.goto(`${APP}/settings/deliveries?incident=INC-7`);
  await expect(page.getByPlaceholder(/INC-7/)).toHaveValue('INC-7');
});

test('an address of something that does not exist says so', async ({ page, expectedErrors }) => {
  expectedErrors.push(/404/);
  await page.goto(`${APP}/incidents/INC-99999`);
  await expect(page.getByText(/INC-99999/).first()).toBeVisible();
  await page.goto(`${APP}/slos/no-such-slo`);
  await expect(page.getByRole('alert').first()).toBeVisible();
});
