// @ts-check
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runClient, runProcess } from './processes.mjs';
import { compared, median } from './results.mjs';

// Measures whole processes, from start to end, against those of a peer.

/** @typedef {import('./results.mjs').Context} Context */
/** @typedef {import('./results.mjs').Result} Result */

const CLI = join(process.cwd(), 'dist/cli.js');

/** Starts of each command in a round, because a single start takes a few tenths of a second and varies as much. */
const STARTS = 5;

/** Number of requests in the file that runs at once, and its budget in seconds and MB. */
const SESSIONS = 1000;
const SESSIONS_BUDGET = { seconds: 8, megabytes: 400 };

/**
 * Runs two commands in turns.
 * @param {number} rounds
 * @param {() => Promise<{ seconds: number }>} ours @param {() => Promise<{ seconds: number }>} theirs
 * @returns {Promise<{ ours: number[]; theirs: number[] }>} the median of each round, in seconds
 */
async function inTurns(rounds, ours, theirs) {
  /** @type {{ ours: number[]; theirs: number[] }} */
  const medians = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    /** @type {{ ours: number[]; theirs: number[] }} */
    const seconds = { ours: [], theirs: [] };
    for (let start = 0; start < STARTS; start++) {
      seconds.theirs.push((await theirs()).seconds);
      seconds.ours.push((await ours()).seconds);
    }
    medians.ours.push(median(seconds.ours));
    medians.theirs.push(median(seconds.theirs));
  }
  return medians;
}

/** @param {readonly number[]} seconds */
const milliseconds = (seconds) => `${Math.round(median(seconds) * 1000)} ms`;

/** `duplex connect` against wscat. @param {Context} context @returns {Promise<Result[]>} */
export async function connect({ url, rounds }) {
  const echo = `${url}/echo`;
  const seconds = await inTurns(
    rounds,
    () => runProcess(process.execPath, [CLI, 'connect', echo, '--send', 'hi', '--wait', '1ms']),
    () => runProcess(process.execPath, ['node_modules/wscat/bin/wscat', '-c', echo, '-x', 'hi', '-w', '0']),
  );
  return [
    compared({
      what: '`duplex connect --send` as a whole process, against wscat',
      budget: '≤ 1.0 of its time',
      ...seconds,
      limit: { most: 1 },
      how: `${milliseconds(seconds.ours)} against ${milliseconds(seconds.theirs)}; medians of ${STARTS} starts a round`,
    }),
  ];
}

/** `duplex run` against httpYac, over the same file. @param {Context} context @returns {Promise<Result[]>} */
export async function run({ folder, url, rounds }) {
  const file = join(folder, 'run.http');
  writeFileSync(file, `WEBSOCKET ${url}/echo\n\n{"n": 1}\n=== wait-for-server\n`);
  const httpyac = join(process.cwd(), 'node_modules/httpyac/bin/httpyac.js');
  const seconds = await inTurns(
    rounds,
    () => runProcess(process.execPath, [CLI, 'run', file], { cwd: folder }),
    () => runProcess(process.execPath, [httpyac, 'send', file, '--all'], { cwd: folder }),
  );
  rmSync(file);
  return [
    compared({
      what: '`duplex run` as a whole process, against httpYac',
      budget: '≤ 0.35 of its time',
      ...seconds,
      limit: { most: 0.35 },
      how: `${milliseconds(seconds.ours)} against ${milliseconds(seconds.theirs)}; one request that sends a message and awaits one`,
    }),
  ];
}

/** `duplex log --search` against ripgrep over the payloads. @param {Context} context @returns {Promise<Result[]>} */
export async function log(context) {
  const budget = {
    what: '`duplex log --search` of a rare word, against ripgrep',
    budget: '≤ 4 times its time',
  };
  if (spawnSync('rg', ['--version']).status !== 0)
    return [
      {
        ...budget,
        measured: 'not measured',
        met: false,
        how: 'ripgrep (rg) is not installed',
        raw: undefined,
      },
    ];
  const { folder, url, rounds, messages } = context;
  const recording = join(folder, 'log');
  const burst = `${url}/burst?n=${messages}&size=100`;
  await runClient(context, 'duplex', burst, recording, String(messages), 'keep');
  // The end of the number in one of 100,000 messages.
  const word = '99999,"pad"';
  const payloads = readdirSync(recording).filter((name) => name.startsWith('payload-'));
  let [hits, found] = [0, 0];
  const seconds = await inTurns(
    rounds,
    async () => {
      const ours = await runProcess(process.execPath, [CLI, 'log', recording, '--search', word]);
      hits = ours.stdout.split('\n').filter((line) => line.includes(word)).length;
      return ours;
    },
    async () => {
      const args = [
        '--text',
        '--fixed-strings',
        '--only-matching',
        '--no-filename',
        '--no-line-number',
        '--byte-offset',
      ];
      const theirs = await runProcess('rg', [...args, word, ...payloads], { cwd: recording });
      found = theirs.stdout.trim().split('\n').length;
      return theirs;
    },
  );
  rmSync(recording, { recursive: true });
  if (hits !== Math.floor(messages / 100_000) || found !== hits)
    throw new Error(
      `duplex log found ${hits} and ripgrep ${found} of ${Math.floor(messages / 100_000)} messages.`,
    );
  return [
    compared({
      ...budget,
      ...seconds,
      limit: { most: 4 },
      how: `${milliseconds(seconds.ours)} against ${milliseconds(seconds.theirs)}; ${hits} hits in ${Math.round((messages * 100) / 1e6)} MB`,
    }),
  ];
}

/** Measures many sessions in one process. @param {Context} context @returns {Promise<Result[]>} */
export async function sessions({ folder, url, server, rounds }) {
  const file = join(folder, 'sessions.ws');
  const request = (/** @type {number} */ index) =>
    [
      `### Session ${index}`,
      `# @name s${index}`,
      '# @timeout 2m',
      `WEBSOCKET ${url}/echo`,
      '',
      '{"n": 1}',
      '=== wait-for-server',
      // The limit is long, so that a slow machine shows in the time and not as a failure.
      '# @within 2m',
      '# @delay 2s',
      '{"n": 2}',
      '=== wait-for-server',
      '# @within 2m',
      '',
    ].join('\n');
  writeFileSync(file, Array.from({ length: SESSIONS }, (_, index) => request(index)).join('\n'));
  const runs = [];
  for (let round = 0; round < rounds; round++)
    runs.push(await runProcess(process.execPath, [CLI, 'run', file, '--together'], { server, cwd: folder }));
  rmSync(file);
  const seconds = median(runs.map((each) => each.seconds));
  const megabytes = median(runs.map((each) => each.peak));
  return [
    {
      what: `${SESSIONS} sessions of one process, two messages each with a pause of 2 s`,
      budget: `≤ ${SESSIONS_BUDGET.seconds} s and ${SESSIONS_BUDGET.megabytes} MB`,
      measured: `${seconds.toFixed(1)} s, ${Math.round(megabytes)} MB`,
      // If the resident memory is not known, only the time decides.
      met: seconds <= SESSIONS_BUDGET.seconds && !(megabytes > SESSIONS_BUDGET.megabytes),
      how: `\`duplex run --together\`; ${runs.at(-1)?.cores}`,
      raw: runs.map(({ seconds: time, peak }) => ({ seconds: time, peak })),
    },
  ];
}
