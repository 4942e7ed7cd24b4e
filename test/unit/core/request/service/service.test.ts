import { describe, expect, test } from 'vitest';
import { completions, type CompletionSources } from '../../../../../src/core/request/service/completions.ts';
import { hover } from '../../../../../src/core/request/service/hover.ts';
import { jsonPathsOf } from '../../../../../src/core/request/service/jsonPaths.ts';
import { outline, type OutlineNode } from '../../../../../src/core/request/service/outline.ts';
import { NOTHING_SEEN } from '../../../../../src/core/request/service/protocolWords.ts';
import { quickFixes } from '../../../../../src/core/request/service/quickFixes.ts';
import { semanticTokens } from '../../../../../src/core/request/service/semanticTokens.ts';
import { marked, textAt } from './support.ts';

const TARGET = 'WEBSOCKET ws://localhost';

const OPTIONS = new Map([
  ['timeout', { usage: '@timeout 2s', text: 'How long the handshake may take.' }],
  ['no-deflate', { usage: '@no-deflate', text: 'Does not offer compression.' }],
  ['min-tls', { usage: '@min-tls TLSv1.3', text: 'The oldest TLS.', values: new Map([['TLSv1.3', '']]) }],
]);

const SOURCES: CompletionSources = {
  options: OPTIONS,
  dynamicVariables: new Map([['$uuid', 'A random UUID.']]),
  variables: () => [{ name: 'host', value: 'localhost', origin: 'line 1' }],
  environments: () => ['staging'],
  secrets: () => ['apiToken'],
  paths: () => [{ path: '$.type', example: '"tick"' }],
  stepProtocol: () => undefined,
  units: () => NOTHING_SEEN,
};

const proposed = (lines: readonly string[]) => {
  const { file, lineAt, at } = marked(lines);
  return completions(file, lineAt, at, SOURCES);
};
const labels = (lines: readonly string[]) => proposed(lines).map(({ label }) => label);

describe('completion', () => {
  test('proposes the directives of the place, with their arguments', () => {
    const above = proposed(['# @¦', TARGET]);
    expect(above.map(({ label }) => label)).toEqual([
      'name',
      'env',
      'header',
      'disabled',
      'expect',
      'timeout',
      'no-deflate',
      'min-tls',
    ]);
    expect(above.find(({ label }) => label === 'timeout')).toMatchObject({
      insert: 'timeout ',
      continues: true,
    });
    expect(above.find(({ label }) => label === 'no-deflate')?.insert).toBeUndefined();
    const step = labels([TARGET, '', '# @¦']);
    expect(step).toContain('where');
    expect(step).not.toContain('timeout');
    expect(labels([TARGET, '', 'text', '# @¦'])).toEqual([]);
  });

  test.each([
    ['values of a directive', ['# @min-tls ¦', TARGET], ['TLSv1.3']],
    ['environments', ['# @env ¦', TARGET], ['staging']],
    ['variables and dynamic ones', ['WEBSOCKET ws://{{¦'], ['host', '$uuid']],
    ['secrets', ['WEBSOCKET ws://{{$secret ¦'], ['apiToken']],
    ['separators', [TARGET, '', 'a', '==¦'], ['===', '=== wait-for-server']],
    ['header values', [TARGET, 'Authorization: ¦'], ['Bearer ', 'Basic ', 'Digest ']],
    ['binary encodings', [TARGET, '', '# @binary ¦'], ['hex', 'base64']],
    ['what the handshake is asked', ['# @expect ¦', TARGET], ['status', 'subprotocol', 'header']],
  ])('proposes %s', (_, lines, expected) => {
    expect(labels(lines)).toEqual(expected);
  });

  test('proposes headers with their colon', () => {
    const header = proposed([TARGET, 'Orig¦']).find(({ label }) => label === 'Origin');
    expect(header).toMatchObject({ insert: 'Origin: ', continues: true });
  });

  test('proposes close codes with their meaning, and nothing for the reason', () => {
    const codes = proposed([TARGET, '', '# @close 10¦']);
    expect(codes.find(({ label }) => label === '1001')?.documentation).toBe('Going away');
    expect(labels([TARGET, '', '# @close 1000 do¦'])).toEqual([]);
  });

  test('proposes the subject of a condition, then its operator', () => {
    const wait = [TARGET, '', '=== wait-for-server'];
    const subject = proposed([...wait, '# @where $.ty¦']);
    expect(subject.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['$.type', 'text', 'kind', 'latency', 'close.code']),
    );
    const source = marked([...wait, '# @where $.ty¦']);
    expect(textAt(source, subject[0]!.range)).toBe('$.ty');
    expect(labels([...wait, '# @where $.type ¦'])).toContain('startsWith');
    expect(labels([...wait, '# @where $.type not ¦'])).toContain('contains');
    expect(labels([...wait, "# @expect $['a b'] ¦"])).toContain('==');
    expect(labels([...wait, '# @expect $.type == ¦'])).toEqual([]);
  });

  test('proposes subjects of the handshake too for a condition in a step', () => {
    expect(labels([TARGET, '', '# @expect ¦'])).toEqual(
      expect.arrayContaining(['kind', 'status', 'subprotocol', 'header']),
    );
  });

  test('proposes the value of a condition if there are few', () => {
    const wait = [TARGET, '', '=== wait-for-server'];
    expect(labels([...wait, '# @where kind == ¦'])).toEqual(['"text"', '"binary"', '"close"']);
    expect(labels([...wait, '# @expect $.n not isType int¦'])).toContain('"integer"');
    const source = marked([...wait, '# @where kind not == cl¦']);
    expect(textAt(source, proposed([...wait, '# @where kind not == cl¦'])[0]!.range)).toBe('cl');
    expect(labels([...wait, '# @where kind == "¦'])).toEqual([]);
  });

  test('proposes only the subject for a capture', () => {
    const wait = [TARGET, '', '=== wait-for-server'];
    expect(labels([...wait, '# @capture id = ¦'])).toContain('$.type');
    expect(labels([...wait, '# @capture id = $.type ¦'])).toEqual([]);
    expect(labels([...wait, '# @capture i¦'])).toEqual([]);
  });
});

describe('paths of seen messages', () => {
  test('follow RFC 9535, each with a recorded value', () => {
    expect(
      jsonPathsOf(['{"type":"tick","data":[{"id":1}],"a b":null,"it\'s":true}', 'no json', '"text"']),
    ).toEqual([
      { path: '$.type', example: '"tick"' },
      { path: '$.data', example: '1 elements' },
      { path: '$.data[*]', example: '1 members' },
      { path: '$.data[*].id', example: '1' },
      { path: "$['a b']", example: 'null' },
      { path: "$['it\\'s']", example: 'true' },
    ]);
  });

  test('are limited for messages of any depth and width', () => {
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`m${i}`, i])));
    expect(jsonPathsOf([wide])).toHaveLength(500);
    const deep = '{"a":'.repeat(1000) + '1' + '}'.repeat(1000);
    expect(jsonPathsOf([deep])).toHaveLength(8);
  });
});

describe('hover', () => {
  const told = (lines: readonly string[]) => {
    const source = marked(lines);
    const found = hover(source.file, source.at, {
      options: OPTIONS,
      dynamicVariables: SOURCES.dynamicVariables,
      variable: (name, { line }) =>
        name === 'host' ? { name, value: 'localhost', origin: `asked at ${line}` } : undefined,
      stepProtocol: () => undefined,
    });
    return found && { ...found, range: textAt(source, found.range) };
  };

  test('shows the value of a variable and its source', () => {
    expect(told(['WEBSOCKET ws://{{ho¦st}}'])).toEqual({
      range: '{{host}}',
      text: 'asked at 0',
      isPlain: true,
      code: 'localhost',
    });
    expect(told(['@ho¦st = localhost', 'WEBSOCKET ws://{{host}}'])).toMatchObject({
      range: 'host',
      text: 'asked at 1',
    });
  });

  test('explains a dynamic variable, a directive, a header and a close code', () => {
    expect(told(['WEBSOCKET ws://a/{{$uu¦id}}'])?.text).toBe('A random UUID.');
    expect(told(['# @time¦out 2s', TARGET])).toEqual({
      range: 'timeout',
      text: '`@timeout 2s`\n\nHow long the handshake may take.',
    });
    expect(told([TARGET, '', '=== wait-for-server', '# @whe¦re $.a exists'])?.text).toContain(
      'oldest message',
    );
    expect(told([TARGET, 'oriGIN¦: http://a'])?.text).toContain('RFC 6455');
    expect(told([TARGET, '', '# @close 10¦01 bye'])?.text).toBe('Going away');
  });

  test('shows nothing elsewhere', () => {
    expect(told(['WEBSOCKET ws://{{nobo¦dy}}'])).toBeUndefined();
    expect(told([TARGET, '', '{"a"¦: 1}'])).toBeUndefined();
    expect(told([TARGET, 'X-Own¦: 1'])).toBeUndefined();
  });
});

test('shows variables, requests and their steps in the outline', () => {
  const { file } = marked([
    '@host = localhost',
    '### Ticks',
    'WEBSOCKET ws://{{host}}',
    '',
    '{"op": "subscribe"}',
    '=== wait-for-server',
    '# @where $.type == "x"',
    '=== wait-for-server',
    '=== wait-for-server',
    '# @label Bye',
    '< ./bye.bin',
    '===',
    '# @close 1000',
    '### ',
    'ws://other',
  ]);
  const shown = ({ kind, name, detail, children }: OutlineNode): unknown[] => [
    kind,
    name,
    detail,
    ...children.map(shown),
  ];
  expect(outline(file).map(shown)).toEqual([
    ['variable', 'host', 'localhost'],
    [
      'request',
      'Ticks',
      'ws://{{host}}',
      ['message', '{"op": "subscribe"}', ''],
      ['wait', '$.type == "x"', ''],
      ['wait', 'wait-for-server', ''],
      ['message', 'Bye', '< ./bye.bin'],
      ['close', '1000', ''],
    ],
    ['request', 'ws://other', ''],
  ]);
});

test('gives semantic tokens in order, without overlap and each within one line', () => {
  const source = marked([
    '@host = {{$env HOST}}',
    '### Title',
    '# @timeout 2s',
    'WEBSOCKET ws://{{host}}',
    'Origin: a',
    '',
    'x {{host}}',
    '=== wait-for-server',
    '# @capture id = $.id',
  ]);
  const tokens = semanticTokens(source.file);
  expect(
    tokens.map(
      ({ range, type, isDefinition }) => `${type}${isDefinition ? '!' : ''} ${textAt(source, range)}`,
    ),
  ).toEqual([
    'variable! host',
    'macro $env',
    'string HOST',
    'namespace! Title',
    'decorator @timeout',
    'keyword WEBSOCKET',
    'variable host',
    'property Origin',
    'variable host',
    'keyword wait-for-server',
    'decorator @capture',
    'variable! id',
  ]);
  const ends = tokens.map(({ range: { start, end } }) => [
    start.line,
    start.character,
    end.line,
    end.character,
  ]);
  for (const [line, , endLine] of ends) expect(endLine).toBe(line);
  for (let i = 1; i < ends.length; i++) {
    const [before, after] = [ends[i - 1]!, ends[i]!];
    expect(after[0]! > before[0]! || after[1]! >= before[3]!).toBe(true);
  }
});

describe('quick fixes', () => {
  /** The file after the first fix for its first diagnostic of a code. */
  const fixed = (lines: readonly string[], code: string, choice = 0): string[] | undefined => {
    const source = marked(lines);
    const problem = source.file.diagnostics.find((diagnostic) => diagnostic.code === code);
    const fix = problem && quickFixes(source.file, source.lineAt, problem, OPTIONS.keys())[choice];
    if (!fix) return undefined;
    const text = source.lines.join('\n');
    const offset = ({ line, character }: { line: number; character: number }) =>
      source.lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
    return `${text.slice(0, offset(fix.range.start))}${fix.text}${text.slice(offset(fix.range.end))}`.split(
      '\n',
    );
  };

  test.each([
    ['directive.unknown', ['# @timout 2s', TARGET], ['# @timeout 2s', TARGET]],
    ['directive.foreign', ['# @no-log', TARGET], [TARGET]],
    ['directive.argument', ['# @timeout 2', TARGET], ['# @timeout 2s', TARGET]],
    ['variable.unknown', ['@host = a', 'WEBSOCKET ws://{{hosts}}'], ['@host = a', 'WEBSOCKET ws://{{host}}']],
    [
      'variable.unknown',
      ['### A', 'WEBSOCKET ws://{{zone}}'],
      ['### A', '@zone = ', 'WEBSOCKET ws://{{zone}}'],
    ],
    ['variable.unknown', ['WEBSOCKET ws://a/{{apiToken}}'], ['WEBSOCKET ws://a/{{$secret apiToken}}']],
    ['variable.unclosed', ['WEBSOCKET ws://{{host'], ['WEBSOCKET ws://{{host}}']],
    ['url.invalid', ['WEBSOCKET https://a'], ['WEBSOCKET wss://a']],
    ['target.expected', ['http://a'], ['ws://a']],
    ['target.expected', ['websocket ws://a'], ['WEBSOCKET ws://a']],
    ['target.expected', ['GRAPHQL ws://a'], ['WEBSOCKET ws://a']],
    ['separator.text', [TARGET, '', 'a', '=== x', 'b'], [TARGET, '', 'a', '===', 'b']],
    ['separator.text', [TARGET, '', 'a', ' ===wait-for-server'], [TARGET, '', 'a', '=== wait-for-server']],
    ['payload.adjacent', [TARGET, '{}'], [TARGET, '', '{}']],
    ['payload.foreign', [TARGET, '', 'a', '>> out.json', 'b'], [TARGET, '', 'a', 'b']],
    ['payload.foreign', [TARGET, '', 'a', 'WEBSOCKET ws://b'], [TARGET, '', 'a', '###', 'WEBSOCKET ws://b']],
    ['file.mixed', [TARGET, '', 'a', '< ./b'], [TARGET, '', 'a', '\\< ./b']],
    ['file.encoding', [TARGET, '', '<@latin1 ./b'], [TARGET, '', '<@ ./b']],
  ])('offer the remedy for %s', (code, lines, expected) => {
    expect(fixed(lines, code)).toEqual(expected);
  });

  test('offer each unit if the intended one is unknown', () => {
    expect(fixed(['# @timeout 2', TARGET], 'directive.argument', 1)).toEqual(['# @timeout 2ms', TARGET]);
  });

  test('are not offered if the remedy is unknown', () => {
    expect(fixed(['# @timeout x', TARGET], 'directive.argument')).toBeUndefined();
    expect(fixed(['@a = {{b}}', '@b = {{a}}', 'WEBSOCKET ws://a'], 'variable.cycle')).toBeUndefined();
  });
});
