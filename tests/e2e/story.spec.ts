/** V1, V10: the whole story in the browser: Detect, Investigate, Resolve, Learn, on the demo's real servers. */
import { APP } from './pages/places';
import { startDemo } from './support/demo';
import { expect, onlyOnPreviewHost, settled, test } from './support/test';

const PICTURES = 'artifacts/screenshots';

test.use({ kind: 'empty', seed: 'nothing' });

test('a person watches detection, investigation, resolution and what is left', async ({ browser, contextOptions }) => {
  test.setTimeout(300_000);
  onlyOnPreviewHost('the demo brings its own servers');
  const { world, stop } = await startDemo();
  try {
    const context = await browser.newContext({
      ...contextOptions,
      storageState: world.state,
      baseURL: `${world.url}/`,
    });
    const page = await context.newPage();

    // Detect: the person watches the list; the incident comes by itself and does not take over the screen.
    await page.goto(`${APP}/incidents`);
    const fresh = page.getByRole('button', { name: /^\d+ new$/ });
    // Whose it is depends on which alert came first; it is the one that the story's responder took.
    const row = page.getByRole('row').filter({ hasText: 'Investigating' }).first();
    await fresh.or(row).first().waitFor({ timeout: 120_000 });
    if (!(await row.isVisible())) {
      await fresh.click();
    }
    await expect(row).toBeVisible({ timeout: 60_000 });
    await page.screenshot({ path: `${PICTURES}/story-1-detect.png` });

    // Investigate: the verdict comes without anybody asking for it; what the responder writes appears live.
    await row.getByRole('link').first().click();
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await expect(verdict).toContainText(/^Likely: rollout of payments at \d\d:\d\d UTC: /, { timeout: 60_000 });
    await expect(verdict.getByText(/^Investigated/)).toBeVisible();
    await expect(page.getByText('Looking at the rollout of payments v2.')).toBeVisible({ timeout: 60_000 });
    await settled(page);
    await page.screenshot({ path: `${PICTURES}/story-2-investigate.png`, fullPage: true });

    // Resolve: it ends by itself when its alerts are over, before the person's eyes.
    await expect(page.getByRole('button', { name: 'Close', exact: true })).toBeVisible({ timeout: 180_000 });
    await page.screenshot({ path: `${PICTURES}/story-3-resolve.png`, fullPage: true });

    // Learn: the report, and the mean times.
    await page.getByRole('tab', { name: 'Post-incident' }).click();
    await settled(page);
    await page.screenshot({ path: `${PICTURES}/story-4-report.png`, fullPage: true });
    await page.goto(`${APP}/insights`);
    await expect(page.getByText('By severity')).toBeVisible();
    await page.screenshot({ path: `${PICTURES}/story-5-learn.png`, fullPage: true });
    await context.close();
    await world.api.close();
  } finally {
    stop();
  }
});
