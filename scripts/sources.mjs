// @ts-check
// Checks the rules of src/ that neither eslint nor the layer check covers: node scripts/sources.mjs
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/folders.mjs';
import { sourceProblems } from './lib/sourceRules.mjs';

const paths = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .sort();
const problems = sourceProblems(
  paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
