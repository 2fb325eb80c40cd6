/** T9, A21-A25: two people on one incident see each other's changes within two seconds, and never lose them. */
import { type Request } from '@playwright/test';
import { APP } from './pages/places';
import { openListLive } from './support/live';
import { expect, settled, test } from './support/test';

const WITHIN = { timeout: 2_000 };

test('a comment, a status and a task of one person appear at the other', async ({ page, another, seeds, world }) => {
  const { number } = await world.api.post<{ number: string }>('incidents', {
    title: 'Seen by two',
    service: 'payments',
  });
  expect(seeds.fired).not.toBe(number);
  const other = await another('Editor');
  for (const each of [page, other]) {
    await each.goto(`${APP}/incidents/${number}`);
    await expect(each.getByRole('heading', { level: 1, name: 'Seen by two' })).toBeVisible();
    await settled(each);
  }
  await page.getByRole('textbox', { name: 'Comment' }).fill('The canary is **green**');
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(page.getByText('The canary is green')).toBeVisible();
  await expect(other.getByText('The canary is green')).toBeVisible(WITHIN);

  await other.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(other.getByRole('button', { name: 'Investigate', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Investigate', exact: true })).toBeVisible(WITHIN);
});

test('two people change the same thing: the second is asked whose stays', async ({
  page,
  another,
  world,
  seeds,
  expectedErrors,
}) => {
  expectedErrors.push(/409|412/);
  const { number } = await world.api.post<{ number: string }>('incidents', { title: 'First title', service: 'orders' });
  expect(seeds.fired).not.toBe(number);
  await page.goto(`${APP}/incidents/${number}`);
  await page.getByRole('button', { name: 'Edit title' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Mine');
  const other = await another('Editor');
  await other.goto(`${APP}/incidents/${number}`);
  await other.getByRole('button', { name: 'Edit title' }).click();
  await other.getByRole('textbox', { name: 'Title' }).fill('Theirs');
  await other.keyboard.press('Enter');
  await expect(other.getByRole('heading', { level: 1, name: 'Theirs' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Title' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/changed this while you did/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Use yours' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Mine' })).toBeVisible();
  await expect(other.getByRole('heading', { level: 1, name: 'Mine' })).toBeVisible(WITHIN);
});

test('a new incident waits behind a button and moves nothing', async ({ page, world, seeds }) => {
  await openListLive(page, `${APP}/incidents`);
  const rows = page.getByRole('table', { name: 'Incidents' }).getByRole('row');
  await expect(rows.filter({ has: page.getByText(seeds.fired, { exact: true }) })).toBeVisible();
  const before = await rows.allTextContents();
  await world.api.post('incidents', { title: 'Came while I was reading', service: 'frontend' });
  await expect(page.getByRole('button', { name: '1 new' })).toBeVisible(WITHIN);
  expect((await rows.allTextContents()).length).toBe(before.length);
  await expect(page.getByText('Came while I was reading')).toHaveCount(0);
  await page.getByRole('button', { name: '1 new' }).click();
  await expect(page.getByText('Came while I was reading')).toBeVisible();
});

test('after the connection was lost, changes come again, each once', async ({ page, world, seeds, expectedErrors }) => {
  // What was still loading when the line was cut.
  expectedErrors.push(/ERR_INTERNET_DISCONNECTED/);
  const { number } = await world.api.post<{ number: string }>('incidents', { title: 'Off and on', service: 'orders' });
  expect(seeds.fired).not.toBe(number);
  await page.goto(`${APP}/incidents/${number}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Off and on' })).toBeVisible();
  await page.context().setOffline(true);
  await world.api.post(`incidents/${number}/comments`, { text: 'written while it was off' });
  await page.context().setOffline(false);
  await world.api.post(`incidents/${number}/comments`, { text: 'written afterwards' });
  await expect(page.getByText('written afterwards')).toHaveCount(1);
  await expect(page.getByText('written while it was off')).toHaveCount(1);
});

test('while it is live, no page asks by itself more often than every 30 seconds', async ({ page, seeds }) => {
  test.setTimeout(300_000);
  await page.clock.install();
  const incident = `incidents/${seeds.fired}`;
  const tabs = ['metrics', 'logs', 'traces', 'kubernetes', 'slos', 'alerts'].map((tab) => `${incident}/${tab}`);
  const byItself = [...tabs, 'services/payments', 'alerts', 'settings/deliveries'];
  const places = [
    ...['incidents', incident, ...tabs, 'alerts', 'slos', 'slos?view=report', `slos/${seeds.slo}`],
    ...['services', 'services/payments', 'status', 'insights', 'settings/sources', 'settings/deliveries'],
  ];
  for (const place of places) {
    await page.goto(`${APP}/${place}`);
    await settled(page);
    await expect(page.getByText('Not live')).toHaveCount(0);
    // What the connection itself set off has been answered.
    await page.clock.runFor(2_000);
    await page.waitForLoadState('networkidle');
    const asked: string[] = [];
    const note = (request: Request) => {
      if (request.url().includes('/resources/')) {
        asked.push(request.url());
      }
    };
    page.on('request', note);
    // A jump sets each timer off once, which is all that it takes where none may go off.
    await (byItself.includes(place) ? page.clock.runFor(29_000) : page.clock.fastForward(29_000));
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
    page.off('request', note);
    // What ends now is asked for the next minute, what nobody tells of each half; nothing else is asked at all.
    // One path at most for the incident and once more for what was usual before it.
    const paths = asked.map((each) => new URL(each).pathname);
    const often = paths.filter((each) => paths.filter((other) => other === each).length > 2);
    expect(byItself.includes(place) ? often : asked, place).toEqual([]);
  }
});
