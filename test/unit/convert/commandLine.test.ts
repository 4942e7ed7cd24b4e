import { describe, expect, it } from 'vitest';
import { importCommandLine, isCommandLine } from '../../../src/core/convert/commandLine/importCommandLine.ts';
import { printImported } from '../../../src/core/convert/printImported.ts';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { parseArguments } from '../../../src/files/parseArguments.ts';

function imported(text: string) {
  const result = importCommandLine(text, parseArguments);
  if ('problem' in result) throw new Error(result.problem);
  return result.collections[0]!.requests[0]!;
}

const BASH = String.raw`curl 'wss://api.example.test/stream?a=b' \
  -H 'Upgrade: websocket' \
  -H 'Origin: https://example.test' \
  -H $'X-Bang: it\'s \u0021' \
  -H 'Sec-WebSocket-Key: abc==' \
  -H 'Sec-WebSocket-Version: 13' \
  -H 'Connection: Upgrade' \
  -H 'Sec-WebSocket-Protocol: v1.json, v2.json' \
  -H 'Sec-WebSocket-Extensions: permessage-deflate' \
  -H 'Host: api.example.test' -b 'sid=1' --compressed -k`;
const CMD = String.raw`curl ^"wss://api.example.test/stream?a=b^" ^
  -H ^"Origin: https://example.test^" ^
  -H ^"X-Bang: say ^\^"hi^\^" 100^%^" -k`;

describe('importing a curl command', () => {
  it('reads one for bash as browsers copy it, without the headers of the old connection', () => {
    expect(imported(BASH)).toMatchObject({
      name: 'api.example.test',
      options: {
        url: 'wss://api.example.test/stream?a=b',
        headers: [
          ['Origin', 'https://example.test'],
          ['X-Bang', "it's !"],
          ['Cookie', 'sid=1'],
          ['Accept-Encoding', 'deflate, gzip, br, zstd'],
        ],
        subprotocols: ['v1.json', 'v2.json'],
        insecure: true,
      },
      left: [],
    });
  });

  it('unquotes one for cmd.exe by its rules', () => {
    expect(imported(CMD).options).toMatchObject({
      url: 'wss://api.example.test/stream?a=b',
      headers: [
        ['Origin', 'https://example.test'],
        ['X-Bang', 'say "hi" 100%'],
      ],
    });
  });

  it('unquotes one for PowerShell by its rules', () => {
    const { options } = imported("curl.exe 'https://h/x' `\n -H 'X-A: it''s' `\n -H \"X-B: `\"q`\"\"");
    expect(options).toMatchObject({
      url: 'wss://h/x',
      headers: [
        ['X-A', "it's"],
        ['X-B', '"q"'],
      ],
    });
  });

  it.each([
    ['curl http://h/a', { url: 'ws://h/a' }],
    ['curl -u me:pa:ss h:81/a', { url: 'ws://h:81/a', headers: [['Authorization', 'Basic me pa:ss']] }],
    ['curl --digest -u me:x ws://h', { headers: [['Authorization', 'Digest me x']] }],
    [
      'curl -H "X-Empty;" -H "X-V: $TOKEN" ws://h',
      {
        headers: [
          ['X-Empty', ''],
          ['X-V', '{{$env TOKEN}}'],
        ],
      },
    ],
    ['curl -skN --max-time 5 ws://h/?a=[1]', { url: 'ws://h/?a=[1]', insecure: true }],
    ['curl --oauth2-bearer=abc ws://h | jq .', { headers: [['Authorization', 'Bearer abc']] }],
    [
      '  $ curl -x proxy:3128 --cacert ca.pem -E c.pem --key k.pem wss://h',
      { proxy: 'http://proxy:3128', ca: ['ca.pem'], cert: 'c.pem', key: 'k.pem' },
    ],
  ])('imports %s', (text, options) => expect(imported(text).options).toMatchObject(options));

  it.each([
    ['curl\u00a0ws://h\u00a0-H\u202f"X-A: 1"', [['X-A', '1']]],
    ['curl\u00a0ws://h \\\n\u00a0\u00a0-H\u00a0"X-A:\u00a01"', [['X-A', '1']]],
    // Blanks in quotes are the user's, also after an escaped quote.
    [
      `curl ws://h -H 'X-A: it'\\''s\u00a0b'\u00a0-H "X-B: \\"\u00a0"`,
      [
        ['X-A', "it's\u00a0b"],
        ['X-B', '"'],
      ],
    ],
    ['curl.exe\u3000ws://h\u3000-H\u3000"X-A: 1"', [['X-A', '1']]],
  ])('reads the non-breaking spaces of a web page as spaces: %j', (text, headers) => {
    const { options, left } = imported(text);
    expect([options.url, options.headers, left]).toEqual(['ws://h', headers, []]);
  });

  it('lists what it does not carry over', () => {
    expect(imported("curl -d '{}' --resolve h:80:127.0.0.1 --no-such-thing ws://h").left).toEqual([
      'The option --data of curl is not carried over.',
      'The option --resolve of curl is not carried over.',
      'The option --no-such-thing of curl is not carried over.',
    ]);
    expect(
      imported('curl --unix-socket /run/app.sock -m 5 -b jar.txt -b a=1 -b b=2 http://localhost/'),
    ).toMatchObject({
      options: { headers: [['Cookie', 'a=1; b=2']] },
      left: [
        'The option --unix-socket of curl is not carried over.',
        'The option --max-time of curl is not carried over.',
        'The option --cookie of curl is not carried over.',
      ],
    });
    const { options, left } = imported("curl -b '' -L ws://h");
    expect([options.headers, left]).toEqual([
      undefined,
      ['Options of curl that change nothing of a request are left out: --cookie.'],
    ]);
    expect(imported('wscat -p 8 -c ws://h').left).toEqual([
      'The option --protocol of wscat is not carried over.',
    ]);
    expect(imported('websocat --ping-timeout 5 ws://h').left).toEqual([
      'The option --ping-timeout of websocat is not carried over.',
    ]);
  });
});

describe('importing wscat and websocat commands', () => {
  it('reads the options of each', () => {
    expect(
      imported(`wscat -c wss://h/a -s v1 -s v2 -H 'X-A: 1' -o https://o --auth me:x -n -x '{"a":1}'`),
    ).toMatchObject({
      options: {
        url: 'wss://h/a',
        subprotocols: ['v1', 'v2'],
        headers: [
          ['X-A', '1'],
          ['Origin', 'https://o'],
          ['Authorization', 'Basic me x'],
        ],
        insecure: true,
      },
      steps: [{ message: { kind: 'text', data: new TextEncoder().encode('{"a":1}') } }],
    });
    expect(
      imported('websocat -n1 --protocol v1 --origin https://o -H "X-A: 1" ws://h/b').options,
    ).toMatchObject({
      url: 'ws://h/b',
      subprotocols: ['v1'],
    });
  });
});

describe('a text that is not one of these commands', () => {
  it.each(['wget http://h', '', 'curl', 'wscat -l 8080', `curl 'unclosed`])(
    'is refused in one sentence, or has a URL: %j',
    (text) => {
      const result = importCommandLine(text, parseArguments);
      if ('problem' in result) expect(result.problem).toMatch(/: (paste|add) /);
      else expect(result.collections[0]!.requests[0]!.options.url).not.toBe('ws://');
    },
  );

  it.each([
    ['curl wss://h', true],
    ['  $ wscat -c x', true],
    ['wss://h', false],
    ['curlew', false],
  ])('is told apart from a command: %j', (text, is) => expect(isCommandLine(text)).toBe(is));
});

it('writes a request file that reads as the same request, with references to secrets', () => {
  const { files, secrets } = printImported(
    {
      collections: [
        {
          requests: [
            imported(
              `curl -H 'Authorization: Bearer abcdef123456' -H 'X-V: {{v}}' -u 'me:{{password}}' 'ws://h/?a={{b}}'`,
            ),
          ],
        },
      ],
    },
    'pasted',
  );
  const text = files[0]!.text;
  expect(files[0]!.name).toBe('pasted.ws');
  expect(text).toContain('Authorization: Bearer {{$secret authorization}}');
  expect(text).toContain('X-V: {{v}}');
  expect(text).toContain('Authorization: Basic me {{password}}');
  expect(text).toContain('WEBSOCKET ws://h/?a={{b}}');
  expect([...secrets]).toEqual([['authorization', 'abcdef123456']]);
  expect(analyzeRequestFile(text, 'ws').requests).toHaveLength(1);
});
