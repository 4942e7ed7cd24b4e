// @ts-check
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EXPORT, requiredOnUse } from './deferredModules.mjs';

/**
 * Files in dist/libraries that several bundles share: the built-in protocols, and what is used of a package of a codec.
 * Each bundle would hold them once more, and read them at each start.
 * @type {Readonly<Record<string, string>>}
 */
export const SHARED_MODULES = {
  cbor: 'src/core/codec/cborPackage.ts',
  msgpack: 'src/core/codec/msgpackPackage.ts',
  protocols: 'src/core/protocol/builtInProtocols.ts',
};

/** The names of one `export { … } from`. */
const REEXPORT = /^export \{([^}]*)\} from/gm;

/**
 * Redirects an import of such a module to getters that require its file when one of them is first used.
 * @param {string} folder of the libraries, relative to the bundle
 * @returns {import('esbuild').Plugin}
 */
export function sharedModules(folder = './libraries') {
  const nameOf = new Map(Object.entries(SHARED_MODULES).map(([name, path]) => [resolve(path), name]));
  return {
    name: 'shared-modules',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.ts$/ }, ({ path, kind, resolveDir }) => {
        const file = resolve(resolveDir, path);
        return kind !== 'entry-point' && nameOf.has(file)
          ? { path: file, namespace: 'shared-module' }
          : undefined;
      });
      onLoad({ filter: /.*/, namespace: 'shared-module' }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const lists = [...source.matchAll(REEXPORT)].map(([, list = '']) => list.split(','));
        const names = [
          // A list over several lines ends in a comma.
          ...lists.flatMap((list) => list.map((name) => name.trim()).filter((name) => name !== '')),
          ...[...source.matchAll(EXPORT)].map(([, name]) => name),
        ];
        return {
          contents: requiredOnUse(`${folder}/${nameOf.get(path)}.js`, names),
          resolveDir: resolve('.'),
          watchFiles: [path],
        };
      });
      onResolve({ filter: /\.js$/, namespace: 'shared-module' }, ({ path }) => ({ path, external: true }));
    },
  };
}
