// A pattern may run for ever, and its thread then answers no calls. The thread therefore writes the number of
// the row that it tries into shared memory, and another thread checks whether the number changes.

const JOB = 0;
const COUNT = 1;
const ROW_LOW = 2;
const ROW_HIGH = 3;
const HIGH = 2 ** 32;

/** One attempt to match a row. */
export interface MatchAttempt {
  readonly job: number;
  readonly row: number;
  /** Distinguishes two attempts at the same row. */
  readonly count: number;
}

export function createWatch(): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT);
}

/** @returns a function that runs one attempt and marks it in the shared memory; it throws what the test throws */
export function watched(watch: SharedArrayBuffer, job: number): <T>(row: number, test: () => T) => T {
  const state = new Int32Array(watch);
  return (row, test) => {
    Atomics.store(state, ROW_LOW, row | 0);
    Atomics.store(state, ROW_HIGH, Math.floor(row / HIGH));
    Atomics.add(state, COUNT, 1);
    Atomics.store(state, JOB, job);
    try {
      return test();
    } finally {
      Atomics.store(state, JOB, 0);
    }
  };
}

/** The attempt that runs now, or undefined. */
export function currentAttempt(watch: SharedArrayBuffer): MatchAttempt | undefined {
  const state = new Int32Array(watch);
  const job = Atomics.load(state, JOB);
  if (job === 0) return undefined;
  const low = Atomics.load(state, ROW_LOW) >>> 0;
  return { job, row: Atomics.load(state, ROW_HIGH) * HIGH + low, count: Atomics.load(state, COUNT) };
}
