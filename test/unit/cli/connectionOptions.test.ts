import { resolve } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addConnectionOptions, connectionOptionsOf } from '../../../src/cli/connectionOptions.ts';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { OPTION_ENTRIES } from '../../../src/core/session/options/optionTable.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';

function command(): Command {
  return addConnectionOptions(new Command('test'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
}

function parsed(...args: string[]): Partial<ConnectOptions> {
  return connectionOptionsOf(command().parse(args, { from: 'user' }).opts());
}

test('options that are not given have their defaults', () => {
  expect(parsed()).toEqual({});
});

test('every option of a connection can be given', () => {
  const samples = OPTION_ENTRIES.flatMap(([, { name, sample }]) =>
    name === 'no-deflate' ? [] : [`--${name}`, ...(sample === undefined ? [] : [sample])],
  );
  expect(new Set(Object.keys(parsed(...samples)))).toEqual(new Set(OPTION_ENTRIES.map(([key]) => key)));
});

test.each<[string[], Partial<ConnectOptions>]>([
  [
    ['-H', 'X-A: 1', '--header', 'X-A: b:c'],
    {
      headers: [
        ['X-A', '1'],
        ['X-A', 'b:c'],
      ],
    },
  ],
  [['--subprotocol', 'a, b', '--subprotocol', 'c'], { subprotocols: ['a', 'b', 'c'] }],
  [['--timeout', '500ms', '--close-timeout', '1m'], { handshakeTimeout: 500, closeTimeout: 60_000 }],
  [['--max-payload', '64MiB', '--max-fragments', '0'], { maxPayload: 67_108_864, maxFragments: 0 }],
  [['--no-deflate'], { deflate: false }],
  [
    ['--deflate', 'client_max_window_bits=10'],
    { deflateParameters: { clientMaxWindowBits: 10 }, deflate: true },
  ],
  [['--deflate', 'client_max_window_bits=10', '--no-deflate'], { deflate: false }],
  [['--no-auto-pong', '--insecure', '--frames'], { autoPong: false, insecure: true, frames: true }],
  [['--ca', 'a,b.pem', '--ca', '/abs/c.pem'], { ca: [resolve('a,b.pem'), resolve('/abs/c.pem')] }],
  [['--cert', 'c.pem', '--key', 'k.pem'], { cert: resolve('c.pem'), key: resolve('k.pem') }],
  [['--proxy', 'none', '--heartbeat', '0'], { proxy: 'none', heartbeat: 0 }],
  [['--min-tls', '1.3', '--follow-redirects', '0'], { minTlsVersion: 'TLSv1.3', maxRedirects: 0 }],
])('%j', (args, options) => {
  expect(parsed(...args)).toEqual(options);
});

describe('an invalid option is refused', () => {
  test.each([
    [['--timeout', '2'], /'--timeout <duration>' argument '2' is invalid\. The duration 2 has no unit/],
    [['--max-payload', '64'], /64MiB/],
    [['--follow-redirects', 'all'], /not a whole number/],
    [['--min-tls', '2'], /use 1\.0, 1\.1, 1\.2 or 1\.3/],
    [['--deflate', 'x'], /not a parameter of permessage-deflate/],
    [['--insecur'], /Did you mean --insecure/],
    [['-H', 'no colon'], /A header is written with a colon/],
  ])('%j', (args, reason) => expect(() => parsed(...args)).toThrow(reason));

  test.each([
    [['-H', 'Bearer canary'], 'A header'],
    [['-H', ': canary'], 'A header'],
    [['--proxy', 'ftp://me:canary@proxy'], 'A proxy speaks'],
    [['--passphrase', 'canary'], 'The passphrase has no key'],
  ])('%j without repeating the secret', (args, start) => {
    const connect = (): unknown => connectOptions({ url: 'ws://localhost', ...parsed(...args) });
    expect(connect).toThrow(start);
    expect(connect).not.toThrow('canary');
  });
});

test('help lists every option with its value and its default', () => {
  const help = command().helpInformation();
  for (const [, { name }] of OPTION_ENTRIES) expect(help).toContain(`--${name}`);
  expect(help.replace(/\s+/g, ' ')).toContain('--max-payload <size> the largest message');
  expect(help.replace(/\s+/g, ' ')).toContain('(0: no limit; default: 100MiB)');
});
