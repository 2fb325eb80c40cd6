import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Links of @grafana/ui stand in the router of the page, as in Grafana, where both are one package.
  resolve: { alias: { 'react-router-dom-v5-compat': path.join(import.meta.dirname, 'node_modules/react-router-dom') } },
  test: {
    environment: 'jsdom',
    globals: true,
    include: ['src/**/*.test.{ts,tsx}', 'preview/**/*.test.ts'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
    // A browser in JavaScript, on a machine that has other things to do.
    testTimeout: 30_000,
    // Grafana's packages are ES modules that import CommonJS by name; only a bundler can follow them.
    server: { deps: { inline: [/@grafana\//] } },
    env: { TZ: 'UTC' },
  },
});
