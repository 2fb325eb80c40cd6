/** These tests come into a real Grafana by GRAFANA_URL, GRAFANA_USER and GRAFANA_PASSWORD. */
import { APP } from './pages/places';
import { expect, onlyOnPreviewHost, settled, test } from './support/test';
import { host, realGrafana } from './support/world';

test.use({ kind: 'empty', seed: 'nothing' });

test('who signs in by name and password sees the pages, and calls of the API are authorised', async ({ browser }) => {
  onlyOnPreviewHost('there all tests sign in like this');
  const { said, stop } = await host('empty', ['--password', 's3cret']);
  try {
    await expect(realGrafana(said.url, 'admin', 'guess')).rejects.toThrow('refused admin: 401');
    const { api, state } = await realGrafana(said.url, 'admin', 's3cret');
    await api.ready();
    await api.close();
    const context = await browser.newContext({ storageState: state, baseURL: `${said.url}/` });
    const page = await context.newPage();
    await page.goto(`${APP}/incidents`);
    await settled(page);
    await expect(page.getByRole('heading', { level: 1, name: 'Incidents' })).toBeVisible();
    await context.close();
  } finally {
    await stop();
  }
});
