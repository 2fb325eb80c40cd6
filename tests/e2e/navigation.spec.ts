/** V1, V10: from page to page by links, and back; an address brings the whole view back. */
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
  await expect(page.getByRole('row').filter({ hasText: seeds.ended })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: seeds.fired })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Search incidents' })).toHaveValue('cache was cold');
  await expect(page.getByRole('row').filter({ hasText: seeds.ended })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: seeds.fired })).toHaveCount(0);
});

test('an address of something that does not exist says so', async ({ page, expectedErrors }) => {
  expectedErrors.push(/404/);
  await page.goto(`${APP}/incidents/INC-99999`);
  await expect(page.getByText(/INC-99999/).first()).toBeVisible();
  await page.goto(`${APP}/slos/no-such-slo`);
  await expect(page.getByRole('alert').first()).toBeVisible();
});
