import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createInterruption } from '../../../../../src/core/request/run/interruption.ts';

let now = 0;
const clock = (): number => now;
const never = (): Promise<never> => new Promise(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
  now = 0;
});
afterEach(() => vi.useRealTimers());

/** The clock and the timers go on together. */
async function pass(milliseconds: number): Promise<void> {
  now += milliseconds;
  await vi.advanceTimersByTimeAsync(milliseconds);
}

describe('a run without an interruption', () => {
  it('settles with the result of its work', async () => {
    const run = createInterruption(undefined, undefined, clock);
    await expect(run.race(Promise.resolve(7))).resolves.toBe(7);
    await expect(run.race(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(() => run.check()).not.toThrow();
  });

  it('wraps a thrown value that is not an error', async () => {
    const run = createInterruption(undefined, undefined, clock);
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what a port of another language may do
    await expect(run.race(Promise.reject('text'))).rejects.toBeInstanceOf(Error);
  });

  it('sleeps for the given time, and leaves no timer', async () => {
    const run = createInterruption(undefined, undefined, clock);
    let isOver = false;
    const slept = run.sleep(1_000).then(() => (isOver = true));
    await pass(999);
    expect(isOver).toBe(false);
    await pass(1);
    await slept;
    expect(isOver).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a signal', () => {
  it('ends every wait at once, with one reason', async () => {
    const abort = new AbortController();
    const run = createInterruption(abort.signal, undefined, clock);
    const waiting = [run.race(never()), run.race(never()), run.sleep(60_000)];
    const ended = Promise.allSettled(waiting);
    abort.abort();
    const reasons = (await ended).map((each) =>
      each.status === 'rejected' ? (each.reason as unknown) : undefined,
    );
    expect(reasons[0]).toMatchObject({ code: 'call.cancelled', message: 'The run was cancelled.' });
    expect(new Set(reasons).size).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that is already aborted ends later work', async () => {
    const run = createInterruption(AbortSignal.abort(), undefined, clock);
    expect(() => run.check()).toThrow(expect.objectContaining({ code: 'call.cancelled' }));
    await expect(run.race(never())).rejects.toMatchObject({ code: 'call.cancelled' });
    await expect(run.sleep(1)).rejects.toMatchObject({ code: 'call.cancelled' });
  });

  it('leaves no unhandled rejection of the work', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const run = createInterruption(AbortSignal.abort(), undefined, clock);
    await expect(run.race(Promise.reject(new Error('late')))).rejects.toMatchObject({
      code: 'call.cancelled',
    });
    vi.useRealTimers();
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).not.toHaveBeenCalled();
    process.off('unhandledRejection', unhandled);
  });

  it('has no listener after the end', () => {
    const abort = new AbortController();
    const run = createInterruption(abort.signal, undefined, clock);
    run.end();
    abort.abort();
    expect(() => run.check()).not.toThrow();
  });
});

describe('a time limit', () => {
  it('ends every wait after its time, and names the time', async () => {
    const run = createInterruption(undefined, 1_500, clock);
    const waiting = expect(run.race(never())).rejects.toMatchObject({
      code: 'call.timeout',
      message: expect.stringContaining('longer than 1.5 s') as string,
    });
    await pass(1_500);
    await waiting;
  });

  it('is noticed by check() even if the timer could not fire during conditions', () => {
    const run = createInterruption(undefined, 100, clock);
    now = 99;
    expect(() => run.check()).not.toThrow();
    now = 100;
    expect(() => run.check()).toThrow(expect.objectContaining({ code: 'call.timeout' }));
  });

  it('does not replace an earlier reason', async () => {
    const run = createInterruption(undefined, 100, clock);
    run.cancel();
    await pass(200);
    expect(() => run.check()).toThrow(expect.objectContaining({ code: 'call.cancelled' }));
  });

  it('leaves no timer after the end', () => {
    createInterruption(undefined, 100, clock).end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
