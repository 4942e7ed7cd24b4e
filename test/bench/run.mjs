// @ts-check
// npm run bench: every budget that can be measured from the command line, beside its peers, in one run. Prints a
// table, and writes .test-output/bench/results.json. See docs/performance.md.
//   node test/bench/run.mjs [--only NAME]… [--rounds N] [--messages N] [--write]
// --write puts the table of a whole run into docs/performance.md.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { CASES } from './cases.mjs';
import { startServer } from './processes.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '5' },
    messages: { type: 'string', default: '10000000' },
    write: { type: 'boolean', default: false },
  },
});
const only = values.only.flatMap((names) => names.split(','));
const unknown = only.filter((name) => !Object.hasOwn(CASES, name));
if (values.write && only.length > 0) {
  console.error('--write takes the table of a whole run: leave out --only.');
  process.exit(2);
}
if (unknown.length > 0) {
  console.error(
    `There is no case "${unknown.join('", "')}": the cases are ${Object.keys(CASES).join(', ')}.`,
  );
  process.exit(2);
}

const output = '.test-output/bench';
mkdirSync(output, { recursive: true });
execFileSync(process.execPath, ['esbuild.mjs', '--production'], { stdio: 'inherit' });
await build({
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  logLevel: 'warning',
  external: ['bufferutil', 'utf-8-validate'],
  entryPoints: { client: 'test/bench/client.ts', servers: 'test/bench/servers.ts' },
  // Its CommonJS form requires its parts by paths that a bundle does not have; the same alias is in esbuild.mjs.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  outdir: output,
});

const folder = mkdtempSync(join(tmpdir(), 'duplex-bench-'));
const server = await startServer();
/** @type {import('./results.mjs').Context} */
const context = {
  client: join(output, 'client.js'),
  servers: join(output, 'servers.js'),
  folder,
  url: server.url,
  server: server.pid,
  rounds: Number(values.rounds),
  messages: Number(values.messages),
};
/** @type {import('./results.mjs').Result[]} */
const results = [];
try {
  for (const [name, measure] of Object.entries(CASES)) {
    if (only.length > 0 && !only.includes(name)) continue;
    process.stderr.write(`${name} …\n`);
    try {
      results.push(...(await measure(context)));
    } catch (error) {
      // The other cases still run.
      console.error(error);
      results.push({
        what: name,
        budget: '',
        measured: 'failed',
        met: false,
        how: 'see above',
        raw: String(error),
      });
    }
  }
} finally {
  server.stop();
  rmSync(folder, { recursive: true, force: true });
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
writeFileSync(
  join(output, 'results.json'),
  `${JSON.stringify({ machine, date: new Date().toISOString(), results }, undefined, 2)}\n`,
);
const table = [
  `${machine}; medians of ${context.rounds} rounds.`,
  '',
  '| what | budget | measured | met | how |',
  '| --- | --- | --- | --- | --- |',
  ...results.map(
    ({ what, budget, measured, met, how }) =>
      `| ${what} | ${budget} | ${measured} | ${met ? 'yes' : 'NO'} | ${how} |`,
  ),
].join('\n');
console.log(table);
if (values.write) {
  const page = 'docs/performance.md';
  const text = readFileSync(page, 'utf8');
  const written = text.replace(
    /(<!-- bench -->\n)[^]*(\n<!-- \/bench -->)/,
    (_, start, end) => `${start}${table}${end}`,
  );
  writeFileSync(page, written);
}
process.exitCode = results.every((result) => result.met) ? 0 : 1;
