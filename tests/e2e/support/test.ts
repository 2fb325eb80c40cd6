/** Playwright's `test` with a world behind it, a role, and an eye on the console. */
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, expect, type Page, test as base } from '@playwright/test';
import { seedHostile, seedShop, type Seeds } from './seed';
import { GRAFANA, type Kind, start, type World } from './world';

export { expect };

export type Role = 'Viewer' | 'Editor' | 'Admin';

export interface Options {
  /** Which world the tests of a file need. */
  kind: Kind;
  /** What the world holds at the start. */
  seed: 'shop' | 'hostile' | 'nothing';
  /** Everything is served under it, as by a Grafana behind a proxy. */
  subPath: string;
  role: Role;
}

interface Fixtures {
  role: Role;
  /** Errors of the console that a test brings about on purpose. */
  expectedErrors: RegExp[];
  /** Another signed-in browser. */
  another: (role: Role) => Promise<Page>;
}

interface Worker {
  kind: Kind;
  seed: Options['seed'];
  subPath: string;
  world: World;
  seeds: Seeds;
}

export const test = base.extend<Fixtures & { watched: void }, Worker>({
  kind: ['shop', { option: true, scope: 'worker' }],
  seed: ['shop', { option: true, scope: 'worker' }],
  subPath: ['', { option: true, scope: 'worker' }],
  role: ['Admin', { option: true }],
  expectedErrors: async ({}, use) => use([]),

  world: [
    async ({ kind, subPath }, use) => {
      const { world, stop } = await start(kind, subPath);
      await use(world);
      await stop();
    },
    { scope: 'worker', timeout: 240_000 },
  ],

  seeds: [
    async ({ world, seed }, use) => {
      const made = { shop: seedShop, hostile: seedHostile, nothing: () => ({ fired: '', ended: '', slo: '' }) };
      await use(await made[seed](world.api));
    },
    { scope: 'worker', timeout: 240_000 },
  ],

  storageState: async ({ world }, use) => use(world.state),
  baseURL: async ({ world }, use) => use(`${world.url}/`),

  context: async ({ context, world, role }, use) => {
    await actAs(context, world, role);
    await use(context);
  },

  another: async ({ browser, world, contextOptions, baseURL }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (role) => {
      const context = await browser.newContext({ ...contextOptions, storageState: world.state, baseURL });
      opened.push(context);
      await actAs(context, world, role);
      return context.newPage();
    });
    await Promise.all(opened.map((each) => each.close()));
  },

  watched: [
    async ({ page, expectedErrors }, use) => {
      const heard: string[] = [];
      page.on(
        'console',
        (message) => message.type() === 'error' && heard.push(`${message.text()} (${message.location().url})`)
      );
      page.on('pageerror', (error) => heard.push(String(error.stack ?? error)));
      page.on('dialog', (dialog) => heard.push(`a dialog of the browser: ${dialog.message()}`));
      await use();
      const unexpected = heard.filter((each) => !expectedErrors.some((known) => known.test(each)));
      expect(unexpected, 'errors in the console').toEqual([]);
    },
    { auto: true },
  ],
});

/** The stand-in host lets the person choose a role; in a real Grafana the user has the one that it has. */
async function actAs(context: BrowserContext, world: World, role: Role): Promise<void> {
  if (!GRAFANA) {
    await context.addCookies([{ name: 'preview_acting', value: `${role}:1`, url: world.url, sameSite: 'Strict' }]);
  }
}

/** What needs the stand-in host: it sets up worlds and roles that a real Grafana does not offer to a visitor. */
export function onlyOnPreviewHost(why: string): void {
  test.skip(GRAFANA !== undefined, `only on the stand-in host: ${why}`);
}

/** The page is there, and nothing of it is loading any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  await expect(page.locator('[role="status"][aria-label="Loading"], .react-loading-skeleton')).toHaveCount(0);
}

/** All of it is there: nothing is asked for any more, and every icon and picture has come. */
export async function complete(page: Page): Promise<void> {
  await settled(page);
  await page.waitForLoadState('networkidle');
}

/** No barrier that axe finds, by the rules of WCAG 2.1 A and AA, on the page or in a part of it. */
export async function expectAccessible(page: Page, part?: string): Promise<void> {
  const { violations } = await axeOf(page, part).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
  expect(told(violations), 'barriers that axe found').toEqual([]);
}

/** Of what was found accessible in one theme already: what another theme changes, its colours. */
export async function expectContrast(page: Page, part?: string): Promise<void> {
  const { violations, passes } = await axeOf(page, part).withRules(['color-contrast']).analyze();
  expect(told(violations), 'contrasts that axe found too low').toEqual([]);
  expect(passes, 'texts whose contrast was measured').not.toEqual([]);
}

function axeOf(page: Page, part?: string): AxeBuilder {
  const axe = new AxeBuilder({ page });
  return (
    (part ? axe.include(part) : axe)
      // The legend of Grafana's own time series names its buttons otherwise than it labels them.
      .exclude('[data-testid="data-testid viz-layout-legend"]')
  );
}

type Violations = Awaited<ReturnType<AxeBuilder['analyze']>>['violations'];

function told(violations: Violations): string[] {
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `    ${node.target.join(' ')}\n      ${node.html.slice(0, 200)}`).join('\n')}`
  );
}
