import { describe, expect, it } from 'vitest';
import {
  CURL_OPTIONS,
  WEBSOCAT_OPTIONS,
  WSCAT_OPTIONS,
  type ClientOptions,
} from '../../../src/core/convert/commandLine/clientOptions.ts';
import { importCommandLine } from '../../../src/core/convert/commandLine/importCommandLine.ts';
import { printImported } from '../../../src/core/convert/printImported.ts';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { parseArguments } from '../../../src/files/parseArguments.ts';

// Every option of the tables either changes the written request or is named in a sentence above it.

function imported(text: string) {
  const result = importCommandLine(text, parseArguments);
  if ('problem' in result) throw new Error(`${text}: ${result.problem}`);
  return { result, ...result.collections[0]!.requests[0]! };
}

/** The request as it is written, without the comments above it, which must have no error. */
function written(text: string, isComplete = true): string {
  const [file] = printImported(imported(text).result, 'pasted').files;
  const { diagnostics } = analyzeRequestFile(file!.text, 'ws');
  if (isComplete)
    expect(
      diagnostics.filter(({ severity }) => severity === 'error'),
      file!.text,
    ).toEqual([]);
  return file!.text.replace(/^# (?!@).*\n/gm, '');
}

interface Walk {
  readonly base: string;
  readonly options: ClientOptions;
  /** Values with a meaning. Other options take `value`. */
  readonly values: Readonly<Record<string, string>>;
  /** Other options that one needs to mean anything. */
  readonly beside: Readonly<Record<string, string>>;
  /** The options that change the request. */
  readonly effects: readonly string[];
}

const WALKS: Readonly<Record<string, Walk>> = {
  curl: {
    base: 'curl wss://h.test/a',
    options: CURL_OPTIONS,
    values: {
      ...{ header: 'X-A: 1', user: 'me:pw', cookie: 'a=1', cert: 'c.pem', key: 'k.pem', proxy: 'proxy:3128' },
      ...{
        'connect-timeout': '7',
        'max-redirs': '3',
        'proxy-user': 'me:pw',
        noproxy: '*',
        'cert-type': 'P12',
      },
      ...{ socks5: 'proxy:1080', 'socks5-hostname': 'proxy:1080', url: 'wss://other.test/b' },
    },
    beside: {
      ...{ cert: '--key k.pem', key: '--cert c.pem', pass: '--cert c.pem --key k.pem' },
      ...{ 'cert-type': '--cert c.p12', 'proxy-user': '-x proxy:1', 'max-redirs': '-L', digest: '-u me:pw' },
    },
    effects: [
      ...[
        'header',
        'user',
        'cacert',
        'cert',
        'key',
        'proxy',
        'cookie',
        'user-agent',
        'referer',
        'oauth2-bearer',
      ],
      ...['url', 'pass', 'connect-timeout', 'proxy-user', 'cert-type', 'noproxy', 'max-redirs', 'socks5'],
      ...[
        'socks5-hostname',
        'insecure',
        'location',
        'compressed',
        'digest',
        'tlsv1',
        'tlsv1.0',
        'tlsv1.1',
        'tlsv1.2',
      ],
      'tlsv1.3',
    ],
  },
  wscat: {
    base: 'wscat -c wss://h.test/a -x hello',
    options: WSCAT_OPTIONS,
    values: {
      ...{
        header: 'X-A: 1',
        auth: 'me:pw',
        cert: 'c.pem',
        key: 'k.pem',
        proxy: 'http://proxy:3128',
        wait: '5',
      },
      ...{ 'max-redirects': '3', connect: 'wss://other.test/b', subprotocol: 'v1', host: 'virtual.test' },
    },
    beside: {
      ...{ cert: '--key k.pem', key: '--cert c.pem', passphrase: '--cert c.pem --key k.pem' },
      'max-redirects': '-L',
    },
    effects: [
      ...[
        'connect',
        'header',
        'subprotocol',
        'origin',
        'auth',
        'ca',
        'cert',
        'key',
        'passphrase',
        'proxy',
        'host',
      ],
      ...['execute', 'wait', 'max-redirects', 'no-check', 'location'],
    ],
  },
  websocat: {
    base: 'websocat wss://h.test/a',
    options: WEBSOCAT_OPTIONS,
    values: {
      ...{
        header: 'X-A: 1',
        protocol: 'v1',
        'basic-auth': 'me:pw',
        'ping-interval': '5',
        socks5: '127.0.0.1:1080',
      },
      ...{ 'ws-c-uri': 'wss://other.test/b', 'client-pkcs12-der': 'c.p12', 'tls-domain': 'other.test' },
    },
    beside: { 'client-pkcs12-passwd': '--client-pkcs12-der c.p12' },
    effects: [
      ...['header', 'protocol', 'origin', 'basic-auth', 'ws-c-uri', 'ping-interval', 'client-pkcs12-der'],
      ...['client-pkcs12-passwd', 'socks5', 'tls-domain', 'insecure'],
    ],
  },
};

describe.each(Object.entries(WALKS))(
  'the options of %s',
  (name, { base, options, values, beside, effects }) => {
    const all = Object.entries(options);

    it.each(all)('are imported or reported: --%s', (option, { type }) => {
      const without = [base, beside[option] ?? ''].join(' ');
      const value = values[option] ?? 'value';
      const command = `${without} --${option}${type === 'string' ? ` '${value}'` : ''}`;
      const { left } = imported(command);
      const dashed = option.length > 1 ? `--${option}` : `-${option}`;
      const reported = left.filter((sentence) => new RegExp(`${dashed}(?![\\w.-]*\\w)`).test(sentence));
      if (effects.includes(option)) {
        expect(written(command)).not.toBe(written(without, false));
        expect(reported).toEqual([]);
      } else {
        expect(written(command)).toBe(written(without));
        expect(reported, left.join()).toHaveLength(1);
      }
    });

    it('are the only ones that this test lists', () => {
      const known = Object.keys(options);
      for (const each of [...effects, ...Object.keys(values), ...Object.keys(beside)])
        expect(known).toContain(each);
      expect(all.length).toBeGreaterThan(15);
      expect(name).toMatch(/^(curl|wscat|websocat)$/);
    });
  },
);

describe('the value of an option', () => {
  it.each([
    ['curl --cert c.pem:secret-1 --key k.pem wss://h', { cert: 'c.pem', passphrase: 'secret-1' }],
    ['curl --cert C:\\\\c.pem --key k.pem wss://h', { cert: 'C:\\c.pem' }],
    ['curl --cert-type P12 -E c.p12:pw wss://h', { pfx: 'c.p12', passphrase: 'pw' }],
    ['curl -x http://proxy:1 -U "me:p@ss" ws://h', { proxy: 'http://me:p%40ss@proxy:1' }],
    ['curl -x proxy:1 -U "me:$PW" ws://h', { proxy: 'http://me:{{$env PW}}@proxy:1' }],
    ['curl --tlsv1.2 wss://h', { minTlsVersion: 'TLSv1.2' }],
    ['curl -L --max-redirs 3 ws://h', { maxRedirects: 3 }],
    ['curl -L ws://h', { maxRedirects: 50 }],
    ['curl -H "Host: virtual.test" ws://127.0.0.1:8080/', { headers: [['Host', 'virtual.test']] }],
    ['curl -H "Host: H.test:81" -H "X-A: 1" ws://me@h.test:81/', { headers: [['X-A', '1']] }],
    ['websocat --ping-interval 1.5 ws://h', { heartbeat: 1500 }],
  ])('is imported: %s', (text, options) => {
    const given: object = imported(text).options;
    expect(given).toEqual(expect.objectContaining(options));
    expect(imported(text).left).toEqual([]);
  });

  it.each([
    ['curl -X GET ws://h', 'Options of curl that change nothing of a request are left out: --request.'],
    [
      'curl -x http://you@proxy:1 -U me:pw ws://h',
      'Options of curl that change nothing of a request are left out: --proxy-user.',
    ],
    ['curl -X POST ws://h', 'The option --request of curl is not carried over.'],
    ['curl --noproxy localhost ws://h', 'The option --noproxy of curl is not carried over.'],
    ['curl --cert-type DER -E c.der --key k wss://h', 'The option --cert-type of curl is not carried over.'],
    [
      'curl -isN ws://h',
      'Options of curl that change nothing of a request are left out: --include, --silent, --no-buffer.',
    ],
    ['wscat -c ws://h -w 5', 'Options of wscat that change nothing of a request are left out: --wait.'],
    ['wscat -c ws://h -x a -w -1', 'Options of wscat that change nothing of a request are left out: --wait.'],
  ])('is reported: %s', (text, sentence) => expect(imported(text).left).toEqual([sentence]));

  it('closes after the messages for --wait of wscat', () => {
    expect(imported('wscat -c ws://h -x a -x b -w 5').steps).toMatchObject([
      { message: { kind: 'text' } },
      { message: { kind: 'text' } },
      { directives: ['delay 5000ms', 'close 1000'] },
    ]);
  });
});

/** As Chrome 130 and Firefox 132 copy the handshake of a page, with values that need quotes. */
const COPIED = {
  'cURL (bash) of Chrome': String.raw`curl 'wss://api.example.test/stream?a=%7B1%7D&b=2' \
  -H 'Upgrade: websocket' \
  -H 'Origin: https://example.test' \
  -H 'Cache-Control: no-cache' \
  -b $'sid=1; q=it\'s \u0021 "q" $HOME' \
  -H 'Pragma: no-cache' \
  -H 'Connection: Upgrade' \
  -H 'Sec-WebSocket-Key: VzW0AVFQrOFyjGQ1zRZxmw==' \
  -H 'User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0' \
  -H 'Sec-WebSocket-Version: 13' \
  -H 'Sec-WebSocket-Protocol: v1.json, v2.json' \
  -H 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'`,
  'cURL (cmd) of Chrome': String.raw`curl ^"wss://api.example.test/stream?a=^%^7B1^%^7D^&b=2^" ^
  -H ^"Upgrade: websocket^" ^
  -H ^"Origin: https://example.test^" ^
  -H ^"Cache-Control: no-cache^" ^
  -b ^"sid=1; q=it's ^! ^\^"q^\^" ^$HOME^" ^
  -H ^"Pragma: no-cache^" ^
  -H ^"Connection: Upgrade^" ^
  -H ^"Sec-WebSocket-Key: VzW0AVFQrOFyjGQ1zRZxmw==^" ^
  -H ^"User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0^" ^
  -H ^"Sec-WebSocket-Version: 13^" ^
  -H ^"Sec-WebSocket-Protocol: v1.json, v2.json^" ^
  -H ^"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits^"`,
  'cURL (POSIX) of Firefox': String.raw`curl 'wss://api.example.test/stream?a=%7B1%7D&b=2' -H 'User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0' -H 'Sec-WebSocket-Version: 13' -H 'Origin: https://example.test' -H 'Sec-WebSocket-Protocol: v1.json, v2.json' -H 'Sec-WebSocket-Extensions: permessage-deflate' -H 'Sec-WebSocket-Key: VzW0AVFQrOFyjGQ1zRZxmw==' -H 'Connection: keep-alive, Upgrade' -H $'Cookie: sid=1; q=it\'s \u0021 "q" $HOME' -H 'Pragma: no-cache' -H 'Cache-Control: no-cache' -H 'Upgrade: websocket'`,
  'curl.exe typed in PowerShell': `curl.exe 'wss://api.example.test/stream?a=%7B1%7D&b=2' \`
  -H 'User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0' \`
  -H "Origin: https://example.test" -H 'Cache-Control: no-cache' -H 'Pragma: no-cache' \`
  -H 'Sec-WebSocket-Protocol: v1.json, v2.json' \`
  -H 'Cookie: sid=1; q=it''s ! "q" $HOME'`,
} as const;

describe('a copied handshake', () => {
  it.each(Object.entries(COPIED))('is imported from %s', (_, text) => {
    const { options, left } = imported(text);
    expect(left).toEqual([]);
    expect(options.url).toBe('wss://api.example.test/stream?a=%7B1%7D&b=2');
    expect(options.subprotocols).toEqual(['v1.json', 'v2.json']);
    expect(Object.fromEntries(options.headers ?? [])).toEqual({
      'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0',
      Origin: 'https://example.test',
      'Cache-Control': 'no-cache',
      Pragma: 'no-cache',
      Cookie: 'sid=1; q=it\'s ! "q" $HOME',
    });
  });

  it.each([
    'Invoke-WebRequest -UseBasicParsing -Uri "wss://h.test/" `\n-WebSession $session `\n-Headers @{\n"Pragma"="no-cache"\n}',
    '$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n$session.UserAgent = "Mozilla/5.0"\nInvoke-WebRequest -Uri "wss://h.test/"',
  ])('is refused from PowerShell, with a way that works', (text) => {
    expect(importCommandLine(text, parseArguments)).toEqual({
      problem: 'This is a command of PowerShell itself: in the browser, copy the request as cURL instead.',
    });
  });
});
