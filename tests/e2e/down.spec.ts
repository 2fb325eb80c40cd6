/** F3-F23, V10: a source that is down leaves the pages whole, and is named with what is wrong. */
import { APP } from './pages/places';
import { expect, onlyOnPreviewHost, settled, test } from './support/test';

test.use({ kind: 'down', seed: 'nothing' });

test('the incident stays workable while Prometheus is down', async ({ page, world, expectedErrors }) => {
  onlyOnPreviewHost('it starts a world whose Prometheus is down');
  expectedErrors.push(/50[234]/);
  const { number } = await world.api.post<{ number: string }>('incidents', {
    title: 'In the dark',
    service: 'payments',
  });
  await page.goto(`${APP}/incidents/${number}`);
  await page.getByRole('textbox', { name: 'Comment' }).fill('We work without metrics');
  await page.getByRole('button', { name: 'Comment' }).click();
  await expect(page.getByText('We work without metrics')).toBeVisible();
  await page.getByRole('tab', { name: 'Metrics' }).click();
  await settled(page);
  await expect(
    page.getByText(/did not answer|cannot be reached|not reachable|failed|unreachable|refused|down/i).first()
  ).toBeVisible();
  await page.screenshot({ path: 'artifacts/screenshots/down-metrics.png' });
});

test('settings say which source is down', async ({ page }) => {
  onlyOnPreviewHost('it starts a world whose Prometheus is down');
  await page.goto(`${APP}/settings/sources`);
  await page.getByRole('button', { name: 'Test Prometheus' }).click();
  const section = page.getByRole('region', { name: 'Prometheus' });
  await expect(section.getByText(/down|failed|unreachable|refused|not reachable|cannot/i).first()).toBeVisible();
});

test('a backend that answers with errors leads to an error with a way to try again', async ({
  page,
  expectedErrors,
}) => {
  onlyOnPreviewHost('it breaks the way to the backend');
  expectedErrors.push(/503/);
  // A live connection that comes up reads the list anew, and the button would be gone before it is pressed.
  await page.routeWebSocket(/\/api\/live\/ws/, () => undefined);
  const address = '**/resources/incidents?*';
  await page.route(address, (route) => route.fulfill({ status: 503, json: { message: 'plugin unavailable' } }));
  await page.goto(`${APP}/incidents`);
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  await page.unroute(address);
  await page.getByRole('button', { name: 'Try again' }).click();
  const list = page.getByRole('table', { name: 'Incidents' });
  await expect(list.or(page.getByText('Nothing is on fire'))).toBeVisible();
});
