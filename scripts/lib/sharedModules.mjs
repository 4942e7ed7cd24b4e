// @ts-check
import { resolve } from 'node:path';
import { requiredOnUse } from './deferredModules.mjs';
import { exportsOf } from './exportsOf.mjs';

/**
 * Files in dist/libraries that several bundles share: the built-in protocols, and the used parts of a codec's
 * package. Otherwise each bundle would contain a copy and read it at each start.
 * @type {Readonly<Record<string, string>>}
 */
export const SHARED_MODULES = {
  cbor: 'src/core/codec/cborPackage.ts',
  msgpack: 'src/core/codec/msgpackPackage.ts',
  protocols: 'src/core/protocol/builtInProtocols.ts',
};

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
        return {
          contents: requiredOnUse(`${folder}/${nameOf.get(path)}.js`, await exportsOf(path)),
          resolveDir: resolve('.'),
          watchFiles: [path],
        };
      });
      onResolve({ filter: /\.js$/, namespace: 'shared-module' }, ({ path }) => ({ path, external: true }));
    },
  };
}
