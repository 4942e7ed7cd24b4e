// @ts-check
import { builtinModules } from 'node:module';

/**
 * The bundles of the command line: `cli.js` starts and loads one of the others. `cliSession` holds the commands that need no
 * request files and whose start is measured, `cliAll` holds all commands. More bundles would each hold the engine once
 * more. All are in one folder, because libraries and workers are located relative to it.
 * @type {Readonly<Record<string, string>>}
 */
export const CLI_BUNDLES = {
  cli: 'src/cli/main.ts',
  cliAll: 'src/cli/program.ts',
  cliSession: 'src/cli/sessionProgram.ts',
};

/** Resolves the `import('…')` of a command to its bundle. @type {import('esbuild').Plugin} */
export const cliBundles = {
  name: 'cli-bundles',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ path, kind, importer }) => {
      if (kind !== 'dynamic-import' || !importer.endsWith('main.ts')) return undefined;
      const bundle = Object.keys(CLI_BUNDLES).find(
        (name) => CLI_BUNDLES[name] === path.replace('.', 'src/cli'),
      );
      return bundle === undefined ? undefined : { path: `./${bundle}.js`, external: true };
    });
  },
};

/** Takes a package that several bundles need from the folder of libraries, where it exists once. @type {import('esbuild').Plugin} */
export const sharedPackages = {
  name: 'shared-packages',
  setup({ onResolve }) {
    onResolve({ filter: /^json-p3$/ }, ({ path }) => ({ path: `./libraries/${path}.js`, external: true }));
  },
};

/** Node modules that take milliseconds to load and that most command lines never use. */
const HEAVY = [
  ...['http', 'https', 'tls', 'zlib', 'child_process', 'worker_threads', 'inspector', 'querystring'],
  // On Node 20 it loads all of readline.
  ...['fs/promises', 'timers/promises', 'readline', 'readline/promises'],
];

/**
 * Loads some of Node's modules when one of their members is first used. `ws` requires http, https and tls for a
 * handshake that it does not make here, and commander requires child_process for commands that it does not start.
 * Members are looked up through the prototype of an empty object, because esbuild's copies of a module look there, too.
 * @type {import('esbuild').Plugin}
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    const heavy = new Set(HEAVY.filter((name) => builtinModules.includes(name)));
    onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ path, namespace }) => {
      const name = path.replace(/^node:/, '');
      if (namespace === 'lazy-builtin' || !heavy.has(name)) return undefined;
      return { path: name, namespace: 'lazy-builtin' };
    });
    onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => ({
      contents: `let loaded;
const load = () => (loaded ??= require('node:${path}'));
// The properties that esbuild reads of every module, and that ws reads of http from Node 24 on.
const absent = new Set(['__esModule', ...(parseInt(process.versions.node) < 24 ? ['websocketMask', 'websocketUnmask'] : [])]);
module.exports = Object.create(new Proxy({}, {
  get: (_, key) => (absent.has(key) ? undefined : load()[key]),
  has: (_, key) => !absent.has(key) && key in load(),
}));`,
    }));
    onResolve({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => ({ path, external: true }));
  },
};
