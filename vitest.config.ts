import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    globals: true,
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
    // Grafana's packages are ES modules that import CommonJS by name; only a bundler can follow them.
    server: { deps: { inline: [/@grafana\//] } },
    env: { TZ: 'UTC' },
  },
});
