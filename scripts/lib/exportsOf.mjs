// @ts-check
import { build } from 'esbuild';

/**
 * The names that a module exports with a value; types disappear at build time.
 * @param {string} path absolute
 * @returns {Promise<string[]>}
 */
export async function exportsOf(path) {
  const { metafile } = await build({
    entryPoints: [path],
    format: 'esm',
    write: false,
    metafile: true,
    outdir: '/',
    logLevel: 'silent',
  });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
}
