// @ts-check
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

// Generates pages of docs/ from the code; a test compares them.
const { outputFiles } = await build({
  entryPoints: ['scripts/lib/optionsPage.ts'],
  bundle: true,
  format: 'esm',
  write: false,
});
/** @type {{ optionsPage: () => string }} */
const { optionsPage } = await import(
  `data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`
);
await writeFile('docs/options.md', optionsPage());
