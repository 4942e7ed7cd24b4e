// @ts-check
import { readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

// Generates pages of docs/, and the JSON Schema of protocol tables, from the code; tests compare them.

/** @param {string} entry */
async function load(entry) {
  const options = /** @type {const} */ ({ bundle: true, format: 'esm', write: false });
  const { outputFiles } = await build({ entryPoints: [entry], ...options });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`);
}

/** @param {string} path @param {unknown} value */
async function writeJson(path, value) {
  await writeFile(
    path,
    await format(JSON.stringify(value), { ...(await resolveConfig(path)), filepath: path }),
  );
}

/** @type {{ optionsPage: () => string }} */
const { optionsPage } = await load('scripts/lib/optionsPage.ts');
await writeFile('docs/options.md', optionsPage());

/** @type {{ TABLE_SCHEMA: Record<string, unknown> }} */
const { TABLE_SCHEMA } = await load('src/core/protocol/table/tableSchema.ts');
await writeJson('media/protocol.schema.json', {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A protocol of JSON messages',
  ...TABLE_SCHEMA,
});
const manifest = JSON.parse(await readFile('package.json', 'utf8'));
for (const { properties } of manifest.contributes.configuration) {
  if (properties['duplex.protocols']) properties['duplex.protocols'].items = TABLE_SCHEMA;
}
await writeJson('package.json', manifest);
