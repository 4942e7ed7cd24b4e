// @ts-check
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runClient } from './processes.mjs';

const SIZES = [10_000, 100_000, 1_000_000, 10_000_000];

/**
 * What a recording costs by its length: to open, to jump in, to count over time, to search, and in memory.
 * @param {import('./cases.mjs').Context} context @returns {Promise<import('./cases.mjs').Result[]>}
 */
export async function growth({ client, folder, url, messages }) {
  const results = [];
  for (const size of SIZES.filter((each) => each <= messages)) {
    const recording = join(folder, `growth-${size}`);
    await runClient(client, 'duplex', `${url}/burst?n=${size}&size=100`, recording, String(size), 'keep');
    const cost = await runClient(client, 'growth', recording);
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
