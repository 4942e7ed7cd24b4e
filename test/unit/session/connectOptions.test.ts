import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../src/core/session/connectOptions.ts';
import type { DuplexError } from '../../../src/shared/errors.ts';
import { MiB } from '../../../src/shared/limits.ts';

function codeOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return `${(error as DuplexError).code}: ${(error as DuplexError).message}`;
  }
  return 'accepted';
}

describe('connectOptions', () => {
  it('fills in the documented defaults and trims the URL', () => {
    expect(connectOptions({ url: ' ws://localhost/A ' })).toEqual({
      url: 'ws://localhost/A',
      headers: [],
      subprotocols: [],
      handshakeTimeout: 30_000,
      closeTimeout: 5_000,
      maxPayload: 100 * MiB,
      deflate: true,
    });
  });

  it('keeps what is given', () => {
    const given = { url: 'ws://h', deflate: false, maxPayload: 0, subprotocols: ['b', 'a'] };
    expect(connectOptions(given)).toMatchObject(given);
  });

  it.each([
    [{ url: 'nonsense' }, /^url\.invalid: .*ws:\/\//],
    [{ url: 'ws://h', headers: [['A', 'b\nc']] as [string, string][] }, /^call\.invalid: .*line break/],
    [{ url: 'ws://h', subprotocols: ['a', 'a'] }, /^call\.invalid: .*listed twice/],
    [{ url: 'ws://h', subprotocols: ['a b'] }, /^call\.invalid: .*not a subprotocol/],
    [{ url: 'ws://h', handshakeTimeout: 0 }, /^call\.invalid: The handshake time-out 0 is out of range/],
    [{ url: 'ws://h', closeTimeout: 1.5 }, /^call\.invalid: The close time-out/],
    // ws keeps it in 32 bits: 3 GiB would silently mean no limit.
    [{ url: 'ws://h', maxPayload: 3 * 1024 * MiB }, /^call\.invalid: The size limit/],
    [{ url: 'ws://h', maxPayload: -1 }, /^call\.invalid: The size limit/],
  ])('refuses %j before connecting', (given, reason) =>
    expect(codeOf(() => connectOptions(given))).toMatch(reason),
  );
});
