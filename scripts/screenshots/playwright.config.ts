// The pictures of README and docs, taken from the demo: `npm run screenshots`.
import { defineConfig } from '@playwright/test';
import base from '../../playwright.config';

export default defineConfig({
  ...base,
  testDir: '.',
  outputDir: '../../artifacts/screenshots-run',
  reporter: 'list',
  timeout: 420_000,
  workers: 1,
  use: { ...base.use, trace: 'off', deviceScaleFactor: 1 },
});
