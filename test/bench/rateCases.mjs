// @ts-check
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runClient, runProcess, touchMemory } from './processes.mjs';
import { compared, median, perSecond } from './results.mjs';

/** @typedef {import('./results.mjs').Context} Context */
/** @typedef {import('./results.mjs').Result} Result */

const SIZES = [
  { size: 100, messages: 4_000_000, least: 0.85 },
  { size: 1000, messages: 1_500_000, least: 0.75 },
  { size: 100_000, messages: 8_000, least: 0.75 },
];

/** Messages of a comparison with a slower client. */
const PEER_MESSAGES = 1_000_000;

/** Receive and record against a bare `ws` client that only counts. @param {Context} context @returns {Promise<Result[]>} */
export async function receive(context) {
  const results = [];
  for (const { size, messages, least } of SIZES) {
    const burst = `${context.url}/burst?n=${messages}&size=${size}`;
    const isLarge = size === 100_000;
    /** @type {{ bare: number[]; duplex: number[]; append: number[] }} */
    const rates = { bare: [], duplex: [], append: [] };
    let cores = '';
    for (let round = 0; round < context.rounds; round++) {
      const bare = await runClient(context, 'bare', burst);
      rates.bare.push(messages / bare.seconds);
      await touchMemory(context, messages * (size + ROW_BYTES));
      if (isLarge) {
        const append = await runClient(context, 'append', context.folder, String(messages * size));
        rates.append.push(messages / append.seconds);
      }
      const recording = join(context.folder, `receive-${size}`);
      const duplex = await runClient(context, 'duplex', burst, recording, String(messages));
      rates.duplex.push(messages / duplex.seconds);
      cores = `${duplex.cores} (bare ws: ${bare.cores})`;
    }
    const peers = rates.bare.map((rate, round) => Math.min(rate, rates.append[round] ?? rate));
    const appended = isLarge ? `, ${perSecond(median(rates.append))} of a plain append` : '';
    results.push(
      compared({
        what: `receive and record, ${size} B`,
        budget: `≥ ${least} of ${isLarge ? 'the slower of bare ws and a plain append' : 'bare ws'}`,
        ours: rates.duplex,
        theirs: peers,
        limit: { least },
        how: `${perSecond(median(rates.duplex))} against ${perSecond(median(rates.bare))} of bare ws${appended}; ${cores}`,
      }),
    );
  }
  return results;
}

/** Bytes of a row of the index (docs/recording-format.md). */
const ROW_BYTES = 32;

/** Messages of a comparison with decoding. */
const DECODED_MESSAGES = 5_000_000;

/**
 * Receive and record with a named protocol and the index of units that follows, against the same without.
 * @param {Context} context @returns {Promise<Result[]>}
 */
export async function decoding(context) {
  const burst = `${context.url}/burst?n=${DECODED_MESSAGES}&size=100`;
  const recording = join(context.folder, 'decoding');
  /** @type {{ plain: number[]; decoded: number[]; indexed: number[] }} */
  const rates = { plain: [], decoded: [], indexed: [] };
  /** Megabytes. @type {number[]} */
  const growths = [];
  for (let round = 0; round < context.rounds; round++) {
    const plain = await runClient(context, 'duplex', burst, recording, String(DECODED_MESSAGES));
    const decoded = await runClient(context, 'decoded', burst, recording, String(DECODED_MESSAGES));
    const sizes = /** @type {{ rss: number }[]} */ (decoded.memory).map(({ rss }) => rss);
    growths.push(Math.max(...sizes) - (sizes[0] ?? NaN));
    rates.plain.push(DECODED_MESSAGES / plain.seconds);
    rates.decoded.push(DECODED_MESSAGES / decoded.seconds);
    rates.indexed.push(DECODED_MESSAGES / (decoded.seconds + decoded.indexed));
  }
  return [
    compared({
      what: 'receive and record, 100 B, while every message is decoded and indexed',
      budget: '≥ 0.85 of the rate without',
      ours: rates.decoded,
      theirs: rates.plain,
      limit: { least: 0.85 },
      how: `${perSecond(median(rates.decoded))} against ${perSecond(median(rates.plain))}; indexed to the end at ${perSecond(median(rates.indexed))}; memory grew by ${Math.round(Math.max(...growths))} MB`,
    }),
  ];
}

/** Receive and record against clients that print or only count. @param {Context} context @returns {Promise<Result[]>} */
export async function peers(context) {
  const burst = `${context.url}/burst?n=${PEER_MESSAGES}&size=100`;
  const python = pythonWithWebsocket();
  /** @type {{ duplex: number[]; wscat: number[]; python: number[] }} */
  const rates = { duplex: [], wscat: [], python: [] };
  let cores = '';
  for (let round = 0; round < context.rounds; round++) {
    const wscat = await wscatToFile(context, burst);
    const recording = join(context.folder, 'peers');
    const duplex = await runClient(context, 'duplex', burst, recording, String(PEER_MESSAGES));
    rates.wscat.push(PEER_MESSAGES / wscat.seconds);
    rates.duplex.push(PEER_MESSAGES / duplex.seconds);
    cores = `${duplex.cores} (wscat: ${wscat.cores})`;
    if (python === undefined) continue;
    const args = ['-c', PYTHON, burst, String(PEER_MESSAGES)];
    const run = await runProcess(python, args, { server: context.server });
    rates.python.push(PEER_MESSAGES / Number(run.stdout));
  }
  const name = "receive and record, 100 B, against Python's websocket-client";
  return [
    compared({
      what: 'receive and record, 100 B, against wscat',
      budget: '≥ 6 times its rate',
      ours: rates.duplex,
      theirs: rates.wscat,
      limit: { least: 6 },
      how: `${perSecond(median(rates.duplex))} against ${perSecond(median(rates.wscat))} of wscat printing to a file; ${cores}`,
    }),
    python === undefined
      ? {
          what: name,
          budget: '≥ 20 times its rate',
          measured: 'not measured',
          met: false,
          how: 'no Python has the module websocket here: install python3-websocket (Debian) or websocket-client (pip)',
          raw: undefined,
        }
      : compared({
          what: name,
          budget: '≥ 20 times its rate',
          ours: rates.duplex,
          theirs: rates.python,
          limit: { least: 20 },
          how: `which only counts: ${perSecond(median(rates.python))}; ${python}`,
        }),
  ];
}

/** @param {Context} context @param {string} burst */
async function wscatToFile({ folder, server }, burst) {
  const file = join(folder, 'wscat.txt');
  const out = openSync(file, 'w');
  const args = ['node_modules/wscat/bin/wscat', '--no-color', '-c', burst];
  const run = await runProcess(process.execPath, args, { stdout: out, server });
  closeSync(out);
  const bytes = statSync(file).size;
  rmSync(file);
  if (bytes < PEER_MESSAGES * 100)
    throw new Error(`wscat printed ${bytes} bytes of ${PEER_MESSAGES * 100}: nothing to compare with.`);
  return run;
}

const PYTHON = `
import sys, time, websocket
ws = websocket.create_connection(sys.argv[1])
count, started = 0, time.time()
while count < int(sys.argv[2]):
    ws.recv(); count += 1
print(time.time() - started)
`;

/** The first Python that has websocket-client; Debian's package belongs to /usr/bin/python3. @returns {string | undefined} */
function pythonWithWebsocket() {
  return ['python3', '/usr/bin/python3', 'python'].find(
    (name) => spawnSync(name, ['-c', 'import websocket; websocket.create_connection']).status === 0,
  );
}
