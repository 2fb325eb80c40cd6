/** No layout shift: what a page shows stays where it is while the rest of it comes; times are the reader's. */
import { type Page } from '@playwright/test';
import { APP } from './pages/places';
import { complete, expect, onlyOnPreviewHost, settled, test } from './support/test';

/** What Google calls good is 0.1; a page that a person acts on at night should be far from it. */
const MOST = 0.05;

interface Shift {
  value: number;
  hadRecentInput: boolean;
  sources: Array<{ node: Node | null }>;
}

declare global {
  interface Window {
    shifts: Array<{ value: number; what: string }>;
  }
}

/** In the page, before anything of it: note what moves by itself. */
function watch(): void {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as Shift[]) {
      if (!entry.hadRecentInput) {
        const moved = entry.sources.map(({ node }) =>
          node instanceof Element ? node.outerHTML.slice(0, 120) : '#text'
        );
        window.shifts.push({ value: entry.value, what: moved.join(' | ') });
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

test('nothing moves while a page comes', async ({ page, seeds }) => {
  test.setTimeout(240_000);
  onlyOnPreviewHost('around the page Grafana draws its own frame');
  await page.addInitScript(watch);
  const wrong: string[] = [];
  const incident = `incidents/${seeds.fired}`;
  for (const path of [
    ...['incidents', incident, `${incident}/metrics`, `${incident}/logs`, 'alerts', 'slos', `slos/${seeds.slo}`],
    ...['services', 'services/payments', 'status', 'insights', 'settings/rules', 'settings/sources'],
  ]) {
    await page.goto(`${APP}/${path}`);
    await complete(page);
    const shifts = await page.evaluate(() => window.shifts);
    const sum = shifts.reduce((all, { value }) => all + value, 0);
    if (sum > MOST) {
      const worst = shifts.toSorted((one, other) => other.value - one.value)[0];
      wrong.push(`${path}: ${sum.toFixed(3)}, most of all ${worst?.what ?? ''}`);
    }
  }
  expect(wrong).toEqual([]);
});

test.describe('in Tokyo', () => {
  test.use({ timezoneId: 'Asia/Tokyo' });

  test('times are those of the reader', async ({ page, seeds, world }) => {
    await page.goto(`${APP}/incidents/${seeds.ended}`);
    await settled(page);
    const { milestones } = await world.api.get<{ milestones: { started: { at: string } } }>(`incidents/${seeds.ended}`);
    const started = new Date(Date.parse(milestones.started.at) + 9 * 3_600_000).toISOString();
    await expect(clockOf(page)).toHaveText(started.slice(0, 19).replace('T', ' '));
  });
});

/** When the incident started, as its head says. */
function clockOf(page: Page) {
  return page.locator('time').first();
}
