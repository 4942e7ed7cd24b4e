import { describe, expect, it } from 'vitest';
import { describe as inWords, parseStat } from '../../bench/cores.mjs';
import { compared, median, percentile, perSecond } from '../../bench/results.mjs';

const ratio = (ours: number[], theirs: number[], limit?: { least: number } | { most: number }) =>
  compared({ what: 'a', budget: 'b', ours, theirs, limit, how: 'c' });

describe('compared', () => {
  it('computes the ratio of each round, and the median of these', () => {
    const result = ratio([50, 90, 200], [100, 100, 100]);
    expect(result.measured).toBe('0.90 (0.50 to 2.00)');
    expect(result.raw).toMatchObject({ ratios: [0.5, 0.9, 2] });
  });

  it('is met from the limit on, in the direction that counts', () => {
    expect(ratio([85], [100], { least: 0.85 })).toMatchObject({ met: true, measured: '0.85' });
    expect(ratio([84], [100], { least: 0.85 }).met).toBe(false);
    expect(ratio([100], [100], { most: 1 }).met).toBe(true);
    expect(ratio([101], [100], { most: 1 }).met).toBe(false);
    expect(ratio([1], [100]).met).toBe(true);
  });

  it('is not met if a peer gave no figure', () => {
    expect(ratio([85], [], { least: 0.5 }).met).toBe(false);
    expect(ratio([85], [], { most: 100 }).met).toBe(false);
  });
});

it('computes the median and other quantiles of unsorted figures', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95)).toBe(10);
  expect(median([])).toBeNaN();
});

it('writes rates with three digits or so', () => {
  expect([1_840_000, 212_400, 9_040].map(perSecond)).toEqual(['1.84 M/s', '212 k/s', '9.0 k/s']);
});

describe('the cores', () => {
  it('reads ticks and core of a thread whose name holds brackets and blanks', () => {
    const numbers = Array.from({ length: 50 }, (_, index) => index + 4);
    const stat = `77 (a) b) S ${numbers.join(' ')}\n`;
    // utime and stime are fields 14 and 15, the processor is field 39.
    expect(parseStat(stat)).toEqual({ ticks: 14 + 15, core: 39 });
  });

  it('names the busy threads only, the busiest first', () => {
    expect(
      inWords([
        { process: 'client', isMain: false, share: 0.404, cores: [1, 0] },
        { process: 'client', isMain: true, share: 0.91, cores: [0] },
        { process: 'client', isMain: false, share: 0.01, cores: [0] },
        { process: 'server', isMain: true, share: 0.96, cores: [1] },
      ]),
    ).toBe("server 96 % of core 1; client 91 % of core 0; client's worker 40 % of cores 1, 0");
  });
});
