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
  test('sends messages without a delay at once', () => {
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

  test('sends at once again after all delayed messages have left', async () => {
    const { lane: it, sent, send } = lane();
    it.pass(1, send('a'), late(100));
    await vi.advanceTimersByTimeAsync(200);
    it.pass(1, send('b'));
    expect(sent).toEqual(['a', 'b']);
  });

  test('gives each message the time that the throttle needs for it', async () => {
    const { lane: it, sent, send } = lane();
    for (const name of ['a', 'b', 'c']) it.pass(1, send(name), slow(100));
    await vi.advanceTimersByTimeAsync(110);
    expect(sent).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  test('pauses the sender when it is a second behind, and resumes it at half of that', async () => {
    const { lane: it, holds, send } = lane();
    for (let n = 0; n < 12; n++) it.pass(1, send('x'), slow(100));
    expect(holds).toEqual({ stopped: 1, resumed: 0 });
    await vi.advanceTimersByTimeAsync(400);
    expect(holds.resumed).toBe(0);
    await vi.advanceTimersByTimeAsync(500);
    expect(holds.resumed).toBe(1);
  });

  test('pauses the sender while too many bytes are on their way, and resumes it afterwards', async () => {
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

  test('awaits one message per group, and counts the whole group until it has left', async () => {
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

  test('counts empty messages, because they use memory too', () => {
    const { lane: it, holds } = lane();
    const never = new Promise<void>(() => {});
    for (let n = 0; n < 20_000; n++) it.pass(0, (isAwaited) => (isAwaited ? never : undefined));
    expect(holds.stopped).toBe(1);
  });

  test('keeps more messages during a delay, up to a limit', () => {
    const { lane: it, holds, send } = lane();
    for (let n = 0; n < 15; n++) it.pass(1024 * KiB, send('x'), late(1000));
    expect(holds.stopped).toBe(0);
    for (let n = 0; n < 2; n++) it.pass(1024 * KiB, send('x'), late(1000));
    expect(holds.stopped).toBe(1);
  });

  test('continues after a message that could not be sent', async () => {
    const { lane: it, sent, holds, send } = lane();
    it.pass(2048 * KiB, () => Promise.reject(new Error('closed')));
    await vi.advanceTimersByTimeAsync(0);
    expect(holds).toEqual({ stopped: 1, resumed: 1 });
    it.pass(1, send('a'));
    expect(sent).toEqual(['a']);
  });

  test('passes nothing on after it is cut, and returns the number of lost messages', async () => {
    const { lane: it, sent, send } = lane();
    it.pass(1, send('a'), late(100));
    it.pass(1, send('b'), late(100));
    it.afterwards(() => sent.push('end'));
    expect(it.cut()).toEqual({ held: 0, waiting: 2 });
    it.pass(1, send('c'));
    it.afterwards(() => sent.push('end'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual([]);
    expect(it.cut()).toEqual({ held: 0, waiting: 0 });
  });

  test('can be cut by a message that it passes on', async () => {
    const { lane: it, sent, send } = lane();
    it.pass(1, send('a'), late(100));
    it.afterwards(() => it.cut());
    it.pass(1, send('b'), late(100));
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual(['a']);
  });
});

describe('a held message', () => {
  test('holds back later messages until it is released, and then all leave in order', () => {
    const { lane: it, sent, send } = lane();
    it.pass(1, send('a'));
    const kept = it.keep(1);
    it.pass(1, send('c'));
    it.afterwards(() => sent.push('end'));
    expect(sent).toEqual(['a']);
    expect(it.held).toBe(1);
    kept.release(1, send('b'));
    expect(sent).toEqual(['a', 'b', 'c', 'end']);
    expect(it.held).toBe(0);
    it.pass(1, send('d'));
    expect(sent.at(-1)).toBe('d');
  });

  test('that is released before an earlier one waits for it', () => {
    const { lane: it, sent, send } = lane();
    const first = it.keep(1);
    const second = it.keep(1);
    second.release(1, send('second'));
    expect(sent).toEqual([]);
    first.release(1, send('first'));
    expect(sent).toEqual(['first', 'second']);
  });

  test('that is dropped releases the next one, and is settled once', () => {
    const { lane: it, sent, send } = lane();
    const kept = it.keep(1);
    it.pass(1, send('b'));
    kept.drop();
    kept.release(1, send('late'));
    kept.drop();
    expect(sent).toEqual(['b']);
    expect(it.held).toBe(0);
  });

  test('is overtaken by pings and pongs, which still wait for delayed messages before it', async () => {
    const { lane: it, sent, send } = lane();
    it.pass(1, send('a'), late(100));
    it.keep(1);
    it.pass(1, send('c'));
    it.passControl(1, send('ping'));
    it.passControl(1, send('late ping'), late(300));
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(150);
    expect(sent).toEqual(['a', 'ping']);
    await vi.advanceTimersByTimeAsync(200);
    expect(sent).toEqual(['a', 'ping', 'late ping']);
    it.passControl(1, send('pong'));
    expect(sent.at(-1)).toBe('pong');
  });

  test('is passed on after its delay, not earlier', async () => {
    const { lane: it, sent, send } = lane();
    it.keep(1, late(200)).release(1, send('a'));
    await vi.advanceTimersByTimeAsync(150);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toEqual(['a']);
  });

  test('pauses the sender when a thousand messages wait, and resumes it when half of them have left', async () => {
    const { lane: it, holds, send } = lane();
    const kept = Array.from({ length: 1000 }, () => it.keep(1));
    expect(holds).toEqual({ stopped: 1, resumed: 0 });
    for (const each of kept.slice(0, 499)) each.release(1, send('x'));
    expect(holds.resumed).toBe(0);
    kept[499]!.drop();
    await vi.advanceTimersByTimeAsync(0);
    expect(holds.resumed).toBe(1);
  });

  test('pauses the sender when 16 MiB wait', async () => {
    const { lane: it, holds, send } = lane();
    const kept = it.keep(15 * 1024 * KiB);
    it.pass(512 * KiB, send('x'));
    expect(holds.stopped).toBe(0);
    it.pass(1024 * KiB, send('x'));
    expect(holds).toEqual({ stopped: 1, resumed: 0 });
    kept.drop();
    await vi.advanceTimersByTimeAsync(0);
    expect(holds.resumed).toBe(1);
  });

  test('counts with the bytes of the message that replaces it', () => {
    const { lane: it, holds } = lane();
    const before = it.keep(1);
    it.keep(1).release(17 * 1024 * KiB, () => {});
    it.pass(1, () => {});
    expect(holds.stopped).toBe(1);
    before.drop();
  });

  test('is counted when the lane is cut, does nothing afterwards, and the sender resumes', () => {
    const { lane: it, sent, holds, send } = lane();
    const kept = Array.from({ length: 1000 }, () => it.keep(1));
    it.pass(1, send('b'));
    expect(it.cut()).toEqual({ held: 1000, waiting: 1 });
    expect(holds).toEqual({ stopped: 1, resumed: 1 });
    kept[0]!.release(1, send('a'));
    it.keep(1).release(1, send('c'));
    expect(sent).toEqual([]);
    expect(it.held).toBe(0);
  });
});
