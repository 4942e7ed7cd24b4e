// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, rmSync, statSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { growth } from './growthCase.mjs';
import { median, runClient } from './processes.mjs';
import { window } from './windowCase.mjs';

/**
 * @typedef {object} Context
 * @property {string} client the built measured programs
 * @property {string} folder an empty one, on the disk that is measured
 * @property {string} url of the demo server
 * @property {number} rounds how often each rate is measured; the median counts
 * @property {number} messages of the long recording
 */
/** @typedef {{ what: string; budget: string; measured: string; met: boolean; how: string; raw: unknown }} Result */

const SIZES = [
  { size: 100, messages: 4_000_000, least: 0.75 },
  { size: 1000, messages: 1_500_000, least: 0.65 },
  { size: 100_000, messages: 8_000, least: 0.6 },
];

/** @param {number} rate a second */
const perSecond = (rate) =>
  rate >= 1e6 ? `${(rate / 1e6).toFixed(2)} M/s` : `${Math.round(rate / 1000)} k/s`;

/** @param {Context} context @returns {Promise<Result[]>} */
async function receive({ client, folder, url, rounds }) {
  const results = [];
  for (const { size, messages, least } of SIZES) {
    const burst = `${url}/burst?n=${messages}&size=${size}`;
    /** @type {{ bare: number[]; duplex: number[]; append: number[] }} */
    const rates = { bare: [], duplex: [], append: [] };
    for (let round = 0; round < rounds; round++) {
      // Taking turns, so that a slow minute of the machine touches both.
      rates.bare.push(messages / (await runClient(client, 'bare', burst)).seconds);
      const recording = join(folder, `receive-${size}`);
      rates.duplex.push(
        messages / (await runClient(client, 'duplex', burst, recording, String(messages))).seconds,
      );
      if (size === 100_000)
        rates.append.push(
          messages / (await runClient(client, 'append', folder, String(messages * size))).seconds,
        );
    }
    const bare = median(rates.bare);
    const limit = rates.append.length > 0 ? Math.min(bare, median(rates.append)) : bare;
    const ratio = median(rates.duplex) / limit;
    const against = limit === bare ? 'bare ws' : 'a plain append';
    results.push({
      what: `receive and record, ${size} B`,
      budget: `≥ ${least} of ${size === 100_000 ? 'the slower of bare ws and a plain append' : 'bare ws'}`,
      measured: ratio.toFixed(2),
      met: ratio >= least,
      how: `${perSecond(median(rates.duplex))} against ${perSecond(limit)} of ${against}; server, client and record worker share the cores`,
      raw: rates,
    });
  }
  return results;
}

/** @param {Context} context @returns {Promise<Result[]>} */
async function wscat({ client, folder, url }) {
  const messages = 1_000_000;
  const burst = `${url}/burst?n=${messages}&size=100`;
  const file = join(folder, 'wscat.txt');
  const out = openSync(file, 'w');
  const started = performance.now();
  const child = spawn(process.execPath, ['node_modules/wscat/bin/wscat', '--no-color', '-c', burst], {
    stdio: ['pipe', out, 'ignore'],
  });
  await once(child, 'close');
  closeSync(out);
  const seconds = (performance.now() - started) / 1000;
  const bytes = statSync(file).size;
  rmSync(file);
  if (bytes < messages * 100)
    throw new Error(`wscat printed ${bytes} bytes of ${messages * 100}: nothing to compare with.`);
  const duplex = await runClient(client, 'duplex', burst, join(folder, 'wscat'), String(messages));
  const ratio = seconds / duplex.seconds;
  return [
    {
      what: 'receive and record, 100 B, against wscat',
      budget: '≥ 5 times its rate',
      measured: ratio.toFixed(1),
      met: ratio >= 5,
      how: `wscat printing to a file: ${perSecond(messages / seconds)}`,
      raw: { wscat: seconds, duplex: duplex.seconds },
    },
    ...python({ burst, messages, seconds: duplex.seconds }),
  ];
}

const PYTHON = `
import sys, time, websocket
ws = websocket.create_connection(sys.argv[1])
count, started = 0, time.time()
while count < int(sys.argv[2]):
    ws.recv(); count += 1
print(time.time() - started)
`;

/** Where it is installed: a figure for orientation, no budget. @param {{ burst: string; messages: number; seconds: number }} run */
function python({ burst, messages, seconds }) {
  const run = spawnSync('python3', ['-c', PYTHON, burst, String(messages)], { encoding: 'utf8' });
  if (run.status !== 0) return [];
  const theirs = Number(run.stdout);
  return [
    {
      what: "receive and record, 100 B, against Python's websocket-client",
      budget: 'none',
      measured: (theirs / seconds).toFixed(1),
      met: true,
      how: `which only counts: ${perSecond(messages / theirs)}`,
      raw: { python: theirs, duplex: seconds },
    },
  ];
}

/** @param {Context} context @returns {Promise<Result[]>} */
async function long({ client, folder, url, messages }) {
  const recording = join(folder, 'long');
  const burst = `${url}/burst?n=${messages}&size=100`;
  const run = await runClient(client, 'duplex', burst, recording, String(messages), 'keep');
  const first = run.memory[0].rss;
  const peak = Math.max(...run.memory.map((/** @type {{ rss: number }} */ sample) => sample.rss));
  const half = run.memory
    .slice(run.memory.length / 2)
    .map((/** @type {{ rss: number }} */ sample) => sample.rss);
  const drift = Math.max(...half) - Math.min(...half);
  const jump = await runClient(client, 'jump', recording);
  rmSync(recording, { recursive: true });
  const millions = `${(messages / 1e6).toFixed(0)} M`;
  return [
    {
      what: `growth of host memory over ${millions} messages`,
      budget: '≤ 150 MB, then flat',
      measured: `${Math.round(peak - first)} MB`,
      met: peak - first <= 150,
      how: `resident, from ${Math.round(first)} to at most ${Math.round(peak)} MB; ±${Math.round(drift)} MB in the second half; ${perSecond(messages / run.seconds)}`,
      raw: run.memory,
    },
    {
      what: `jump to any of ${millions} rows`,
      budget: '≤ 50 ms in the reader',
      measured: `${jump.max.toFixed(1)} ms`,
      met: jump.max <= 50,
      how: `the slowest of 500 screenfuls; median ${jump.p50.toFixed(2)} ms`,
      raw: jump,
    },
  ];
}

/** @param {Context} context @returns {Promise<Result[]>} */
async function search({ client, folder, url, rounds, messages }) {
  const recording = join(folder, 'search');
  const size = 100;
  await runClient(
    client,
    'duplex',
    `${url}/burst?n=${messages}&size=${size}`,
    recording,
    String(messages),
    'keep',
  );
  // Ends every number that ends so: one message in 100,000.
  const word = '99999,"pad"';
  const runs = [];
  for (let round = 0; round < rounds; round++) runs.push(await runClient(client, 'search', recording, word));
  rmSync(recording, { recursive: true });
  const [{ hits, scanned }] = runs;
  if (hits !== Math.floor(messages / 100_000) || scanned !== messages + 2)
    throw new Error(`The search found ${hits} of ${scanned} rows.`);
  const rate = (messages * size) / 1e6 / median(runs.map((run) => run.seconds));
  const streams = runs.every((run) => run.first !== undefined);
  const first = median(runs.map((run) => run.first));
  return [
    {
      what: `plain search of ${(messages / 1e6).toFixed(0)} M rows for a rare word`,
      budget: '≥ 500 MB/s; first hits while it still runs',
      measured: `${Math.round(rate)} MB/s`,
      met: rate >= 500 && streams,
      how: streams ? `${hits} hits; the first after ${Math.round(first)} ms` : 'no hit before it ended',
      raw: runs,
    },
  ];
}

/** @param {Context} context @returns {Promise<Result[]>} */
async function stall({ client, folder, url }) {
  const run = await runClient(client, 'stall', `${url}/ticker?rate=100000`, join(folder, 'stall'), '8');
  return [
    {
      what: "stall of the host's event loop, 100 k messages/s",
      budget: 'p99 ≤ 20 ms',
      measured: `${run.p99.toFixed(1)} ms`,
      met: run.p99 <= 20 && run.rate > 80_000,
      how: `${perSecond(run.rate)} arrived; median ${run.p50.toFixed(1)} ms, longest ${run.max.toFixed(1)} ms`,
      raw: run,
    },
  ];
}

/** @param {Context} context @returns {Promise<Result[]>} */
async function pretty({ client, folder, url }) {
  const run = await runClient(
    client,
    'pretty',
    `${url}/echo`,
    join(folder, 'pretty'),
    String(10 * 1024 * 1024),
  );
  return [
    {
      what: 'pretty-print a 10 MB JSON message',
      budget: '≤ 1 s, nothing else stalls',
      measured: `${Math.round(run.milliseconds)} ms`,
      met: run.milliseconds <= 1000 && run.stall <= 20,
      how: `${run.lines} lines; the host stalls ${run.stall.toFixed(1)} ms at most`,
      raw: run,
    },
  ];
}

/** @returns {Promise<Result[]>} */
async function vsix() {
  const run = spawnSync('npm', ['run', 'package'], { encoding: 'utf8', shell: process.platform === 'win32' });
  if (run.status !== 0 || !existsSync('duplex.vsix'))
    throw new Error(`npm run package failed: ${run.stderr}`);
  const megabytes = statSync('duplex.vsix').size / 1e6;
  return [
    {
      what: 'the packaged .vsix',
      budget: "≤ 1.5 MB without the README's pictures",
      measured: `${megabytes.toFixed(2)} MB`,
      met: megabytes <= 1.5,
      how: 'npm run package',
      raw: megabytes,
    },
  ];
}

export const CASES = { receive, wscat, stall, window, pretty, search, long, growth, vsix };
