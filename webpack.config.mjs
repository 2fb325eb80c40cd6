// Builds the app and its nested plugins the way Grafana's loader expects them: AMD modules named
// `module.js` beside each plugin.json, with everything that Grafana shares left out. Our own and short,
// so that the Python payload in dist/ is never cleaned away.
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import CopyPlugin from 'copy-webpack-plugin';
import webpack from 'webpack';

const root = import.meta.dirname;
const src = path.join(root, 'src');
const PLUGIN_ID = 'reliability-studio-app';

// Grafana provides these at run time; a second copy would break hooks, contexts and themes. Not among them:
// `react-router-dom` (Grafana's own is version 5; ours is bundled and stands on the shared `react-router`),
// `@grafana/i18n` (each plugin keeps its own namespace) and `@grafana/schema`.
const shared = [
  'lodash',
  'jquery',
  'moment',
  'react',
  'react-dom',
  'react-dom/client',
  'react/jsx-runtime',
  'react-router',
  'rxjs',
  'rxjs/operators',
  'd3',
  'emotion',
  '@emotion/react',
  '@emotion/css',
  'i18next',
  '@grafana/data',
  '@grafana/runtime',
  '@grafana/ui',
  'slate',
  'slate-react',
];

/** One entry for each plugin.json: `module`, `datasource/module`, `panels/slo/module`, … */
function entries() {
  const nested = globSync('**/plugin.json', { cwd: src }).map((file) => path.dirname(file));
  const all = Object.fromEntries(nested.map((folder) => [`${folder}/module`, moduleIn(folder)]));
  return { module: moduleIn('.'), ...all };
}

function moduleIn(folder) {
  const found = ['module.tsx', 'module.ts']
    .map((name) => path.join(src, folder, name))
    .find((file) => existsSync(file));
  if (!found) {
    throw new Error(`src/${folder} has a plugin.json but no module.ts or module.tsx`);
  }
  return found;
}

export default (_env, { mode }) => ({
  mode,
  context: src,
  target: ['web', 'es2022'],
  devtool: mode === 'production' ? 'source-map' : 'eval-source-map',
  entry: entries(),
  output: {
    path: path.join(root, 'dist'),
    filename: '[name].js',
    chunkFilename: `[name].[contenthash:12].chunk.js`,
    library: { type: 'amd' },
    publicPath: `public/plugins/${PLUGIN_ID}/`,
    uniqueName: PLUGIN_ID,
    // Never clean the whole folder: the backend lives there too (scripts/build.py removes our own files).
  },
  externals: [({ request }, callback) => (shared.includes(request) ? callback(null, request) : callback())],
  resolve: { extensions: ['.tsx', '.ts', '.js'], symlinks: false },
  module: {
    rules: [
      {
        test: /\.tsx?$/,
        exclude: /node_modules/,
        use: {
          loader: 'swc-loader',
          options: {
            jsc: {
              target: 'es2022',
              parser: { syntax: 'typescript', tsx: true },
              transform: { react: { runtime: 'automatic' } },
            },
          },
        },
      },
      { test: /\.(png|svg|woff2?)$/, type: 'asset/resource', generator: { filename: 'assets/[name].[hash:8][ext]' } },
    ],
  },
  plugins: [
    new CopyPlugin({
      patterns: [
        // Nested plugins' metadata and images; the app's own plugin.json is written by scripts/build.py.
        { from: '**/plugin.json', to: '.', noErrorOnMissing: true, force: true },
        { from: '**/img/**/*', to: '.', noErrorOnMissing: true },
        { from: 'dashboards/**/*.json', to: '.', noErrorOnMissing: true },
        { from: 'locales/**/*.json', to: '.', noErrorOnMissing: true },
      ],
    }),
    new webpack.BannerPlugin({ banner: 'Reliability Studio, Apache-2.0', entryOnly: true }),
  ],
  performance: { hints: false },
  stats: 'errors-warnings',
});
