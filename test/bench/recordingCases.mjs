// @ts-check
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runClient, runProcess } from './processes.mjs';
import { median, perSecond } from './results.mjs';

/** @param {import('./results.mjs').Context} context @returns {Promise<import('./results.mjs').Result[]>} */
export async function long(context) {
  const { folder, url, messages } = context;
  const recording = join(folder, 'long');
  const burst = `${url}/burst?n=${messages}&size=100`;
  const run = await runClient(context, 'duplex', burst, recording, String(messages), 'keep');
  const first = run.memory[0].rss;
  const peak = Math.max(...run.memory.map((/** @type {{ rss: number }} */ sample) => sample.rss));
  const half = run.memory
    .slice(run.memory.length / 2)
    .map((/** @type {{ rss: number }} */ sample) => sample.rss);
  const drift = Math.max(...half) - Math.min(...half);
  const jump = await runClient(context, 'jump', recording);
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

/** @param {import('./results.mjs').Context} context @returns {Promise<import('./results.mjs').Result[]>} */
export async function search(context) {
  const { folder, url, rounds, messages } = context;
  const recording = join(folder, 'search');
  const size = 100;
  await runClient(
    context,
    'duplex',
    `${url}/burst?n=${messages}&size=${size}`,
    recording,
    String(messages),
    'keep',
  );
  // The end of the number in one of 100,000 messages.
  const word = '99999,"pad"';
  const runs = [];
  for (let round = 0; round < rounds; round++) runs.push(await runClient(context, 'search', recording, word));
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

/** @param {import('./results.mjs').Context} context @returns {Promise<import('./results.mjs').Result[]>} */
export async function pretty(context) {
  const { folder, url } = context;
  const run = await runClient(
    context,
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

/** @param {import('./results.mjs').Context} context @returns {Promise<import('./results.mjs').Result[]>} */
export async function stall(context) {
  const { folder, url } = context;
  const results = [];
  for (const [kind, title] of [
    ['plain', ''],
    ['decoded', ', while every message is decoded and indexed'],
  ]) {
    const recording = join(folder, 'stall');
    const run = await runClient(context, 'stall', `${url}/ticker?rate=100000`, recording, '8', kind ?? '');
    results.push({
      what: `stall of the host's event loop, 100 k messages/s${title}`,
      budget: 'p99 ≤ 20 ms',
      measured: `${run.p99.toFixed(1)} ms`,
      met: run.p99 <= 20 && run.rate > 80_000,
      how: `${perSecond(run.rate)} arrived; median ${run.p50.toFixed(1)} ms, longest ${run.max.toFixed(1)} ms`,
      raw: run,
    });
  }
  return results;
}

const LENGTHS = [10_000, 100_000, 1_000_000, 10_000_000];

/**
 * Measures the cost of a recording by its length: to open, to jump in, to count over time, to search, and in memory.
 * @param {import('./results.mjs').Context} context @returns {Promise<import('./results.mjs').Result[]>}
 */
export async function growth(context) {
  const { folder, url, messages } = context;
  const results = [];
  for (const size of LENGTHS.filter((each) => each <= messages)) {
    const recording = join(folder, `growth-${size}`);
    await runClient(context, 'duplex', `${url}/burst?n=${size}&size=100`, recording, String(size), 'keep');
    const cost = await runClient(context, 'growth', recording);
    rmSync(recording, { recursive: true });
    const ms = (/** @type {number} */ value) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
    results.push({
      what: `cost of ${size >= 1e6 ? `${size / 1e6} M` : `${size / 1000} k`} messages`,
      budget: 'none',
      measured: `jump ${ms(cost.jump)} ms`,
      met: true,
      how: `open ${ms(cost.open)} ms; row at a time ${ms(cost.rowAtTime)} ms; chart ${ms(cost.rates)} ms, then ${ms(cost.update)} ms an update; search ${ms(cost.search)} ms; ${Math.round(cost.memory)} MB more memory`,
      raw: cost,
    });
  }
  return results;
}

const CLI = join(process.cwd(), 'dist/cli.js');
/** Messages of an export, and how much memory it may take beyond that of one row, in MB. */
const EXPORTED = 1_000_000;
const EXPORT_GROWTH = 150;

/**
 * Measures the time and memory of an export of many messages against one of a single row.
 * @param {import('./results.mjs').Context} context @returns {Promise<import('./results.mjs').Result[]>}
 */
export async function exports(context) {
  const { folder, url, messages } = context;
  const count = Math.min(EXPORTED, messages);
  const recording = join(folder, 'exported');
  await runClient(context, 'duplex', `${url}/burst?n=${count}&size=100`, recording, String(count), 'keep');
  const results = [];
  for (const kind of ['har', 'jsonl']) {
    const target = join(folder, `exported.${kind}`);
    /** @param {string[]} rows */
    const run = (...rows) =>
      runProcess(process.execPath, [
        CLI,
        'export',
        recording,
        '--to',
        kind,
        '--output',
        target,
        '--force',
        ...rows,
      ]);
    const one = await run('--range', '1');
    const all = await run();
    rmSync(target);
    const growth = all.peak - one.peak;
    results.push({
      what: `growth of memory for ${count / 1e6} M messages as ${kind === 'har' ? 'HAR' : 'JSON lines'}`,
      budget: `≤ ${EXPORT_GROWTH} MB`,
      measured: `${Math.round(growth)} MB`,
      met: growth <= EXPORT_GROWTH,
      how: `duplex export, ${perSecond(count / all.seconds)}; resident at most ${Math.round(all.peak)} MB, of one row ${Math.round(one.peak)} MB`,
      raw: { all, one },
    });
  }
  rmSync(recording, { recursive: true });
  return results;
}
