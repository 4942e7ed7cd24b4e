import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Lane } from '../../../src/engine/proxy/lane.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const KiB = 1024;

/** A lane whose sender counts how often it was stopped, and whose messages are kept in the order of their sending. */
function lane(): {
  readonly lane: Lane;
  readonly sent: string[];
  readonly holds: { stopped: number; resumed: number };
  readonly send: (name: string) => () => Promise<void>;
} {
  const holds = { stopped: 0, resumed: 0 };
  const sent: string[] = [];
  const made = new Lane(() => {
    holds.stopped++;
    return () => void holds.resumed++;
  });
  const send = (name: string) => (): Promise<void> => {
    sent.push(name);
    return Promise.resolve();
  };
  return { lane: made, sent, holds, send };
}

const late = (delay: number): { delay: number; duration: number } => ({ delay, duration: 0 });
const slow = (duration: number): { delay: number; duration: number } => ({ delay: 0, duration });

describe('a lane', () => {
  test('sends at once what is not delayed', () => {
    const { lane: it, sent, send } = lane();
    it.pass(1, send('a'));
    it.pass(1, send('b'), late(0));
    it.afterwards(() => sent.push('end'));
    expect(sent).toEqual(['a', 'b', 'end']);
  });

  test('keeps the order when a later message is delayed less', async () => {
    const { lane: it, sent, send } = lane();
    it.pass(1, send('a'), late(300));
    it.pass(1, send('b'), late(100));
    it.pass(1, send('c'));
    it.afterwards(() => sent.push('end'));
    await vi.advanceTimersByTimeAsync(290);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(20);
    expect(sent).toEqual(['a', 'b', 'c', 'end']);
  });

  test('is fast again when all that was delayed has passed', async () => {
    const { lane: it, sent, send } = lane();
    it.pass(1, send('a'), late(100));
    await vi.advanceTimersByTimeAsync(200);
    it.pass(1, send('b'));
    expect(sent).toEqual(['a', 'b']);
  });

  test('gives each message the time that the line needs for it', async () => {
    const { lane: it, sent, send } = lane();
    for (const name of ['a', 'b', 'c']) it.pass(1, send(name), slow(100));
    await vi.advanceTimersByTimeAsync(110);
    expect(sent).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  test('stops the sender when the line is a second behind, and lets it go on when half of that is left', async () => {
    const { lane: it, holds, send } = lane();
    for (let n = 0; n < 12; n++) it.pass(1, send('x'), slow(100));
    expect(holds).toEqual({ stopped: 1, resumed: 0 });
    await vi.advanceTimersByTimeAsync(400);
    expect(holds.resumed).toBe(0);
    await vi.advanceTimersByTimeAsync(500);
    expect(holds.resumed).toBe(1);
  });

  test('stops the sender while too much is on its way, and lets it go on afterwards', async () => {
    const { lane: it, holds } = lane();
    let finish = (): void => {};
    const pending = new Promise<void>((resolve) => (finish = resolve));
    it.pass(600 * KiB, () => pending);
    expect(holds.stopped).toBe(0);
    it.pass(600 * KiB, () => pending);
    expect(holds).toEqual({ stopped: 1, resumed: 0 });
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(holds).toEqual({ stopped: 1, resumed: 1 });
  });

  test('awaits one message of a group, and counts the whole group until that one has left', async () => {
    const { lane: it, holds } = lane();
    const awaited: (() => void)[] = [];
    let sends = 0;
    const send = (isAwaited: boolean): Promise<void> | void => {
      sends++;
      if (isAwaited) return new Promise<void>((resolve) => awaited.push(resolve));
    };
    for (let n = 0; n < 1024; n++) it.pass(KiB, send);
    expect(sends).toBe(1024);
    expect(awaited.length).toBeLessThanOrEqual(5);
    expect(holds).toEqual({ stopped: 1, resumed: 0 });
    awaited.shift()!();
    await vi.advanceTimersByTimeAsync(0);
    expect(holds.resumed).toBe(0);
    for (const leave of awaited) leave();
    await vi.advanceTimersByTimeAsync(0);
    expect(holds.resumed).toBe(1);
  });

  test('counts empty messages, which cost memory too', () => {
    const { lane: it, holds } = lane();
    const never = new Promise<void>(() => {});
    for (let n = 0; n < 20_000; n++) it.pass(0, (isAwaited) => (isAwaited ? never : undefined));
    expect(holds.stopped).toBe(1);
  });

  test('holds more while messages are delayed on purpose, and not without limit', () => {
    const { lane: it, holds, send } = lane();
    for (let n = 0; n < 15; n++) it.pass(1024 * KiB, send('x'), late(1000));
    expect(holds.stopped).toBe(0);
    for (let n = 0; n < 2; n++) it.pass(1024 * KiB, send('x'), late(1000));
    expect(holds.stopped).toBe(1);
  });

  test('goes on after a message that could not be sent', async () => {
    const { lane: it, sent, holds, send } = lane();
    it.pass(2048 * KiB, () => Promise.reject(new Error('closed')));
    await vi.advanceTimersByTimeAsync(0);
    expect(holds).toEqual({ stopped: 1, resumed: 1 });
    it.pass(1, send('a'));
    expect(sent).toEqual(['a']);
  });

  test('passes nothing on once it is cut, and says how many messages were lost', async () => {
    const { lane: it, sent, send } = lane();
    it.pass(1, send('a'), late(100));
    it.pass(1, send('b'), late(100));
    it.afterwards(() => sent.push('end'));
    expect(it.cut()).toBe(2);
    it.pass(1, send('c'));
    it.afterwards(() => sent.push('end'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual([]);
    expect(it.cut()).toBe(0);
  });

  test('can be cut by what it passes on', async () => {
    const { lane: it, sent, send } = lane();
    it.pass(1, send('a'), late(100));
    it.afterwards(() => it.cut());
    it.pass(1, send('b'), late(100));
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual(['a']);
  });
});
