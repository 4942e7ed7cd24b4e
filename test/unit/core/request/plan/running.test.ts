import { describe, expect, test } from 'vitest';
import { connectOptions } from '../../../../../src/core/session/options/connectOptions.ts';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { requestOptions } from '../../../../../src/core/request/plan/requestOptions.ts';
import { createFileScope } from '../../../../../src/core/request/variables/scope.ts';
import { fileText, stepMessage } from '../../../../../src/core/request/plan/stepMessage.ts';
import { SAMPLE_PORTS } from '../../../../../src/core/request/variables/value.ts';

function parse(source: string) {
  const file = analyzeRequestFile(source);
  return { request: file.requests[0]!, scope: createFileScope(file.variables, SAMPLE_PORTS), file };
}

describe('requestOptions', () => {
  test('contains the values of the request and nothing else', () => {
    const { request, scope } = parse('WEBSOCKET ws://localhost');
    expect(requestOptions(request, scope)).toEqual({ options: { url: 'ws://localhost' } });
  });

  test('fills in all variables', () => {
    const { request, scope } = parse(
      [
        '@host = localhost:8080',
        '@limit = 1MiB',
        '@time = 1500ms',
        '@second = v2.json',
        '# @subprotocol v1.json, {{second}}',
        '# @timeout {{time}}',
        '# @close-timeout 1s',
        '# @max-payload {{limit}}',
        '# @no-deflate',
        'WEBSOCKET ws://{{host}}/a',
        '  ?b={{$randomInt 4 5}}',
        'Origin: http://{{host}}',
        'X-Empty:',
        'X-Twice: 1',
        'X-Twice: 2',
      ].join('\n'),
    );
    const result = requestOptions(request, scope);
    expect(result).toEqual({
      options: {
        url: 'ws://localhost:8080/a?b=4',
        subprotocols: ['v1.json', 'v2.json'],
        handshakeTimeout: 1500,
        closeTimeout: 1000,
        maxPayload: 1_048_576,
        deflate: false,
        headers: [
          ['Origin', 'http://localhost:8080'],
          ['X-Empty', ''],
          ['X-Twice', '1'],
          ['X-Twice', '2'],
        ],
      },
    });
    if ('options' in result) expect(connectOptions(result.options)).toMatchObject(result.options);
  });

  test('takes over the subprotocols of the header that other clients need', () => {
    const { request, scope } = parse('WEBSOCKET ws://localhost\nsec-websocket-protocol: a,b\nX: y');
    expect(requestOptions(request, scope)).toEqual({
      options: { url: 'ws://localhost', subprotocols: ['a', 'b'], headers: [['X', 'y']] },
    });
  });

  test('treats 0 as no limit', () => {
    const { request, scope } = parse('# @max-payload 0\nWEBSOCKET ws://localhost');
    expect(requestOptions(request, scope)).toMatchObject({ options: { maxPayload: 0 } });
  });

  test('reports every problem at its place', () => {
    const { request, scope } = parse(
      '# @timeout 0ms\n# @subprotocol a b\nWEBSOCKET http://{{missing}}\nUpgrade: x\nX: {{missing}}\nBad Name: x',
    );
    const result = requestOptions(request, scope);
    if ('options' in result) throw new Error('no problems found');
    expect(
      result.problems.map(({ code, range }) => `${code} ${range.start.line}:${range.start.character}`),
    ).toEqual([
      'variable.unknown 2:17',
      'directive.argument 0:11',
      'subprotocol.invalid 1:15',
      'header.invalid 3:0',
      'variable.unknown 4:3',
      'header.invalid 5:0',
    ]);
  });

  test('reports an option that a value makes invalid as a diagnostic of the file', () => {
    const { file } = parse('@host = local host\nWEBSOCKET ws://{{host}}');
    expect(file.diagnostics).toEqual([expect.objectContaining({ severity: 'error', code: 'url.invalid' })]);
  });
});

describe('stepMessage', () => {
  const message = (payload: string) => {
    const { request, scope } = parse(`@dir = data\nWEBSOCKET ws://localhost\n\n${payload}\n`);
    return stepMessage(request.steps[0] ?? { payload: undefined }, scope);
  };

  test('returns the text of a payload with LF line ends', () => {
    expect(message('a {{dir}}\r\n\r\n// no\r\nb')).toEqual({ kind: 'text', text: 'a data\n\nb' });
  });

  test('returns the path of a file', () => {
    expect(message('< ./{{dir}}/a b.bin')).toMatchObject({
      kind: 'file',
      as: 'binary',
      path: './data/a b.bin',
    });
    expect(message('<@ /{{dir}}.json')).toMatchObject({ kind: 'file', as: 'text', path: '/data.json' });
  });

  test('returns nothing for an empty step', () => {
    expect(message('')).toEqual({ kind: 'nothing' });
    expect(message('# only a comment')).toEqual({ kind: 'nothing' });
    expect(message('=== wait-for-server')).toEqual({ kind: 'nothing' });
  });

  test('reports a variable without a value', () => {
    expect(message('{{missing}}')).toMatchObject({
      kind: 'problems',
      problems: [{ code: 'variable.unknown' }],
    });
    expect(message('< {{missing}}')).toMatchObject({
      kind: 'problems',
      problems: [{ code: 'variable.unknown' }],
    });
  });
});

describe('fileText', () => {
  const { request, scope } = parse('@a = 1\nWEBSOCKET ws://localhost\n\n<@ ./f.json');
  const { range } = request.steps[0]!.payload!;

  test('fills in variables and changes nothing else', () => {
    expect(fileText('{{a}}\r\n# stays\r\n===\r\n', range, scope)).toEqual({
      text: '1\r\n# stays\r\n===\r\n',
    });
  });

  test('reports a problem at the line that names the file', () => {
    expect(fileText('{{b}}', range, scope)).toMatchObject({
      problems: [{ code: 'variable.unknown', range }],
    });
    expect(fileText('\n\n{{a', range, scope)).toMatchObject({
      problems: [{ code: 'variable.unclosed', range }],
    });
  });
});

describe('a request that cannot be run', () => {
  test('does not affect the others', () => {
    const { file } = parse(
      'WEBSOCKET ws://localhost\n\n{{missing}}\n###\nWEBSOCKET ws://localhost\n###\n# @decode x\nWEBSOCKET wss://localhost',
    );
    expect(file.requests.map(({ error }) => error?.code)).toEqual([
      'variable.unknown',
      undefined,
      'directive.argument',
    ]);
  });

  test('is never one that leaves its invalid variable unused', () => {
    const { file } = parse('###\n@unused = {{missing}}\nWEBSOCKET ws://localhost');
    expect(file.diagnostics).toHaveLength(1);
    expect(file.requests[0]!.error).toBeUndefined();
  });
});
