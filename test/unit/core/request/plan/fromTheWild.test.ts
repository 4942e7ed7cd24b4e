import { describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { requestOptions } from '../../../../../src/core/request/plan/requestOptions.ts';
import { writtenText } from '../../../../../src/core/request/plan/requestName.ts';
import { createFileScope } from '../../../../../src/core/request/variables/scope.ts';
import { SAMPLE_PORTS } from '../../../../../src/core/request/variables/value.ts';
import type { RequestFileKind } from '../../../../../src/core/request/syntax/tree.ts';

// Tests texts from files of other clients.

const TARGET = 'WEBSOCKET ws://localhost:8080/ws';

function found(source: string, kind: RequestFileKind = 'ws'): string[] {
  return analyzeRequestFile(source, kind).diagnostics.map(
    ({ severity, code, range }) => `${range.start.line + 1} ${severity} ${code}`,
  );
}

/** The texts of the steps of the first request, a wait with an exclamation mark before it. */
function steps(source: string, kind: RequestFileKind = 'ws'): string[] {
  return analyzeRequestFile(source, kind).requests[0]!.steps.map(({ separator, payload }) => {
    const text = payload?.kind === 'text' ? writtenText(payload.text) : '';
    return `${separator?.wait ? '!' : ''}${text}`;
  });
}

describe('a separator', () => {
  test("may have a comment behind it, as in JetBrains' documentation", () => {
    const source = `${TARGET}\nContent-Type: application/json\n\n{"a": 1}\n===  // message separator\n{"a": 2}\n=== wait-for-server  // keyword used to wait for the server response\n{"a": 3}\n`;
    expect(steps(source)).toEqual(['{"a": 1}', '{"a": 2}', '!{"a": 3}']);
    expect(found(source)).toEqual(['5 hint portability', '7 hint portability']);
  });

  test.each(['===', '===   ', '=== // next', '===// next', '=== # next', '===\t#next'])(
    'is recognised in %j',
    (line) => expect(steps(`${TARGET}\n\na\n${line}\nb`)).toEqual(['a', 'b']),
  );

  test.each([
    '=== wait-for-server',
    '===  wait-for-server \t',
    '=== wait-for-server // x',
    '=== wait-for-server#x',
  ])('waits for the server with %j', (line) =>
    expect(steps(`${TARGET}\n\na\n${line}\nb`)).toEqual(['a', '!b']),
  );

  test.each([
    '===wait-for-server',
    '====',
    '=====',
    ' ===',
    '\t=== wait-for-server',
    '=== wait-for-sever',
    '=== WAIT-FOR-SERVER',
    '=== wait_for_server',
    '=== wait for server',
    '== wait-for-server',
    '=wait-for-server',
    '==== wait-for-server',
    '=== next',
    '=== wait-for-server now',
  ])('is not recognised in %j, which is sent with a warning', (line) => {
    const source = `${TARGET}\n\na\n${line}\nb`;
    expect(steps(source)).toEqual([`a\n${line}\nb`]);
    expect(found(source)).toEqual(['4 warning separator.text']);
  });

  test('is reported if its word is on the next line', () => {
    expect(found(`${TARGET}\n\na\n===\nwait-for-server\nb`)).toEqual(['5 warning separator.text']);
    expect(found(`${TARGET}\n\na\nwait-for-server\nb`)).toEqual([]);
  });

  test.each(['\\===', '\\====', ' \\=== x', 'a === b', '= 1', '==', '"=== "'])(
    'is not recognised in %j, which has no warning',
    (line) => expect(found(`${TARGET}\n\na\n${line}\nb`)).not.toContain('4 warning separator.text'),
  );
});

describe('a message without an empty line above it', () => {
  test.each([
    ['{"op": 1}', '{"op": 1}'],
    ['[1, 2]', '[1, 2]'],
    ['"text"', '"text"'],
    ['<xml/>', '<xml/>'],
    ['  {"op": 1}', '  {"op": 1}'],
    ['{{greeting}}', ''],
    ['{', '{'],
  ])('starts at %j', (line, text) => {
    for (const head of [TARGET, `${TARGET}\nOrigin: http://a.test`, `${TARGET}\n  ?a=b\n# comment`]) {
      const source = `@greeting = hi\n${head}\n${line}`;
      const { requests, diagnostics } = analyzeRequestFile(source);
      expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
        'warning payload.adjacent',
      ]);
      expect(requests[0]!.error).toBeUndefined();
      expect(requests[0]!.steps).toHaveLength(1);
      if (text !== '') expect(steps(source)).toEqual([text]);
    }
  });

  test('may be a file', () => {
    const { requests } = analyzeRequestFile(`${TARGET}\n< ./message.bin`);
    expect(requests[0]!.steps[0]!.payload).toMatchObject({ kind: 'file', as: 'binary' });
  });

  test.each([
    'Authorization Bearer secret',
    'hello',
    '42',
    '-1',
    'true',
    ': value',
    '"Authorization": "Bearer secret",',
    '"X-Api-Key" : "secret"',
    '{{name}}: secret',
    '{{prefix}}-Key: secret',
  ])('does not start at %j, which is an error and is not sent', (line) => {
    const source = `@name = a\n@prefix = X\n${TARGET}\n${line}\n\nhello`;
    const { requests, diagnostics } = analyzeRequestFile(source);
    expect(diagnostics).toMatchObject([{ severity: 'error', code: 'header.invalid' }]);
    expect(diagnostics[0]!.message).not.toContain('secret');
    expect(requests[0]!.error?.code).toBe('header.invalid');
    expect(JSON.stringify(requests[0]!.steps)).not.toContain('secret');
  });
});

describe('an unknown directive', () => {
  test.each([
    ['@tiemout 2s', 'error'],
    ['@Timeout 2s', 'error'],
    ['@no_deflate', 'error'],
    ['@author Jane', 'warning'],
    ['@todo', 'warning'],
    ['@', 'warning'],
    ['@ 2026-01-01', 'warning'],
    ['@swagger:ignore', 'warning'],
  ])('is an error or a warning in a .ws file: # %s, %s', (directive, severity) => {
    expect(found(`# ${directive}\n${TARGET}`)).toEqual([`1 ${severity} directive.unknown`]);
    expect(found(`# ${directive}\n${TARGET}`, 'http')).toEqual(['1 warning directive.unknown']);
  });

  test.each(['@expct $.a == 1', '@labl x', '@unheard of'])(
    'is a warning in a step of a .http file: # %s',
    (directive) =>
      expect(found(`${TARGET}\n\n=== wait-for-server\n# ${directive}\nx`, 'http')).toEqual([
        '4 warning directive.unknown',
      ]),
  );

  test('lets its request run if it is only a warning', () => {
    expect(analyzeRequestFile(`# @author Jane\n${TARGET}`).requests[0]!.error).toBeUndefined();
    expect(analyzeRequestFile(`# @tiemout 2s\n${TARGET}`).requests[0]!.error).toBeDefined();
    expect(analyzeRequestFile(`# @tiemout 2s\n${TARGET}`, 'http').requests[0]!.error).toBeUndefined();
  });

  test.each(['loop', 'ref login', 'sleep 100', 'forceRef x', 'no-log', 'keepStreaming'])(
    'has the severity information for @%s of another client',
    (name) => expect(found(`# @${name}\n${TARGET}`)).toEqual(['1 information directive.foreign']),
  );
});

describe('a line that only looks like a target', () => {
  test.each([
    'websocket ws://h',
    'WebSocket ws://h',
    'Websocket {{url}}',
    'ws ws://h',
    'Wss wss://h/path',
    'websocket',
    'WEBSOCKETS ws://h',
    'WEB-SOCKET ws://h',
    'GET ws://h',
    'GET wss://h/path HTTP/1.1',
    'GRAPHQL ws://h/graphql',
    'CONNECT ws://h',
    'get ws://h',
    'STOMP ws://h',
    'SSE WSS://h',
  ])('is reported: %s', (line) => {
    expect(found(`${line}\n\nhello`)).toEqual(['1 error target.expected']);
    expect(found(`### a\n${line}\nAuthorization: Bearer {{token}}\n\n{"a": 1}\n`, 'http')).toEqual([
      '2 warning target.expected',
    ]);
    expect(analyzeRequestFile(line, 'http').requests).toEqual([]);
  });

  test.each([
    'GET https://h/path',
    'GET {{host}}/ws',
    'POST /ws',
    'Websockets are great',
    'client.global.set("ws://h")',
    'DELETE https://h?to=ws://x',
  ])('is not reported in the parts of other clients: %s', (line) =>
    expect(found(`### a\n${line}\n\n{"a": 1}\n`, 'http')).toEqual([]),
  );

  test('is reported once per block, and only in that block', () => {
    expect(found(`websocket ws://a\nwebsocket ws://b\n### b\n${TARGET}\n### c\nGET ws://c`)).toEqual([
      '1 error target.expected',
      '6 error target.expected',
    ]);
  });
});

describe('a line that other clients do not send', () => {
  test.each([
    '>> out.json',
    '>>! ./out.json',
    '>>out.json',
    '<> 2026-01-01.200.json',
    '> ./script.js',
    '> script.js',
    '> {{url}}/handler.js',
    '> /absolute/handler',
    'WEBSOCKET ws://h/second',
    'WSS wss://h',
    'WEBSOCKET {{url}}',
    'websocket ws://h',
    'GET https://h/path',
    'POST http://h HTTP/1.1',
    'GRAPHQL ws://h',
  ])('is sent with a warning: %s', (line) => {
    const source = `@url = ws://h\n${TARGET}\n\n{"a": 1}\n\n${line}\n`;
    expect(found(source)).toEqual(['6 warning payload.foreign']);
    expect(JSON.stringify(analyzeRequestFile(source).requests[0]!.steps[0]!.payload)).toContain(
      line.slice(0, 2),
    );
  });

  test.each([
    'ws://h',
    '> hello there',
    '>',
    'GET it',
    'WEBSOCKET is a word',
    '{"method": "GET http://h"}',
    'see http://h',
  ])('is sent without a warning if it only looks similar: %s', (line) =>
    expect(found(`${TARGET}\n\n${line}\n`).filter((each) => each.includes('payload.foreign'))).toEqual([]),
  );
});

describe('defaults', () => {
  function optionsOf(source: string, kind: RequestFileKind = 'ws') {
    const file = analyzeRequestFile(source, kind);
    expect(file.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    return file.requests.map((request) => {
      const result = requestOptions(request, createFileScope(file.variables, SAMPLE_PORTS));
      if ('problems' in result) throw new Error(result.problems[0]?.message);
      return result.options;
    });
  }

  const DEFAULTS = `@token = abc
# @header Authorization: Bearer {{token}}
// @header X-Trace: one
# @header X-Trace: two
# @subprotocol v2
# @timeout 5s
# @insecure
`;

  test.each<RequestFileKind>(['ws', 'http'])('count for all requests below, in a .%s file', (kind) => {
    const options = optionsOf(`${DEFAULTS}\n### a\n${TARGET}\n\n### b\n${TARGET}\nX-Own: 1\n`, kind);
    const headers = [
      ['Authorization', 'Bearer abc'],
      ['X-Trace', 'one'],
      ['X-Trace', 'two'],
    ];
    expect(options).toMatchObject([
      { headers, subprotocols: ['v2'], handshakeTimeout: 5000, insecure: true },
      { headers: [...headers, ['X-Own', '1']], subprotocols: ['v2'], handshakeTimeout: 5000, insecure: true },
    ]);
  });

  test('are replaced by the values of a request', () => {
    const [a, b] = optionsOf(
      `${DEFAULTS}\n### a\n# @subprotocol v1\n# @timeout 1s\n${TARGET}\nauthorization: Basic me you\nx-trace:\n\n### b\n${TARGET}\nSec-WebSocket-Protocol: v0\n`,
    );
    expect(a).toMatchObject({
      headers: [
        ['authorization', 'Basic me you'],
        ['x-trace', ''],
      ],
      subprotocols: ['v1'],
      handshakeTimeout: 1000,
    });
    expect(b!.subprotocols).toEqual(['v0']);
  });

  test('may offer subprotocols by their header', () => {
    const [a, b] = optionsOf(
      `# @header Sec-WebSocket-Protocol: v2\n### a\n${TARGET}\n### b\n# @subprotocol v1\n${TARGET}`,
    );
    expect([a!.subprotocols, b!.subprotocols]).toEqual([['v2'], ['v1']]);
    expect(a!.headers).toBeUndefined();
  });

  test('do not apply if the request has an alternative', () => {
    const source = `# @cert ./a.pem\n# @key ./a.key\n# @passphrase p\n# @no-deflate\n# @ca ./a.pem\n# @ca ./b.pem\n### a\n# @pfx ./b.p12\n# @deflate client_max_window_bits=12\n# @ca ./c.pem\n${TARGET}\n### b\n${TARGET}`;
    const [a, b] = optionsOf(source);
    expect(a).toMatchObject({ pfx: './b.p12', deflate: true, ca: ['./c.pem'] });
    expect([a!.cert, a!.key, a!.passphrase]).toEqual([undefined, undefined, undefined]);
    expect(b).toMatchObject({ cert: './a.pem', key: './a.key', deflate: false, ca: ['./a.pem', './b.pem'] });
  });

  test('are read in the first block only, also below a title', () => {
    expect(optionsOf(`### Defaults\n# @timeout 5s\n\n### a\n${TARGET}`)).toMatchObject([
      { handshakeTimeout: 5000 },
    ]);
    const source = `### a\n${TARGET}\n### Defaults\n# @timeout 5s\n`;
    expect(found(source)).toEqual(['4 error target.expected']);
  });

  test.each([
    ['# @header X-A', 'header.invalid'],
    ['# @header', 'directive.argument'],
    ['# @header X A: 1', 'header.invalid'],
    ['# @header Upgrade: x', 'header.invalid'],
    ['# @timeout 5', 'directive.argument'],
    ['# @name x', 'directive.misplaced'],
    ['# @disabled', 'directive.misplaced'],
    ['# @expect status == 101', 'directive.misplaced'],
    ['# @where $.a == 1', 'directive.misplaced'],
    ['# @timeut 5s', 'directive.unknown'],
    ['# @header X-A: {{missing}}', 'variable.unknown'],
    ['# @header X-A: {{open', 'variable.unclosed'],
  ])('are reported once, and stop every request, if they are invalid: %s', (line, code) => {
    const { diagnostics, requests } = analyzeRequestFile(`${line}\n### a\n${TARGET}\n### b\n${TARGET}\n`);
    expect(diagnostics.map((each) => [each.code, each.range.start.line])).toEqual([[code, 0]]);
    expect(requests.map(({ error }) => error?.code)).toEqual([code, code]);
  });

  test('do not exist in a .http file if the first block is a request of another protocol', () => {
    const source = `# @timeout 5\n# @header X\nGET https://h\n\n### a\n${TARGET}\n`;
    expect(found(source, 'http')).toEqual([]);
    expect(optionsOf(source, 'http')[0]).not.toHaveProperty('handshakeTimeout');
  });

  test('report a @header above a target, with the place where it belongs', () => {
    const { diagnostics } = analyzeRequestFile(`### a\n# @header X: 1\n${TARGET}`);
    expect(diagnostics).toMatchObject([{ code: 'directive.misplaced' }]);
    expect(diagnostics[0]!.message).toContain('below its target');
  });

  test('may name the environment', () => {
    const { requests } = analyzeRequestFile(`# @env staging\n### a\n${TARGET}\n### b\n# @env dev\n${TARGET}`);
    expect(requests.map(({ error }) => error?.message)).toEqual([
      expect.stringContaining('“staging”'),
      expect.stringContaining('“dev”'),
    ]);
  });
});

describe('@disabled', () => {
  test.each([
    ['# @disabled', []],
    ['# @disabled true', []],
    ['# @disabled false', []],
    ['# @disabled !this.token', ['1 warning directive.argument']],
  ])('is accepted or reported by its argument: %s', (line, diagnostics) =>
    expect(found(`${line}\n${TARGET}`)).toEqual(diagnostics),
  );
});
