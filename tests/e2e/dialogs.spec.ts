/** F3-F23: what opens over a page has no barrier in either theme, takes the focus, keeps it, and gives it back. */
import { type Locator, type Page } from '@playwright/test';
import { APP } from './pages/places';
import { type Seeds } from './support/seed';
import { expect, expectAccessible, expectContrast, settled, test } from './support/test';

interface Opening {
  name: string;
  path: (seeds: Seeds) => string;
  /** Buttons that are pressed one after the other, the last within a menu where there is one. */
  press: Array<string | RegExp>;
}

const incident = ({ fired }: Seeds) => `${APP}/incidents/${fired}`;
const slo = ({ slo: id }: Seeds) => `${APP}/slos/${id}`;
const settings = (tab: string) => () => `${APP}/settings/${tab}`;

const OPENINGS: Opening[] = [
  { name: 'declare an incident', path: () => `${APP}/incidents`, press: ['Declare incident'] },
  { name: 'moments', path: incident, press: ['Show and correct all moments'] },
  { name: 'merge', path: incident, press: [/^More$/, 'Merge others into this'] },
  { name: 'parts', path: incident, press: [/^More$/, 'Add parts'] },
  { name: 'delete an incident', path: incident, press: [/^More$/, 'Delete'] },
  { name: 'service', path: () => `${APP}/services/payments`, press: ['Edit'] },
  { name: 'import SLOs', path: () => `${APP}/slos`, press: ['Import'] },
  { name: 'export SLOs', path: slo, press: ['Export'] },
  { name: 'silence', path: slo, press: ['Silence'] },
  { name: 'correction', path: slo, press: ['Exclude time'] },
  { name: 'rule', path: settings('rules'), press: ['Edit one incident per service'] },
  { name: 'deduplication', path: settings('identity'), press: ['Edit One alert for all pods'] },
  { name: 'enrichment', path: settings('questions'), press: ['Edit Errors of the service'] },
  { name: 'status page', path: () => `${APP}/status`, press: ['Edit page'] },
  { name: 'maintenance', path: settings('maintenance'), press: ['Edit patch day'] },
  { name: 'heartbeat', path: settings('heartbeats'), press: ['Edit Nightly backup'] },
  { name: 'field', path: settings('forms'), press: ['Edit Region'] },
  { name: 'template', path: settings('forms'), press: ['Edit Database trouble'] },
  { name: 'severities', path: settings('forms'), press: ['Change severities'] },
  { name: 'check', path: settings('checks'), press: ['Edit Orders pile up'] },
  { name: 'sender', path: settings('integrations'), press: ['Add a sender'] },
];

test('dialogs and drawers can be read in light colours', async ({ page, seeds }) => {
  test.setTimeout(240_000);
  page.setDefaultTimeout(15_000);
  await page.emulateMedia({ colorScheme: 'light' });
  const wrong: string[] = [];
  for (const opening of OPENINGS) {
    const check = async () => {
      await open(page, seeds, opening);
      await expectContrast(page, '[role="dialog"]');
    };
    await check().catch((error: Error) => wrong.push(`${opening.name}: ${error.message}`));
  }
  expect(wrong).toEqual([]);
});

// In dark colours, where no barrier of another kind is either: one pass for both.
test('dialogs and drawers are opened, walked through and closed with keys only', async ({ page, seeds }) => {
  test.setTimeout(240_000);
  page.setDefaultTimeout(15_000);
  const wrong: string[] = [];
  for (const opening of OPENINGS) {
    const check = async () => {
      const { dialog, opener } = await open(page, seeds, opening);
      await expect.poll(() => holdsFocus(dialog), { message: 'the focus moves in', timeout: 5_000 }).toBe(true);
      // Before the focus moves on: a button changes its colours slowly.
      await expectAccessible(page, '[role="dialog"]');
      for (let presses = 0; presses < 12; presses += 1) {
        await page.keyboard.press('Tab');
        // A focus that has left is sent back at once, and a busy browser is late with it.
        await expect.poll(() => keepsFocus(dialog), { message: 'the focus stays in', timeout: 2_000 }).toBe(true);
      }
      // Choices that are open take the first one.
      await expect(async () => {
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0, { timeout: 1_000 });
      }, 'Escape closes it').toPass({ timeout: 5_000 });
      await expect(opener, 'the focus comes back').toBeFocused({ timeout: 5_000 });
    };
    await check().catch((error: Error) => wrong.push(`${opening.name}: ${error.message.slice(0, 500)}`));
  }
  expect(wrong).toEqual([]);
});

async function open(page: Page, seeds: Seeds, { path, press }: Opening): Promise<{ dialog: Locator; opener: Locator }> {
  await page.goto(path(seeds));
  await settled(page);
  const [first, ...rest] = press;
  const opener = page.getByRole('button', { name: first ?? '' }).first();
  await opener.focus();
  await page.keyboard.press('Enter');
  for (const name of rest) {
    const item = page.getByRole('menuitem', { name });
    await expect(async () => {
      await page.keyboard.press('ArrowDown');
      await expect(item).toBeFocused({ timeout: 200 });
    }).toPass({ timeout: 5_000 });
    await page.keyboard.press('Enter');
  }
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  return { dialog, opener };
}

function holdsFocus(dialog: Locator): Promise<boolean> {
  return dialog.evaluate((each) => each.contains(document.activeElement));
}

/** Never on what lies behind: it is within, on the border, or with the browser's own controls between two rounds. */
function keepsFocus(dialog: Locator): Promise<boolean> {
  return dialog.evaluate((each) => {
    const at = document.activeElement;
    return at === null || at === document.body || each.contains(at) || at.hasAttribute('data-floating-ui-focus-guard');
  });
}
