import { describe, expect, test } from 'vitest';
import {
  compileCondition,
  type CompiledCondition,
} from '../../../../../src/core/request/condition/compileCondition.ts';
import {
  judgedHandshake,
  judgedMessage,
  type Judged,
} from '../../../../../src/core/request/condition/judged.ts';
import { parseCondition } from '../../../../../src/core/request/syntax/parseCondition.ts';
import { createFileScope } from '../../../../../src/core/request/variables/scope.ts';
import { scanTemplate } from '../../../../../src/core/request/syntax/template.ts';
import { SAMPLE_PORTS } from '../../../../../src/core/request/variables/value.ts';

function compile(text: string, variables: Readonly<Record<string, string>> = {}): CompiledCondition {
  const { parts } = scanTemplate(text, 0);
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: text.length } };
  const condition = parseCondition(text, { range, parts });
  if ('code' in condition) throw new Error(condition.message);
  const scope = createFileScope([], SAMPLE_PORTS);
  for (const [name, value] of Object.entries(variables)) scope.capture(name, { text: value });
  const compiled = compileCondition(condition, scope);
  if ('problems' in compiled) throw new Error(compiled.problems[0]?.message);
  return compiled;
}

function message(text: string, facts: Partial<Judged> = {}): Judged {
  const payload = new TextEncoder().encode(text);
  const known = {
    kind: 'text' as const,
    size: payload.length,
    latency: 12.5,
    close: undefined,
    handshake: undefined,
  };
  return judgedMessage(payload, { ...known, ...facts });
}

const TICK =
  '{"type":"tick","price":101.50,"id":12345678901234567890,"tags":["a","b"],"nested":{"x":null},"n":1}';

describe('of a message it holds that', () => {
  test.each([
    '$.type == "tick"',
    '$.type != "tock"',
    '$.price > 101.4999999999999999999',
    '$.price == 101.5',
    '$.id == 12345678901234567890',
    '$.id != 12345678901234567891',
    '$.id < 12345678901234567891',
    '$.n == 1.0',
    '$.type >= "tick"',
    '$.type < "u"',
    '$.tags contains "b"',
    '$.tags[*] == "b"',
    '$.type contains "ic"',
    '$.nested contains "x"',
    '$.nested == {"x": null}',
    '$.type startsWith "t"',
    '$.type endsWith "ck"',
    '$.type matches /^T.CK$/i',
    '$.price matches /\\.50$/',
    '$.nested.x exists',
    '$.missing not exists',
    '$.missing not == 1',
    '$..x isType "null"',
    '$.id isType "integer"',
    '$.price not isType "integer"',
    '$.tags isType "array"',
    '$ isType "object"',
    '$.n in [2, 1]',
    '$.n not in []',
    '$[\'type\'] == "tick"',
    '$.tags[-1] == "b"',
    '$.tags[?@ == "a"] exists',
    'text contains "tick"',
    'text matches /"price":\\d+/',
    'size > 50',
    'size < 1KiB',
    'kind == "text"',
    'latency < 13ms',
    'latency == 12.5',
    'latency not > 1s',
  ])('%s', (text) => expect(compile(text).holds(message(TICK))).toBe(true));

  test.each([
    '$.missing != 1',
    '$.missing == null',
    '$.price > "100"',
    '$.type > 1',
    '$.price contains "1"',
    '$.tags == "a"',
    '$.type == "Tick"',
    '$.type matches /^ick/',
    'close.code == 1000',
    'header x exists',
    'status exists',
  ])('not that %s', (text) => expect(compile(text).holds(message(TICK))).toBe(false));

  test('$.a exists of what is JSON only', () => {
    const condition = compile('$.a exists');
    expect(condition.holds(message('{"a": 1'))).toBe(false);
    expect(condition.actual(message('not JSON'))).toBe('nothing: the message is not JSON');
    expect(condition.actual(message('{}'))).toBe('nothing');
    const binary = judgedMessage(Uint8Array.of(0xff), { ...message(''), kind: 'binary', size: 1 });
    expect(compile('text exists').holds(binary)).toBe(false);
  });
});

test('strings are ordered by code points, also beyond U+FFFF', () => {
  expect(compile('text > "\uFF5E"').holds(message('😀'))).toBe(true);
  expect(compile('text > "a"').holds(message('ab'))).toBe(true);
});

test('the close has its kind, code and reason, and nothing else', () => {
  const close = {
    ...message(''),
    kind: 'close' as const,
    close: { code: 4000, reason: 'enough' },
    json: () => undefined,
  };
  for (const text of ['kind == "close"', 'close.code in [4000]', 'close.reason startsWith "en"'])
    expect(compile(text)).toSatisfy((each: CompiledCondition) => each.isOfClose && each.holds(close));
  expect(compile('$.a not exists').isOfClose).toBe(false);
});

test('the handshake has its status, subprotocol and headers, with names in any case', () => {
  const answer = judgedHandshake({
    status: 101,
    subprotocol: 'v1',
    headers: [
      ['Set-Cookie', 'session=very-secret'],
      ['X-Server', 'a'],
      ['x-server', 'b'],
    ],
  });
  for (const text of [
    'status == 101',
    'subprotocol == "v1"',
    'header X-SERVER == "b"',
    'header y not exists',
  ])
    expect(compile(text).holds(answer)).toBe(true);
  expect(compile('header X-Server == "c"').actual(answer)).toBe('2 values: "a", "b"');
  expect(compile('header Set-Cookie == "x"').actual(answer)).not.toContain('very-secret');
});

describe('a variable', () => {
  test('within quotes is text, for any value', () => {
    const name = 'say "hi"\\n';
    const text = JSON.stringify({ [name]: 1, name });
    expect(compile('$.name == "{{name}}"', { name }).holds(message(text))).toBe(true);
    expect(compile('$["{{name}}"] == 1', { name }).holds(message(text))).toBe(true);
    expect(compile("$['{{name}}'] == 1", { name: "it's" }).holds(message(`{"it's": 1}`))).toBe(true);
  });

  test('elsewhere is read as part of the condition', () => {
    expect(compile('$.n == {{n}}', { n: '1' }).holds(message(TICK))).toBe(true);
    expect(compile('{{path}} == 1', { path: '$.n' }).holds(message(TICK))).toBe(true);
    expect(compile('$.type matches /^{{pattern}}$/', { pattern: 't.+' }).holds(message(TICK))).toBe(true);
    expect(compile('$.n == {{n}}', { n: '1' }).written).toBe('$.n == 1');
  });

  test('is not repeated in an error if its value is invalid', () => {
    expect(() => compile('$.n == {{n}}', { n: 'secret' })).toThrow(
      /^What the variable stands for is not a JSON/,
    );
  });
});

test('nearness orders messages by their similarity to the expected one', () => {
  const nearness = (condition: string, text: string): number => compile(condition).nearness(message(text));
  expect(nearness('$.type == "subscribed"', '{"type":"subscribe"}')).toBeGreaterThan(
    nearness('$.type == "subscribed"', '{"type":"tick"}'),
  );
  expect(nearness('$.n == 10', '{"n":11}')).toBeGreaterThan(nearness('$.n == 10', '{"n":90}'));
  expect(nearness('$.n == 10', '{"n":90}')).toBeGreaterThan(nearness('$.n == 10', '{"n":"10"}'));
  expect(nearness('$.n == 10', '{"m":10}')).toBe(0);
});

test('only patterns that may take long need a time limit', () => {
  expect(compile('text matches /^abc$/').timeLimitFrom).toBe(Infinity);
  expect(compile('text matches /a+b/').timeLimitFrom).toBeGreaterThan(500);
  for (const text of [
    'header x matches /a+b+c/',
    'subprotocol matches /a+b+c/',
    '$[?@.a == 1] == 1',
    '$..a..b == 1',
    '$[0,1] == 1',
    'text matches /(a+)+$/',
    'text matches /(a)\\1/',
    '$[?search(@.a, "(a+)+$")] exists',
  ])
    expect(compile(text).timeLimitFrom).toBe(0);
});
