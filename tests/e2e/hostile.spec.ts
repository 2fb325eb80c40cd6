/** F3-F23, V10: texts of strangers (labels, titles, comments, log lines, names) are shown everywhere and never executed. */
import { type Page } from '@playwright/test';
import { type Overlay, overlays } from './pages/overlays';
import { APP, PLACES, places } from './pages/places';
import { HOSTILE } from './support/seed';
import { expect, onlyOnPreviewHost, settled, test } from './support/test';
import { type Api } from './support/world';

test.use({ kind: 'hostile', seed: 'hostile' });

// The page's own policy would stop what is injected: here the product alone must.
test.use({ bypassCSP: true });

test.beforeEach(() => onlyOnPreviewHost('it fills an installation with hostile texts'));

test('no page executes what it is told', async ({ page, seeds }) => {
  test.setTimeout(240_000);
  const all = places(seeds, `svc${HOSTILE.image}`);
  expect(all).toHaveLength(PLACES.length);
  let shown = 0;
  for (const place of all) {
    await page.goto(place.path);
    await expect(page.getByText(place.shows).first(), place.name).toBeVisible();
    await settled(page);
    await expectHarmless(page, place.name);
    shown += await page.getByText('<img src=x').count();
  }
  expect(shown, 'the texts are shown as they are').toBeGreaterThan(20);
});

for (const tab of ['logs', 'traces', 'kubernetes', 'alerts']) {
  test(`what the sources tell under ${tab} stays text`, async ({ page, seeds }) => {
    await page.goto(`${APP}/incidents/${seeds.fired}/${tab}`);
    await settled(page);
    await expect(page.getByText('<img src=x').nth(4)).toBeVisible();
    await expectHarmless(page, tab);
  });
}

test('nothing that opens over a page executes what it is told', async ({ page, seeds, world, expectedErrors }) => {
  test.setTimeout(300_000);
  // Of two who change the same, and of a document that is no SLO.
  expectedErrors.push(/409|412|422/);
  page.setDefaultTimeout(15_000);
  const wrong: string[] = [];
  for (const overlay of overlays(seeds)) {
    await opened(page, world.api, overlay).catch((error: Error) => wrong.push(`${overlay.name}: ${error.message}`));
  }
  expect(wrong).toEqual([]);
});

async function opened(page: Page, api: Api, { name, path, open, plain }: Overlay): Promise<void> {
  await page.goto(path);
  await settled(page);
  const before = await told(page);
  await open(page, api);
  const more = expect.configure({ timeout: 10_000 });
  await more.poll(() => told(page), { message: `${name} shows more` }).not.toEqual(before);
  if (!plain) {
    const markup = async () => (await told(page)).markup;
    await more.poll(markup, { message: `${name} shows the text` }).toBeGreaterThan(before.markup);
  }
  await expectHarmless(page, name);
}

for (const [tab, least] of [
  ['rules', 1],
  ['identity', 1],
  ['questions', 1],
  ['maintenance', 2],
  ['heartbeats', 1],
  ['forms', 3],
  ['checks', 1],
  ['integrations', 1],
] as const) {
  test(`drawers of the settings' ${tab} show texts as they are`, async ({ page, seeds }) => {
    expect(seeds.fired).not.toBe('');
    await page.goto(`${APP}/settings/${tab}`);
    await settled(page);
    const edit = page.getByRole('button', { name: /^(Edit|Change) / });
    await expect(edit.nth(least - 1)).toBeVisible();
    for (const button of await edit.all()) {
      await button.click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect((await told(page)).markup, 'the drawer names it').toBeGreaterThan(0);
      await expectHarmless(page, tab);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
  });
}

test('what is shown to who points at it is text', async ({ page, seeds }) => {
  test.setTimeout(180_000);
  const incident = `${APP}/incidents/${seeds.fired}`;
  for (const path of [
    incident,
    `${incident}/blast-radius`,
    `${APP}/slos`,
    `${APP}/slos/${seeds.slo}`,
    `${APP}/services?view=map`,
  ]) {
    await page.goto(path);
    await settled(page);
    const hinting = page.locator('main, body').last().locator('[tabindex="0"], [aria-describedby], button[aria-label]');
    for (const one of (await hinting.all()).slice(0, 40)) {
      await one.hover({ timeout: 2_000, force: true }).catch(() => undefined);
    }
    await expectHarmless(page, path);
  }
});

/** No script ran, and nothing is there that could run one. */
async function expectHarmless(page: Page, where: string): Promise<void> {
  // What was injected would run as soon as its picture fails to load.
  await page.evaluate(() => new Promise((later) => requestAnimationFrame(() => setTimeout(later, 50))));
  expect(await page.evaluate(() => Reflect.get(window, '__broken')), `what ran at ${where}`).toBeUndefined();
  const suspects = page.locator('img[src="x"], a[href^="javascript:" i], [onerror], [onload], [onclick]');
  expect(await suspects.count(), `what could run at ${where}`).toBe(0);
}

/** How much text there is, in fields too, and how often it holds what strangers wrote. */
function told(page: Page): Promise<{ length: number; markup: number }> {
  return page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea')].map((each) => each.value);
    const text = [document.body.innerText, ...fields].join('\n');
    return { length: text.length, markup: text.split('__broken').length - 1 };
  });
}
