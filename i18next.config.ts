/** How translatable texts are read out of the code: `npm run i18n` writes the file, `npm run i18n:check` compares. */
import { defineConfig } from 'i18next-cli';

export default defineConfig({
  locales: ['en-US'],
  extract: {
    input: ['src/**/*.{ts,tsx}'],
    ignore: ['src/**/*.test.{ts,tsx}', 'src/test/**'],
    output: 'src/locales/{{language}}/{{namespace}}.json',
    defaultNS: 'reliability-studio-app',
    functions: ['t', '*.t'],
    transComponents: ['Trans'],
    // Flat keys: a key may be the beginning of another, and i18next finds them as they are written.
    keySeparator: false,
    nsSeparator: false,
    sort: true,
    indentation: 2,
  },
});
