/** Plays the demo and takes the pictures of docs/images while it runs; nothing in them is made up. */
import { expect, type Page, test } from '@playwright/test';
import { APP } from '../../tests/e2e/pages/places';
import { startDemo } from '../../tests/e2e/support/demo';
import { settled } from '../../tests/e2e/support/test';

const IMAGES = 'docs/images';

/** What is shown of the finished story, under which name, and the text that comes last. */
const SHOWN: Array<[name: string, path: string, lastThere?: string]> = [
  ['incidents', `${APP}/incidents?status=any`],
  ['slos', `${APP}/slos`],
  ['services', `${APP}/services?view=map`],
  ['service', `${APP}/services/payments?from=now-30m&to=now`],
  ['status', `${APP}/status`],
  ['insights', `${APP}/insights`],
  ['settings', `${APP}/settings/sources`],
  ['dashboard', 'd/slo-overview', 'budget left'],
  ['explore', 'explore'],
];

test('pictures of README and docs', async ({ browser, contextOptions }) => {
  const { world, stop } = await startDemo();
  try {
    for (const colorScheme of ['dark', 'light'] as const) {
      const context = await browser.newContext({
        ...contextOptions,
        storageState: world.state,
        baseURL: `${world.url}/`,
        colorScheme,
      });
      const page = await context.newPage();
      const number = await resolved(page);
      await page.goto(`${APP}/incidents/${number}`);
      await shoot(page, `incident-${colorScheme}`);
      for (const [name, path, lastThere] of SHOWN) {
        await page.goto(path);
        if (lastThere !== undefined) {
          await expect(page.getByText(lastThere).first()).toBeVisible();
        }
        await shoot(page, `${name}-${colorScheme}`);
      }
      await context.close();
    }
  } finally {
    await world.api.close();
    stop();
  }
});

/** The incident of the story, once it is over. */
async function resolved(page: Page): Promise<string> {
  await page.goto(`${APP}/incidents?status=resolved&service=payments`);
  const link = page
    .getByRole('row')
    .filter({ hasText: /INC-\d+/ })
    .getByRole('link')
    .first();
  await expect(async () => {
    await page.reload();
    await expect(link).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 240_000 });
  return (await link.getAttribute('href'))?.split('/').at(-1) ?? '';
}

async function shoot(page: Page, name: string): Promise<void> {
  await settled(page);
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: `${IMAGES}/${name}.png`, animations: 'disabled' });
}
