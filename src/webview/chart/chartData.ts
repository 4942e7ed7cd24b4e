import type { Rates } from '../../shared/timelineProtocol.ts';

/** Seconds since the session began, and messages a second from there to the next: one value more than there are buckets. */
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

/** Where the busiest moment is this many times as busy as a usual one, a linear scale would show nothing else. */
const STEEP = 15;

/** Buckets as steps. The last one, which is not over, is left out where it only seems to be calmer than the one before. */
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

/** The bucket that a time in microseconds is in, within those that there are; -1 where there is none. */
export function bucketAt({ start, width, in: received }: Rates, time: number): number {
  return Math.min(Math.max(0, Math.floor((time - start) / width)), received.mean.length - 1);
}
