import { describe, expect, it } from 'vitest';
import {
  isNormalEnd,
  mayReconnect,
  reconnectDelay,
  steadyAfter,
  retryAfter,
  waitBeforeAttempt,
} from '../../../../../src/core/session/life/reconnect.ts';
import { ERROR_CODES } from '../../../../../src/shared/errors.ts';

const DELAYS = { reconnectDelay: 1_000, reconnectMaxDelay: 30_000 };

const worthAfter = (code: string, status?: number): boolean =>
  mayReconnect({ byUs: false, error: { code, message: '' }, status }).worth;
const worthAfterClose = (code: number): boolean =>
  mayReconnect({ byUs: false, close: { code, reason: '' } }).worth;

describe('mayReconnect', () => {
  it('never reconnects after a requested end', () => {
    expect(mayReconnect({ byUs: true, close: { code: 1006, reason: '' } }).worth).toBe(false);
    expect(mayReconnect({ byUs: true, error: { code: 'tcp.reset', message: '' } }).worth).toBe(false);
  });

  it('tries again only after temporary failures', () => {
    expect(ERROR_CODES.filter((code) => worthAfter(code))).toEqual([
      'dns.not-found',
      'tcp.refused',
      'tcp.reset',
      'tcp.timeout',
      'proxy.unreachable',
      'handshake.timeout',
      'heartbeat.lost',
    ]);
  });

  it.each([400, 401, 403, 404, 407, 409, 410, 426, 499])('never tries again after HTTP %i', (status) => {
    expect(worthAfter('handshake.status', status)).toBe(false);
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('tries again after HTTP %i', (status) => {
    expect(worthAfter('handshake.status', status)).toBe(true);
  });

  it('treats the answer of a proxy like that of a server', () => {
    expect(worthAfter('proxy.unreachable', 403)).toBe(false);
    expect(worthAfter('proxy.unreachable', 502)).toBe(true);
    expect(worthAfter('proxy.unreachable')).toBe(true);
    // The connection was open, or a redirect was followed, before it broke off.
    expect([101, 302].map((status) => worthAfter('tcp.reset', status))).toEqual([true, true]);
  });

  it('does not try again after a redirect or an unknown answer', () => {
    expect([200, 302, undefined].map((status) => worthAfter('handshake.status', status))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('tries again if the server goes away, fails or is overloaded', () => {
    expect([1001, 1006, 1011, 1012, 1013, 1014].every(worthAfterClose)).toBe(true);
  });

  it('treats all other closes as final', () => {
    const final = [1000, 1002, 1003, 1005, 1007, 1008, 1009, 1010, 1015, 3000, 4000, 4001, 4999];
    expect(final.some(worthAfterClose)).toBe(false);
  });

  it('decides by the error if there are both', () => {
    const close = { code: 1006, reason: '' };
    const error = { code: 'protocol.frame', message: '' };
    expect(mayReconnect({ byUs: false, error, close }).worth).toBe(false);
  });

  it('gives the reason in words', () => {
    const cause = (end: Parameters<typeof mayReconnect>[0]): string => mayReconnect(end).cause;
    expect(cause({ byUs: false, close: { code: 1006, reason: '' } })).toBe('the connection was lost');
    expect(cause({ byUs: false, close: { code: 1012, reason: 'x' } })).toBe('the server closed with 1012');
    expect(cause({ byUs: false, error: { code: 'tcp.refused', message: '' } })).toBe('tcp.refused');
    expect(cause({ byUs: false, error: { code: 'handshake.status', message: '' }, status: 503 })).toBe(
      'HTTP 503',
    );
  });
});

describe('isNormalEnd', () => {
  const close = (code: number) => ({ code, reason: '' });

  it('is a requested end or a normal close code', () => {
    expect(isNormalEnd({ byUs: true })).toBe(true);
    expect(isNormalEnd({ byUs: false, close: close(1000) })).toBe(true);
    expect(isNormalEnd({ byUs: false, close: close(1005) })).toBe(true);
  });

  it('is not any other end', () => {
    expect(isNormalEnd({ byUs: false, close: close(4001) })).toBe(false);
    expect(isNormalEnd({ byUs: false, close: close(1006) })).toBe(false);
    const error = { code: 'tcp.reset', message: '' };
    expect(isNormalEnd({ byUs: false, error, close: close(1000) })).toBe(false);
  });
});

describe('reconnectDelay', () => {
  const at = (attempt: number, random: number): number => reconnectDelay(attempt, DELAYS, random);

  it('doubles up to the longest', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => at(attempt, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
  });

  it('grows from one attempt to the next, for any random numbers', () => {
    for (let attempt = 1; attempt < 5; attempt++)
      expect(at(attempt + 1, 0)).toBeGreaterThanOrEqual(at(attempt, 1));
  });

  it('spreads over half of its range', () => {
    expect(at(3, 0)).toBe(2_000);
    expect(at(3, 0.5)).toBe(3_000);
    expect(at(3, 1)).toBe(4_000);
  });

  it('stays finite after any number of attempts', () => {
    expect(at(100_000, 1)).toBe(30_000);
  });

  it('uses a longest delay below the first one as the first', () => {
    const odd = { reconnectDelay: 500, reconnectMaxDelay: 100 };
    expect(reconnectDelay(4, odd, 1)).toBe(500);
    expect(steadyAfter(odd)).toBe(500);
  });

  it('spreads fifty sessions that lost one server', () => {
    const delays = Array.from({ length: 50 }, (_, i) => at(6, i / 50));
    expect(new Set(delays).size).toBe(50);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(10_000);
  });
});

describe('how long a server asks to wait', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const after = (value: string, date?: string): number | undefined =>
    retryAfter([['retry-after', value], ...(date === undefined ? [] : [['Date', date] as const])], now);

  it.each([
    ['30', 30_000],
    ['0', 0],
    [' 7 ', 7_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Thursday, 01-Jan-26 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ])('is read from Retry-After: %s', (value, expected) => {
    expect(after(value)).toBe(expected);
  });

  it.each(['', 'soon', '-5', '1.5', '30 s'])('is not read from nonsense: “%s”', (value) => {
    expect(after(value)).toBeUndefined();
  });

  it('is compared with the clock of the server', () => {
    expect(after('Thu, 01 Jan 2026 09:00:30 GMT', 'Thu, 01 Jan 2026 09:00:00 GMT')).toBe(30_000);
  });

  it('counts if it is longer than our own delay, up to an hour, and is spread', () => {
    const options = { reconnectDelay: 1_000 };
    const wait = (seconds: number, status = 429): unknown =>
      waitBeforeAttempt(2_000, { status, headers: [['Retry-After', String(seconds)]] }, options, 0.5, now);
    expect(wait(30)).toEqual({ delay: 30_500, byServer: true });
    expect(wait(30, 503)).toEqual({ delay: 30_500, byServer: true });
    expect(wait(1)).toEqual({ delay: 2_000, byServer: false });
    expect(wait(3_600)).toEqual({ delay: 3_600_500, byServer: true });
    expect(wait(3_601)).toBeUndefined();
    expect(waitBeforeAttempt(2_000, {}, options, 0.5, now)).toEqual({ delay: 2_000, byServer: false });
  });
});
