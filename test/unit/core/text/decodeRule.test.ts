import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECODE_FORMATS, parseDecodeRule, withSchemaPath } from '../../../../src/core/text/decodeRule.ts';
import { ruleMatches } from '../../../../src/core/protocol/decode/matchRule.ts';
import { OPTIONS } from '../../../../src/core/session/options/optionTable.ts';

function rule(text: string) {
  const parsed = parseDecodeRule(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

describe('parseDecodeRule', () => {
  it.each([
    ['msgpack', { format: 'msgpack', direction: undefined, topic: undefined, prefix: undefined }],
    [' MsgPack  IN ', { format: 'msgpack', direction: 'in' }],
    ['cbor out topic sensors/+/raw', { format: 'cbor', direction: 'out', topic: 'sensors/+/raw' }],
    ['gzip prefix 1F8b', { format: 'gzip', prefix: Uint8Array.of(0x1f, 0x8b) }],
    ['protobuf', { format: 'protobuf', message: undefined, file: undefined }],
    ['protobuf topic a', { format: 'protobuf', file: undefined, topic: 'a' }],
    ['protobuf feed.Tick from ./a.proto', { format: 'protobuf', message: 'feed.Tick', file: './a.proto' }],
    [
      'Protobuf Tick from my protos/in feed.proto in topic t',
      { format: 'protobuf', message: 'Tick', file: 'my protos/in feed.proto', direction: 'in', topic: 't' },
    ],
  ])('reads %s', (text, parts) => {
    expect(rule(text)).toMatchObject(parts);
  });

  it.each([
    ['', 'is not a decoding rule: use msgpack, cbor,'],
    ['xml', '“xml” is not a decoding rule'],
    ['constructor', '“constructor” is not a decoding rule'],
    ['msgpack inn', '“msgpack inn” is not a decoding rule'],
    ['msgpack topic', '“msgpack topic” is not a decoding rule'],
    ['protobuf Tick', 'write protobuf feed.Tick from ./feed.proto.'],
    ['gzip prefix 1f8', '“1f8” is not a prefix: write 1 to 64 bytes as hexadecimal digits'],
    [`gzip prefix ${'00'.repeat(65)}`, 'is not a prefix'],
  ])('reports the problem of %j', (text, said) => {
    const parsed = parseDecodeRule(text);
    expect('problem' in parsed && parsed.problem).toContain(said);
  });

  it('is printed and parsed without a change, for any name of the file', () => {
    const formats = fc.constantFrom(...Object.keys(DECODE_FORMATS));
    const file = fc.stringMatching(/^[a-z./]{1,8}( [a-z./]{1,8}){0,2}\.proto$/);
    const form = fc.record({
      what: fc.oneof(
        formats,
        file.map((path) => `protobuf a.B from ${path}`),
      ),
      direction: fc.constantFrom('', ' in', ' out'),
      where: fc.constantFrom('', ' topic a/b', ' prefix 00ff'),
    });
    fc.assert(
      fc.property(form, ({ what, direction, where }) => {
        // It is about whole connections.
        fc.pre(what !== 'zlib-stream' || where === '');
        const parsed = rule(what + direction + where);
        expect(parsed.format).toBe(what.replace(/ .*/, ''));
        expect(parsed.direction ?? '').toBe(direction.trim());
        if (parsed.file !== undefined) expect(what.endsWith(` from ${parsed.file}`)).toBe(true);
      }),
    );
  });
});

describe('withSchemaPath', () => {
  it('replaces the path of the schema and nothing else', () => {
    const upper = (path: string): string => `/abs/${path}`;
    expect(withSchemaPath('protobuf from from from in topic from', upper)).toBe(
      'protobuf from from /abs/from in topic from',
    );
    expect(withSchemaPath('msgpack in', upper)).toBe('msgpack in');
    expect(withSchemaPath('nonsense', upper)).toBe('nonsense');
  });
});

describe('ruleMatches', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const matches = (text: string, direction: 'in' | 'out', topic?: string): boolean =>
    ruleMatches(rule(text), bytes, direction, topic);

  it('compares direction and first bytes', () => {
    expect(matches('msgpack', 'in')).toBe(true);
    expect(matches('msgpack in', 'out')).toBe(false);
    expect(matches('msgpack out prefix 0102', 'out')).toBe(true);
    expect(matches('msgpack prefix 0103', 'out')).toBe(false);
    expect(matches('msgpack prefix 01020304', 'out')).toBe(false);
  });

  it.each([
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/#', 'a/b/c', true],
    ['a/+', 'a/b/c', false],
    ['chat*', 'chat message', true],
    ['*Changed', 'priceChanged', true],
    ['a*b*c', 'a--b--c', true],
    ['a*b*c', 'ac', false],
    ['aa*aa', 'aaa', false],
    ['*', '', true],
    ['b', 'a', false],
  ])('topic %s of %j: %j', (wanted, topic, is) => {
    expect(matches(`msgpack topic ${wanted}`, 'in', topic)).toBe(is);
  });

  it('wants a unit if there is a topic', () => {
    expect(matches('msgpack topic *', 'in', undefined)).toBe(false);
  });
});

describe('the lists of formats for people', () => {
  const setting = (file: string): string =>
    (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)['settings.decode']!;

  it.each([
    ['the option', OPTIONS.decode.about],
    ['the setting', setting('package.nls.json')],
    ['the setting in Chinese', setting('package.nls.zh-cn.json')],
  ])('name every format: %s', (_, text) => {
    const words = new Set(text.match(/[a-z][a-z0-9]*(-[a-z]+)*/g));
    expect(Object.keys(DECODE_FORMATS).filter((format) => !words.has(format))).toEqual([]);
  });
});
