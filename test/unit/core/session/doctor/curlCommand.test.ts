import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../../../src/core/session/options/connectOptions.ts';
import { curlCommand } from '../../../../../src/core/session/doctor/curlCommand.ts';
import type { ConnectOptions } from '../../../../../src/shared/session.ts';

type Given = Partial<ConnectOptions>;
const DEFAULTS = { url: 'wss://example.test/stream' };

const lines = (given: Given = {}, reveal = false): string[] =>
  curlCommand(connectOptions({ ...DEFAULTS, ...given }), reveal)
    .split('\n')
    .map((line) => line.replace(/ \\$/, '').trim());

const added = (given: Given, reveal = true): string[] => {
  const usual = new Set(lines());
  return lines(given, reveal).filter((line) => !usual.has(line));
};

describe('curlCommand', () => {
  it('is the whole handshake, one option per line', () => {
    expect(curlCommand(connectOptions({ ...DEFAULTS, subprotocols: ['v2.json', 'v1.json'] }))).toBe(
      [
        'curl --include --no-buffer --http1.1 \\',
        '  --connect-timeout 30 \\',
        '  --no-alpn \\',
        "  --header 'Connection: Upgrade' \\",
        "  --header 'Upgrade: websocket' \\",
        "  --header 'Sec-WebSocket-Version: 13' \\",
        "  --header 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \\",
        "  --header 'Sec-WebSocket-Protocol: v2.json, v1.json' \\",
        "  --header 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits' \\",
        '  https://example.test/stream',
      ].join('\n'),
    );
  });

  it('quotes the special characters of a shell', () => {
    const hostile = `'; rm -rf ~; echo "$(id)" \`id\` $HOME !! \\`;
    expect(added({ headers: [['X-Evil', hostile]] })).toEqual([
      `--header 'X-Evil: '\\''; rm -rf ~; echo "$(id)" \`id\` $HOME !! \\'`,
    ]);
    expect(lines({ url: "ws://h/it's?b=c&d" }).at(-1)).toBe(`'http://h/it'\\''s?b=c&d'`);
  });

  it('keeps headers in their order and spelling, several of a name and empty ones too', () => {
    const headers = [
      ['x-ONE', '1'],
      ['Origin', 'https://a.test'],
      ['X-One', '2'],
      ['X-Empty', ''],
    ] as const;
    expect(added({ headers })).toEqual([
      "--header 'x-ONE: 1'",
      "--header 'Origin: https://a.test'",
      "--header 'X-One: 2'",
      "--header 'X-Empty;'",
    ]);
  });

  it('offers the same compression', () => {
    expect(lines({ deflate: false }).join()).not.toMatch(/Extensions/);
    const deflateParameters = {
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 10,
      clientMaxWindowBits: 12,
    };
    expect(added({ deflateParameters })).toEqual([
      "--header 'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=12'",
    ]);
  });

  it('has the TLS options', () => {
    expect(added({ insecure: true, minTlsVersion: 'TLSv1.2' })).toEqual(['--insecure', '--tlsv1.2']);
    expect(added({ minTlsVersion: 'TLSv1' })).toEqual(['--tlsv1.0']);
    expect(added({ ca: ['/a b/ca.pem'], cert: 'c.pem', key: 'k.pem' })).toEqual([
      "--cacert '/a b/ca.pem'",
      '--cert c.pem',
      '--key k.pem',
    ]);
    expect(added({ pfx: 'c.p12', passphrase: 'pass phrase' })).toEqual([
      '--cert-type P12',
      '--cert c.p12',
      "--pass 'pass phrase'",
    ]);
    expect(lines({ url: 'ws://example.test', insecure: true, ca: ['x'] }).join()).not.toMatch(
      /insecure|cacert|alpn/,
    );
  });

  it('says where to save an authority that is given as text', () => {
    const ca = ['-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n'];
    expect(added({ ca })).toEqual(['# Save the certificate authority in ca.pem first.', '--cacert ca.pem']);
  });

  it('requests another server name than that of the URL', () => {
    expect(lines({ url: 'wss://10.0.0.1:8443/x', servername: 'inner.test' })).toEqual(
      expect.arrayContaining([
        '--connect-to inner.test:8443:10.0.0.1:8443',
        "--header 'Host: 10.0.0.1:8443'",
        'https://inner.test:8443/x',
      ]),
    );
  });

  it('uses the same proxy or Unix socket', () => {
    expect(added({ proxy: 'none' })).toEqual(["--noproxy '*'"]);
    expect(added({ proxy: 'http://proxy.test:3128' })).toEqual([
      '--proxy http://proxy.test:3128',
      '--proxytunnel',
    ]);
    expect(added({ proxy: 'socks5://proxy.test' })).toEqual(['--proxy socks5h://proxy.test']);
    expect(lines({ url: 'ws+unix:/run/app.sock:/path?a=b' })).toEqual(
      expect.arrayContaining(['--unix-socket /run/app.sock', "'http://localhost/path?a=b'"]),
    );
  });

  it('prevents curl from reading one URL as many', () => {
    expect(lines({ url: 'ws://[::1]:9/{a,b}' })).toContain('--globoff');
    expect(lines()).not.toContain('--globoff');
  });

  it('sends credentials in the form of the option', () => {
    expect(added({ headers: [['Authorization', 'Basic me pass word']] })).toEqual(["--user 'me:pass word'"]);
    expect(added({ headers: [['Authorization', 'Digest me secret']] })).toEqual([
      '--digest',
      '--user me:secret',
    ]);
    expect(added({ headers: [['Authorization', 'Bearer abc.def']] })).toEqual([
      "--header 'Authorization: Bearer abc.def'",
    ]);
    expect(added({ url: 'wss://me:p%40ss@example.test/stream' })).toEqual(['--user me:p@ss']);
  });
});

describe('secrets in the command', () => {
  const secret: Given = {
    url: 'wss://me:canary1@example.test/x?token=canary2',
    headers: [
      ['Cookie', 'sid=canary3'],
      ['Authorization', 'Bearer canary4'],
      ['X-Path', '/canary4/x'],
    ],
    subprotocols: [`canary5${'x'.repeat(50)}`],
    proxy: 'http://me:canary6@proxy.test:3128',
    pfx: 'c.p12',
    passphrase: 'canary7',
  };

  it('are masked at their place', () => {
    const command = lines(secret).join('\n');
    expect(command).not.toMatch(/canary/);
    expect(command).toContain("'https://example.test/x?token=••••'");
    expect(command).toContain("--proxy 'http://••••@proxy.test:3128'");
    expect(command).toContain("--pass '••••'");
    expect(command).toContain("'Authorization: Bearer ••••'");
  });

  it('are masked at any length', () => {
    const short = { url: 'wss://u:p@example.test/', headers: [], pfx: 'c.p12', passphrase: 'q' };
    expect(lines(short)).toEqual(expect.arrayContaining(["--user '••••'", "--pass '••••'"]));
  });

  it('are in plain text if the user reveals them', () => {
    const command = lines(secret, true).join('\n');
    for (const number of [2, 3, 4, 5, 6, 7]) expect(command).toContain(`canary${number}`);
    expect(lines({ url: secret.url! }, true)).toContain('--user me:canary1');
  });
});
