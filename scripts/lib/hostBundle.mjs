// @ts-check
import { build } from 'esbuild';
import { readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { output, root } from './folders.mjs';

/**
 * Builds test/vscode, one file per test.
 * @param {string} name of the folder in .test-output; concurrent runs need separate folders
 * @returns {Promise<string>} the file whose `run()` starts them
 */
export async function buildHostTests(name) {
  const source = join(root, 'test/vscode');
  const target = join(output, name);
  await rm(target, { recursive: true, force: true });
  const tests = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.ts'),
  );
  await build({
    entryPoints: ['index.ts', ...tests].map((file) => join(source, file)),
    outbase: source,
    outdir: target,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'warning',
    // mocha must be the same for the runner and the tests.
    external: ['vscode', 'mocha', 'bufferutil', 'utf-8-validate'],
  });
  // The repository's package.json may declare another type for .js files.
  await writeFile(join(target, 'package.json'), '{ "type": "commonjs" }');
  return join(target, 'index.js');
}
