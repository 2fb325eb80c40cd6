// Bundles the preview page: the real @grafana packages around the built plugin, outside Grafana.
// Output: build/preview/, which `python -m grafana_host --preview build/preview` serves.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import esbuild from 'esbuild';

const here = import.meta.dirname;
const root = path.dirname(here);
const out = path.join(root, 'build', 'preview');
const modules = path.join(root, 'node_modules');
const require = createRequire(import.meta.url);

/** @grafana/ui links through a copy of the router of its own; in Grafana both are one package. */
const oneRouter = {
  name: 'one-router',
  setup(build) {
    build.onResolve({ filter: /^react-router-dom-v5-compat$/ }, () => ({ path: require.resolve('react-router-dom') }));
  },
};

/**
 * The default export of CommonJS packages that mark themselves as compiled modules. From an `.mjs` file esbuild
 * takes their whole `exports` for it, as Node does; @grafana/ui means what Grafana's own bundler gives it.
 */
const COMPILED = /^(react-custom-scrollbars-2|slate-plain-serializer)$/;
const compiledDefaults = {
  name: 'compiled-defaults',
  setup(build) {
    build.onResolve({ filter: COMPILED }, async ({ path: name, resolveDir, importer, kind, namespace }) => {
      if (namespace === 'compiled' || !/@grafana.*\.mjs$/.test(importer)) {
        return null;
      }
      const found = await build.resolve(name, { resolveDir, kind, namespace: 'compiled' });
      return { path: found.path, namespace: 'compiled' };
    });
    build.onLoad({ filter: /.*/, namespace: 'compiled' }, ({ path: file }) => ({
      contents: `export { default } from ${JSON.stringify(file)};\nexport * from ${JSON.stringify(file)};`,
      resolveDir: path.dirname(file),
    }));
  },
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { metafile } = await esbuild.build({
  entryPoints: { main: path.join(here, 'main.ts') },
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: false,
  jsx: 'automatic',
  chunkNames: 'chunks/[name]-[hash]',
  assetNames: 'assets/[name]-[hash]',
  loader: { '.woff': 'file', '.woff2': 'file', '.ttf': 'file', '.svg': 'file', '.png': 'file' },
  define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis' },
  plugins: [oneRouter, compiledDefaults],
  logLevel: 'warning',
  metafile: true,
});
cpSync(path.join(modules, '@grafana/ui/dist/public'), path.join(out, 'public/build'), { recursive: true });
// Icons that @grafana/ui asks for and does not ship.
cpSync(path.join(here, 'icons'), path.join(out, 'public/build/img/icons'), { recursive: true });
// Grafana's typefaces, under the names that its global styles give them.
const fonts = {
  'inter/Inter-Regular.woff2': '@fontsource/inter/files/inter-latin-400-normal.woff2',
  'inter/Inter-Medium.woff2': '@fontsource/inter/files/inter-latin-500-normal.woff2',
  'inter/Inter-Italic.woff2': '@fontsource/inter/files/inter-latin-400-italic.woff2',
  'inter/Inter-MediumItalic.woff2': '@fontsource/inter/files/inter-latin-500-italic.woff2',
  'roboto/L0xTDF4xlVMF-BfR8bXMIhJHg45mwgGEFl0_3vrtSM1J-gEPT5Ese6hmHSh0mQ.woff2':
    '@fontsource/roboto-mono/files/roboto-mono-latin-400-normal.woff2',
};
for (const [name, file] of Object.entries(fonts)) {
  cpSync(path.join(modules, file), path.join(out, 'public/fonts', name), { recursive: true });
}

/** Chunks that the page cannot start without, so that they come together and not one after the other is read. */
function needed(output, found = new Set()) {
  for (const each of metafile.outputs[output].imports) {
    const wanted = each.kind === 'import-statement' || each.path.includes('/chunks/start-');
    if (wanted && each.path.endsWith('.js') && !found.has(each.path)) {
      found.add(each.path);
      needed(each.path, found);
    }
  }
  return found;
}
const main = path.relative(root, path.join(out, 'main.js'));
const preloads = [...needed(main)].map((each) => {
  const address = path.relative(out, path.join(root, each));
  return `    <link rel="modulepreload" href="preview/${address}" />`;
});
const page = readFileSync(path.join(here, 'index.html'), 'utf8');
writeFileSync(path.join(out, 'index.html'), page.replace('  </head>', `${preloads.join('\n')}\n  </head>`));
