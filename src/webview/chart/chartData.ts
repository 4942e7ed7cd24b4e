import type { Rates } from '../../shared/timelineProtocol.ts';

/**
 * Times in seconds since the session began, and the messages per second up to the next time. There is one more time
 * than there are buckets.
 */
export interface ChartData {
  readonly x: number[];
  readonly inMax: number[];
  readonly inMin: number[];
  readonly outMax: number[];
  readonly outMin: number[];
}

export interface Peaks {
  readonly in: number;
  readonly out: number;
}

/** If the busiest moment exceeds the usual rate by this factor, the scale becomes logarithmic. */
const STEEP = 15;

/** Buckets as steps. The last, unfinished bucket is omitted if it seems calmer than the one before. */
export function chartData(rates: Rates): ChartData {
  const buckets = settledBuckets(rates);
  const steps = (values: readonly number[]): number[] => [
    ...values.slice(0, buckets),
    ...values.slice(buckets - 1, buckets),
  ];
  const at = (bucket: number): number => (rates.start + bucket * rates.width) / 1_000_000;
  return {
    x: buckets === 0 ? [] : Array.from({ length: buckets + 1 }, (_, bucket) => at(bucket)),
    inMax: steps(rates.in.max),
    inMin: steps(rates.in.min),
    outMax: steps(rates.out.max),
    outMin: steps(rates.out.min),
  };
}

function settledBuckets({ in: received, out: sent, start, width, end }: Rates): number {
  const buckets = received.mean.length;
  const isOver = end >= start + buckets * width - 1;
  if (isOver || buckets < 2) return buckets;
  const last = received.max[buckets - 1]! + sent.max[buckets - 1]!;
  return last < received.max[buckets - 2]! + sent.max[buckets - 2]! ? buckets - 1 : buckets;
}

export function peaks({ in: received, out: sent }: Rates): Peaks {
  return { in: Math.max(0, ...received.max), out: Math.max(0, ...sent.max) };
}

/** Whether a logarithmic scale fits better than a linear one. */
export function isSteep(rates: Rates): boolean {
  const busy = [...rates.in.max, ...rates.out.max].filter((rate) => rate > 0).sort((a, b) => a - b);
  const usual = busy[Math.floor(busy.length / 2)];
  return usual !== undefined && busy.at(-1)! > STEEP * usual;
}

/** Index of the bucket that contains a time in microseconds, clamped; -1 if there are no buckets. */
export function bucketAt({ start, width, in: received }: Rates, time: number): number {
  return Math.min(Math.max(0, Math.floor((time - start) / width)), received.mean.length - 1);
}

/**
 * The action of a key in the chart: it moves the cursor to a time in microseconds and optionally extends a range from
 * the previous position, or it goes to the cursor or to the rows of the range.
 */
export type ChartKey = { readonly cursor: number; readonly extends: boolean } | { readonly jump: true };

/** Buckets per page key. */
const PAGE = 20;

/** @returns undefined for other keys */
export function chartKey(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  cursor: number,
  { start, width, end }: Rates,
): ChartKey | undefined {
  const move = (buckets: number): ChartKey => ({
    cursor: Math.min(Math.max(start, cursor + buckets * width), end),
    extends: shiftKey,
  });
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return move(1);
    case 'ArrowLeft':
    case 'ArrowDown':
      return move(-1);
    case 'PageUp':
      return move(PAGE);
    case 'PageDown':
      return move(-PAGE);
    case 'Home':
      return { cursor: start, extends: shiftKey };
    case 'End':
      return { cursor: end, extends: shiftKey };
    case 'Enter':
    case ' ':
      return { jump: true };
    default:
      return undefined;
  }
}
