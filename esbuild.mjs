// Builds dist/: the extension host, one file per worker, the command line and the webview.
//   node esbuild.mjs [--watch] [--production]
import { build, context } from 'esbuild';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { CLI_BUNDLES, cliBundles, lazyBuiltins, sharedPackages } from './scripts/lib/cliBundles.mjs';
import { DEFERRED_PACKAGES, deferredModules } from './scripts/lib/deferredModules.mjs';
import { LIBRARIES, lazyLibraries, OWN_LIBRARIES, sharedWorkerParts } from './scripts/lib/lazyLibraries.mjs';
import { notices } from './scripts/lib/notices.mjs';
import { packagedReadme } from './scripts/lib/packagedReadme.mjs';
import { SHARED_MODULES, sharedModules } from './scripts/lib/sharedModules.mjs';
import { protobufParser } from './scripts/lib/protobufParser.mjs';
import { webviewBundle } from './scripts/lib/webviewBundle.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  sourcemap: production ? false : 'linked',
  minify: production,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  // Its main file is UMD, in which a bundler does not see what is required.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};

/** @type {import('esbuild').BuildOptions} */
const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // A lazy library is required: `import()` of a CommonJS file finds only the names that Node can read off its text.
  supported: { 'dynamic-import': false },
  // Optional native helpers of ws: it works without them, and we ship no native code.
  external: ['vscode', 'bufferutil', 'utf-8-validate'],
};

const targets = {
  host: {
    ...node,
    entryPoints: { start: 'src/start.ts', extension: 'src/extension.ts' },
    outdir: 'dist',
    plugins: [deferredModules(DEFERRED_PACKAGES), sharedModules(), lazyLibraries()],
  },
  cli: {
    ...node,
    entryPoints: CLI_BUNDLES,
    outdir: 'dist',
    plugins: [cliBundles, deferredModules(), sharedPackages, sharedModules(), lazyBuiltins, lazyLibraries()],
    banner: { js: '#!/usr/bin/env node' },
    // A library below tinyglobby is an ES module that makes itself a require; of our bundle it needs none.
    // Nor does ws look for native helpers that no package has.
    define: {
      'import.meta.url': '__filename',
      'process.env.WS_NO_BUFFER_UTIL': '"1"',
      'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
    },
  },
  libraries: {
    ...node,
    entryPoints: { ...LIBRARIES, ...DEFERRED_PACKAGES, ...OWN_LIBRARIES, ...SHARED_MODULES },
    outdir: 'dist/libraries',
    plugins: [protobufParser, sharedModules('.')],
  },
  workers: {
    ...node,
    entryPoints: {
      record: 'src/workers/record.ts',
      query: 'src/workers/query.ts',
      format: 'src/workers/format.ts',
      units: 'src/workers/units.ts',
      schema: 'src/workers/schema.ts',
      import: 'src/workers/import.ts',
    },
    outdir: 'dist/workers',
    plugins: [sharedModules('../libraries'), lazyLibraries('../libraries'), sharedWorkerParts],
  },
  webview: { ...common, ...webviewBundle(production) },
};

// A package holds only what this run made; a running extension keeps its files while they are replaced.
if (production) await rm('dist', { recursive: true, force: true });
await mkdir('dist/webview', { recursive: true });
await Promise.all(
  ['codicon.css', 'codicon.ttf'].map((file) =>
    cp(`node_modules/@vscode/codicons/dist/${file}`, `dist/webview/${file}`),
  ),
);

if (watch) {
  console.log('building');
  const contexts = await Promise.all(Object.values(targets).map((options) => context(options)));
  // Builds once before the watch, because F5 takes "watching" as the sign that dist/ exists. Errors are already
  // printed.
  await Promise.allSettled(contexts.map((each) => each.rebuild()));
  await Promise.all(contexts.map((each) => each.watch()));
  console.log('watching');
} else {
  const results = await Promise.all(
    Object.entries(targets).map(async ([name, options]) => [name, (await build(options)).metafile]),
  );
  // The layer test reads these: which sources ended up in which bundle.
  await writeFile('dist/meta.json', JSON.stringify(Object.fromEntries(results)));
  const inputs = results.flatMap(([, meta]) => Object.keys(meta.inputs));
  await writeFile('dist/README.md', packagedReadme(await readFile('README.md', 'utf8')));
  await writeFile('dist/NOTICES.txt', await notices(inputs, ['@vscode/codicons']));
}
