import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../../../src/core/session/options/connectOptions.ts';
import type { DuplexError } from '../../../../../src/shared/errors.ts';
import { MiB } from '../../../../../src/shared/limits.ts';

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
      protocol: 'auto',
      handshakeTimeout: 30_000,
      closeTimeout: 5_000,
      maxPayload: 100 * MiB,
      maxFragments: 131_072,
      decode: [],
      deflate: true,
      deflateParameters: {},
      fragmentSize: 0,
      autoPong: true,
      maxRedirects: 5,
      redirectOrigins: [],
      insecure: false,
      ca: [],
      cert: '',
      key: '',
      pfx: '',
      passphrase: '',
      servername: '',
      minTlsVersion: '',
      alpn: [],
      proxy: '',
      reconnect: 0,
      reconnectDelay: 1_000,
      reconnectMaxDelay: 30_000,
      heartbeat: 0,
      frames: false,
      secrets: [],
    });
  });

  it('keeps the given values', () => {
    const given = { url: 'ws://h', deflate: false, maxPayload: 0, subprotocols: ['b', 'a'] };
    expect(connectOptions(given)).toMatchObject(given);
  });

  it.each([
    [{ url: 'nonsense' }, /^url\.invalid: .*ws:\/\//],
    [{ url: 'ws://h', headers: [['A', 'b\nc']] as [string, string][] }, /^call\.invalid: .*line break/],
    [{ url: 'ws://h', subprotocols: ['a', 'a'] }, /^call\.invalid: .*listed twice/],
    [{ url: 'ws://h', subprotocols: ['a b'] }, /^call\.invalid: .*not a subprotocol/],
    [
      { url: 'ws://h', handshakeTimeout: 0 },
      /^call\.invalid: The handshake time-out 0ms is out of range: use 1ms to 24h/,
    ],
    [{ url: 'ws://h', closeTimeout: 1.5 }, /^call\.invalid: The close time-out/],
    // ws keeps it in 32 bits: 3 GiB would silently mean no limit.
    [{ url: 'ws://h', maxPayload: 3 * 1024 * MiB }, /^call\.invalid: The size limit/],
    [{ url: 'ws://h', maxPayload: -1 }, /^call\.invalid: The size limit/],
    [
      { url: 'ws://h', maxFragments: NaN },
      /^call\.invalid: The fragment limit NaN is out of range: use 0 for no/,
    ],
    [{ url: 'ws://h', heartbeat: 1e12 }, /^call\.invalid: The heartbeat .* use 0 for off, or 1ms to 24h\./],
    [
      { url: 'ws://h', minTlsVersion: 'SSLv3' as '' },
      /^call\.invalid: “SSLv3” is not a valid minimum TLS version/,
    ],
    [{ url: 'ws://h', alpn: ['x'.repeat(256)] }, /^call\.invalid: An ALPN protocol has 256 bytes/],
    [{ url: 'ws://h', proxy: 'ftp://p' }, /^call\.invalid: A proxy speaks http, https or socks5/],
    [{ url: 'ws://h', servername: '::1' }, /^call\.invalid: The server name is an address/],
    [
      { url: 'ws://h', redirectOrigins: ['ws://a/b'] },
      /^call\.invalid: A redirect origin is scheme, host and port/,
    ],
    [{ url: 'ws://h', deflateParameters: { clientMaxWindowBits: 8 } }, /^call\.invalid: .* window of 8 bits/],
    [{ url: 'ws://h', ca: [''] }, /^call\.invalid: .* empty path/],
    [
      { url: 'ws://h', passphrase: 'canary\n', key: 'k', cert: 'c' },
      /^call\.invalid: The passphrase holds a line/,
    ],
    [{ url: 'ws://h', cert: 'c' }, /^call\.invalid: The client certificate has no key/],
    [{ url: 'ws://h', key: 'k' }, /^call\.invalid: The key has no client certificate/],
    [
      { url: 'ws://h', pfx: 'p', key: 'k' },
      /^call\.invalid: .* either the option “pfx”, or the option “cert” and the option “key”/,
    ],
    [{ url: 'ws://h', passphrase: 'canary' }, /^call\.invalid: The passphrase has no key to open/],
    [
      { url: 'ws://h', deflate: false, deflateParameters: { clientMaxWindowBits: 9 } },
      /^call\.invalid: Compression/,
    ],
    [{ url: 'ws://h', reconnectDelay: 40_000 }, /^call\.invalid: The longest reconnect delay is shorter/],
  ])('refuses %j before connecting', (given, reason) =>
    expect(codeOf(() => connectOptions(given))).toMatch(reason),
  );
});
