// @ts-check
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { requiredOnUse } from './deferredModules.mjs';

/**
 * Modules that re-export what is used of a package of a codec, and their files in dist/libraries. Most bundles decode, and
 * each would hold these packages once more.
 * @type {Readonly<Record<string, string>>}
 */
export const SHARED_CODECS = {
  cbor: 'src/core/codec/cborPackage.ts',
  msgpack: 'src/core/codec/msgpackPackage.ts',
};

/** The names of one `export { … } from`. */
const EXPORTS = /^export \{([^}]*)\} from/gm;

/**
 * Redirects an import of such a module to getters that require its file when one of them is first used.
 * @param {string} folder of the libraries, relative to the bundle
 * @returns {import('esbuild').Plugin}
 */
export function sharedCodecs(folder = './libraries') {
  return {
    name: 'shared-codecs',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\/(cbor|msgpack)Package\.ts$/ }, ({ path, resolveDir }) => ({
        path: resolve(resolveDir, path),
        namespace: 'shared-codec',
      }));
      onLoad({ filter: /.*/, namespace: 'shared-codec' }, async ({ path }) => {
        const lists = [...(await readFile(path, 'utf8')).matchAll(EXPORTS)];
        const names = lists.flatMap(([, list = '']) => list.split(',').map((name) => name.trim()));
        const file = `${folder}/${basename(path, 'Package.ts')}.js`;
        return {
          contents: requiredOnUse(file, names),
          resolveDir: resolve(path, '..'),
          watchFiles: [path],
        };
      });
      onResolve(
        { filter: /^\.\.?\/libraries\/(cbor|msgpack)\.js$/, namespace: 'shared-codec' },
        ({ path }) => ({
          path,
          external: true,
        }),
      );
    },
  };
}
