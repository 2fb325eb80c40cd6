// Grafana's rules and our layer zones: lib ← api ← components ← pages ← routes ← App ← module; the nested plugins
// are bundles of their own and may use lib, api and components only; so do the extensions.
import grafana from '@grafana/eslint-config';
import i18n from '@grafana/i18n/eslint-plugin';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';

const order = ['lib', 'api', 'components', 'pages'];
const top = ['routes.ts', 'App.tsx', 'module.tsx'];
const deny = (target, from) => ({ target: `./src/${target}`, from: from.map((f) => `./src/${f}`) });
const zones = [
  ...order
    .slice(0, -1)
    .map((layer, i) => deny(layer, [...order.slice(i + 1), 'datasource', 'panels', 'extensions', 'test', ...top])),
  deny('pages', ['datasource', 'panels', 'extensions', ...top]),
  deny('datasource', ['pages', 'panels', 'extensions', ...top]),
  deny('panels', ['pages', 'datasource', 'extensions', ...top]),
  deny('extensions', ['pages', 'datasource', 'panels', ...top]),
];

// Tests sit beside their file and may use the test support too.
const zonesOfTests = zones.map((zone) => ({ ...zone, from: zone.from.filter((from) => from !== './src/test') }));

/** What holds for every file in TypeScript. */
const strict = {
  'import-x/no-cycle': 'error',
  'no-alert': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-deprecated': 'error',
  'max-lines': ['error', { max: 350, skipComments: true, skipBlankLines: true }],
};
const languageOptions = { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } };
const settings = { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })] };

export default [
  { ignores: ['dist/', 'build/', 'node_modules/', '.venv/', 'pkg/', 'artifacts/', 'src/api/*.gen.ts'] },
  ...grafana,
  { settings: { react: { version: '19.2' } } },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'import-x': importX, '@grafana/i18n': i18n },
    settings,
    languageOptions,
    rules: {
      ...strict,
      'import-x/no-restricted-paths': ['error', { zones }],
      'react/react-in-jsx-scope': 'off',
      'react/prop-types': 'off',
      '@grafana/i18n/no-untranslated-strings': 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' },
      ],
    },
  },
  {
    // Tools: the preview page, and what drives a browser.
    files: ['preview/**/*.{ts,tsx}', 'tests/e2e/**/*.ts', 'scripts/screenshots/**/*.ts', '*.config.ts'],
    plugins: { 'import-x': importX },
    settings,
    languageOptions,
    rules: { ...strict, 'react/react-in-jsx-scope': 'off', 'react/prop-types': 'off' },
  },
  {
    // Playwright's fixtures are handed a function that is called `use`; it is no hook.
    files: ['tests/e2e/**/*.ts'],
    rules: { 'react-hooks/rules-of-hooks': 'off' },
  },
  {
    files: ['src/test/**', 'src/**/*.test.{ts,tsx}'],
    rules: {
      'max-lines': 'off',
      'import-x/no-restricted-paths': ['error', { zones: zonesOfTests }],
      '@grafana/i18n/no-untranslated-strings': 'off',
      // A stand-in for one of Grafana's services is as much of it as the test needs.
      '@typescript-eslint/consistent-type-assertions': 'off',
    },
  },
];
