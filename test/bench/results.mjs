// @ts-check

/**
 * @typedef {object} Context
 * @property {string} client the built measured programs
 * @property {string} servers those of servers
 * @property {string} folder an empty one, on the disk that is measured
 * @property {string} url of the demo server
 * @property {number} server its process id
 * @property {number} rounds how often each ratio is measured; the median counts
 * @property {number} messages of the long recordings
 */
/** @typedef {{ what: string; budget: string; measured: string; met: boolean; how: string; raw: unknown }} Result */

/** @param {readonly number[]} values */
export function median(values) {
  return percentile(values, 0.5);
}

/** @param {readonly number[]} values @param {number} part from 0 to 1 */
export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** @param {number} rate a second */
export const perSecond = (rate) =>
  rate >= 1e6 ? `${(rate / 1e6).toFixed(2)} M/s` : `${(rate / 1000).toFixed(rate < 100_000 ? 1 : 0)} k/s`;

/**
 * Compares two figures that were measured in turns. The two runs of a round follow each other, so that a slow minute
 * of the machine affects both.
 * @param {object} comparison
 * @param {string} comparison.what
 * @param {string} comparison.budget
 * @param {readonly number[]} comparison.ours a figure a round
 * @param {readonly number[]} comparison.theirs as many
 * @param {{ least: number } | { most: number } | undefined} comparison.limit of the median; undefined: a figure for orientation
 * @param {string} comparison.how
 * @returns {Result}
 */
export function compared({ what, budget, ours, theirs, limit, how }) {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? NaN));
  const ratio = median(ratios);
  const digits = ratio < 10 ? 2 : 1;
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)].map((each) => each.toFixed(digits));
  return {
    what,
    budget,
    measured: ratios.length === 1 ? ratio.toFixed(digits) : `${ratio.toFixed(digits)} (${low} to ${high})`,
    met: limit === undefined || ('least' in limit ? ratio >= limit.least : ratio <= limit.most),
    how,
    raw: { ours, theirs, ratios },
  };
}
