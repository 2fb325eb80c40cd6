// Browser tests against the stand-in host with real backend processes; with GRAFANA_URL against a real Grafana.
import { defineConfig } from '@playwright/test';
import { type Options } from './tests/e2e/support/test';

export default defineConfig<object, Options>({
  testDir: './tests/e2e',
  outputDir: 'artifacts/e2e',
  reporter: [['list'], ['json', { outputFile: 'artifacts/e2e-report.json' }]],
  timeout: 120_000,
  expect: { timeout: 30_000 },
  // A real Grafana is one for all files: two workers would fill it at the same time.
  workers: process.env.GRAFANA_URL ? 1 : 2,
  // A browser on a busy machine: what passes only at the second try is told as flaky in the report.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: true,
  use: {
    baseURL: process.env.GRAFANA_URL,
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
    colorScheme: 'dark',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      // Chromium refuses its sandbox to root, who runs this in containers.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
});
