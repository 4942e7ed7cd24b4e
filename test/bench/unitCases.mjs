// @ts-check
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runClient } from './processes.mjs';
import { compared, perSecond } from './results.mjs';

/**
 * Decoding and indexing, pairs and percentiles, screenfuls of decoded rows.
 * @param {import('./results.mjs').Context} context @returns {Promise<import('./results.mjs').Result[]>}
 */
export async function units(context) {
  const { folder, messages } = context;
  const million = Math.min(messages, 1_000_000);
  const results = [];
  /** @param {string} protocol @param {number} count */
  const measure = async (protocol, count) => {
    const recording = join(folder, 'units');
    await runClient(context, 'record', recording, protocol, String(count));
    const run = await runClient(context, 'units', recording);
    rmSync(recording, { recursive: true });
    return run;
  };
  for (const protocol of ['Socket.IO', 'JSON-RPC', 'MQTT']) {
    const run = await measure(protocol, million);
    const rate = run.rows / run.seconds;
    results.push({
      what: `decode and index ${protocol} messages`,
      budget: '≥ 300 k/s in one worker',
      measured: perSecond(rate),
      met: rate >= 300_000,
      how: `${million / 1e6} M messages, half of them calls`,
      raw: run,
    });
  }
  const calls = await measure('JSON-RPC', 2 * million);
  results.push({
    what: `pairs and percentiles of ${calls.calls / 1e6} M calls`,
    budget: '≤ 5 s after they are indexed',
    measured: `${(calls.pairs - calls.seconds).toFixed(2)} s`,
    met: calls.pairs - calls.seconds <= 5,
    how: `indexing them before took ${calls.seconds.toFixed(1)} s`,
    raw: calls,
  });
  const long = await measure('Socket.IO', messages);
  results.push({
    what: `a screenful of decoded rows of ${messages / 1e6} M`,
    budget: '≤ 50 ms',
    measured: `${long.max.toFixed(1)} ms`,
    met: long.max <= 50,
    how: `the slowest of 100; median ${long.p50.toFixed(1)} ms`,
    raw: long,
  });
  return results;
}

/**
 * MessagePack and CBOR against the libraries that read them.
 * @param {import('./results.mjs').Context} context @returns {Promise<import('./results.mjs').Result[]>}
 */
export async function codecs(context) {
  const results = [];
  for (const [format, title] of [
    ['msgpack', 'MessagePack'],
    ['cbor', 'CBOR'],
  ]) {
    const { ours, library } = await runClient(context, 'codecs', format ?? '');
    results.push(
      compared({
        what: `read ${title}, with its limits, against the library alone`,
        budget: 'at most 2 times its time',
        ours,
        theirs: library,
        limit: { most: 2 },
        how: '1000 messages of about 70 bytes, 15 rounds',
      }),
    );
  }
  return results;
}
