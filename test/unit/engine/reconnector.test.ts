import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import type { ConnectionEnd } from '../../../src/core/session/life/reconnect.ts';
import { Reconnector } from '../../../src/engine/reconnector.ts';
import type { NoteDetail } from '../../../src/shared/timeline.ts';

const LOST: ConnectionEnd = { byUs: false, close: { code: 1006, reason: '' } };
const REFUSED: ConnectionEnd = { byUs: false, error: { code: 'tcp.refused', message: '' } };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function reconnecting(reconnect = 3, isOffline: () => boolean = () => false) {
  const options = connectOptions({
    url: 'ws://x',
    reconnect,
    reconnectDelay: 100,
    reconnectMaxDelay: 10_000,
  });
  const notes: NoteDetail[] = [];
  const connect = vi.fn();
  const reconnector = new Reconnector({
    options: () => options,
    note: (note) => notes.push(note),
    connect,
    isOffline,
  });
  return { reconnector, notes, connect, texts: () => notes.map(({ text }) => text) };
}

describe('reconnects', () => {
  it('are off by default', () => {
    const { reconnector, notes } = reconnecting(0);
    reconnector.opened();
    expect(reconnector.ended(LOST)).toBe(false);
    expect(notes).toEqual([]);
  });

  it('do not follow a first handshake that fails', () => {
    const { reconnector, notes } = reconnecting();
    expect(reconnector.ended(REFUSED)).toBe(false);
    expect(notes).toEqual([]);
  });

  it('come after growing delays, up to the maximum number in a row', () => {
    const { reconnector, connect, notes, texts } = reconnecting(3);
    reconnector.opened();
    const delays: number[] = [];
    for (let end = LOST; reconnector.ended(end); end = REFUSED) {
      const before = Date.now();
      vi.advanceTimersToNextTimer();
      delays.push(Date.now() - before);
      expect(connect).toHaveBeenCalledTimes(delays.length);
    }
    expect(delays).toHaveLength(3);
    expect(delays[1]).toBeGreaterThanOrEqual(delays[0]!);
    expect(delays[2]).toBeGreaterThanOrEqual(delays[1]!);
    expect(notes.map(({ attempt }) => attempt)).toEqual([1, 2, 3, undefined]);
    expect(notes[0]).toMatchObject({
      note: 'reconnect',
      reason: 'the connection was lost',
      delay: delays[0],
    });
    expect(texts()[1]).toBe(`Reconnect 2 of 3 in ${delays[1]} ms: tcp.refused.`);
    expect(texts()[3]).toBe('Given up after 3 reconnects in a row: tcp.refused.');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('continue the count after a short connection, and restart it after a long one', () => {
    const { reconnector, notes } = reconnecting(3);
    reconnector.opened();
    reconnector.ended(LOST);
    vi.runAllTimers();
    reconnector.opened();
    vi.advanceTimersByTime(9_000);
    reconnector.ended(LOST);
    vi.runAllTimers();
    reconnector.opened();
    vi.advanceTimersByTime(10_000);
    reconnector.ended(LOST);
    expect(notes.map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
  });

  it('have a reason if there is none, unless the end is a normal one', () => {
    const { reconnector, texts } = reconnecting();
    reconnector.opened();
    expect(reconnector.ended({ byUs: false, close: { code: 1000, reason: '' } })).toBe(false);
    expect(texts()).toEqual([]);
    expect(reconnector.ended({ byUs: false, close: { code: 4001, reason: '' } })).toBe(false);
    expect(texts()).toEqual([
      'No reconnect: the server closed with 4001, and another attempt would end the same way.',
    ]);
  });

  it('end with a 4xx answer', () => {
    const { reconnector, connect, texts } = reconnecting();
    reconnector.opened();
    expect(reconnector.ended(LOST)).toBe(true);
    vi.runAllTimers();
    const refused = { byUs: false, error: { code: 'handshake.status', message: '' }, status: 401 };
    expect(reconnector.ended(refused)).toBe(false);
    expect(connect).toHaveBeenCalledOnce();
    expect(texts().at(-1)).toBe('No reconnect: HTTP 401, and another attempt would end the same way.');
    expect(reconnector.attempt).toBeUndefined();
  });

  it('wait as long as a 429 asks, and not for more than an hour', () => {
    const { reconnector, connect, notes, texts } = reconnecting();
    const error = { code: 'handshake.status', message: '' };
    const busy = (value: string): ConnectionEnd => ({
      byUs: false,
      error,
      status: 429,
      headers: [['Retry-After', value]],
    });
    reconnector.opened();
    reconnector.ended(LOST);
    vi.runAllTimers();
    expect(reconnector.ended(busy('30'))).toBe(true);
    expect(notes.at(-1)!.delay).toBeGreaterThanOrEqual(30_000);
    expect(notes.at(-1)!.text).toContain('HTTP 429, with Retry-After');
    vi.advanceTimersByTime(29_999);
    expect(connect).toHaveBeenCalledTimes(1);
    vi.runAllTimers();
    expect(connect).toHaveBeenCalledTimes(2);
    expect(reconnector.ended(busy('86400'))).toBe(false);
    expect(texts().at(-1)).toBe('No reconnect: HTTP 429, and the server asks to wait for more than an hour.');
  });

  it('show the number and the time of the next attempt', () => {
    const { reconnector, notes } = reconnecting(5);
    reconnector.opened();
    expect(reconnector.attempt).toBeUndefined();
    reconnector.ended(LOST);
    expect(reconnector.attempt).toEqual({ number: 1, of: 5, nextAt: Date.now() + notes[0]!.delay! });
    vi.runAllTimers();
    expect(reconnector.attempt).toMatchObject({ number: 1 });
    reconnector.opened();
    expect(reconnector.attempt).toBeUndefined();
  });

  it('stop at once', () => {
    const { reconnector, connect } = reconnecting();
    reconnector.opened();
    reconnector.ended(LOST);
    reconnector.stop();
    expect(reconnector.attempt).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(60_000);
    expect(connect).not.toHaveBeenCalled();
  });

  it('can start at once, each one time', () => {
    const { reconnector, connect } = reconnecting();
    reconnector.opened();
    reconnector.ended(LOST);
    reconnector.hurry();
    reconnector.hurry();
    vi.advanceTimersByTime(60_000);
    expect(connect).toHaveBeenCalledOnce();
  });

  it('wait for the network, and use no attempt without it', () => {
    let isOffline = true;
    const { reconnector, connect, notes } = reconnecting(1, () => isOffline);
    reconnector.opened();
    reconnector.ended(LOST);
    vi.advanceTimersByTime(3_600_000);
    expect(connect).not.toHaveBeenCalled();
    expect(reconnector.attempt).toMatchObject({ number: 1 });
    isOffline = false;
    reconnector.hurry();
    expect(connect).toHaveBeenCalledOnce();
    expect(notes).toHaveLength(1);
  });
});

describe('fifty sessions that lost one server', () => {
  it('reconnect at different times, with growing delays', () => {
    const times: number[] = [];
    for (let i = 0; i < 50; i++) {
      const { reconnector, connect } = reconnecting(8);
      connect.mockImplementation(() => {
        times.push(Date.now());
        reconnector.ended(REFUSED);
      });
      reconnector.opened();
      reconnector.ended(LOST);
    }
    const start = Date.now();
    vi.runAllTimers();
    expect(times).toHaveLength(50 * 8);
    const within = (from: number, to: number): number =>
      times.filter((time) => time - start >= from && time - start < to).length;
    expect(within(0, 1_000)).toBeGreaterThan(within(2_000, 3_000));
    // The last attempts of all fifty are spread over seconds.
    const last = times.slice(-50);
    expect(last.at(-1)! - last[0]!).toBeGreaterThan(3_000);
  });
});
