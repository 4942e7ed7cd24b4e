import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineTokens } from '../../../src/webview/text/lineTokens.ts';

const kinds = (line: string): string[] =>
  lineTokens(line, 'json')
    .filter(({ text }) => text.trim() !== '')
    .map(({ kind, text }) => `${kind} ${text.trim()}`);

describe('lineTokens', () => {
  it('distinguishes names from strings', () => {
    expect(kinds('  "op": "subscribe",')).toEqual(['name "op"', 'plain :', 'string "subscribe"', 'plain ,']);
  });

  it('knows numbers and literals', () => {
    expect(kinds('  "id": 12345678901234567890,')).toContain('number 12345678901234567890');
    expect(kinds('-1.50e+3')).toEqual(['number -1.50e+3']);
    expect(kinds('  null,')).toEqual(['word null', 'plain ,']);
    expect(kinds('true')).toEqual(['word true']);
  });

  it('finds no tokens inside strings', () => {
    expect(kinds('"a": "x\\": true, \\\\",')).toEqual([
      'name "a"',
      'plain :',
      'string "x\\": true, \\\\"',
      'plain ,',
    ]);
  });

  it('reads a string without its end, because long lines are cut', () => {
    expect(kinds('  "key": "xxxx')).toEqual(['name "key"', 'plain :', 'string "xxxx']);
  });

  it.each([
    [
      '  <item id="7" a=\'b>\'>text</item>',
      ['word item', 'name id', 'string "7"', 'name a', "string 'b>'", 'word item'],
    ],
    ['<?xml version="1.0"?>', ['word xml', 'name version', 'string "1.0"']],
    ['<ns:größe/>', ['word ns:größe']],
    ['<!-- <b c="d"> -->', []],
    ['<a><![CDATA[<b c="d">]]></a>', ['word a', 'word a']],
    ['5 < 6 and "text"', []],
    ['<a b="cut he', ['word a', 'name b', 'string "cut he']],
  ])('colours the XML of %s', (line, coloured) => {
    const tokens = lineTokens(line, 'xml');
    expect(tokens.map(({ text }) => text).join('')).toBe(line);
    expect(tokens.filter(({ kind }) => kind !== 'plain').map(({ kind, text }) => `${kind} ${text}`)).toEqual(
      coloured,
    );
  });

  it('does not colour text and hex', () => {
    expect(lineTokens('"a": 1', 'text')).toEqual([{ kind: 'plain', text: '"a": 1' }]);
    expect(lineTokens('00000000  7b', 'hex')).toEqual([{ kind: 'plain', text: '00000000  7b' }]);
    expect(lineTokens('', 'text')).toEqual([]);
  });

  it('marks invisible characters in any language', () => {
    expect(lineTokens('user\u202Egnp.exe', 'text')).toEqual([
      { kind: 'plain', text: 'user' },
      { kind: 'replaced', text: '‹U+202E›' },
      { kind: 'plain', text: 'gnp.exe' },
    ]);
    expect(lineTokens('"a\u0000b"', 'json')).toEqual([
      { kind: 'string', text: '"a' },
      { kind: 'replaced', text: '␀' },
      { kind: 'string', text: 'b"' },
    ]);
  });

  it('keeps tabs', () => {
    expect(lineTokens('a\tb', 'text')).toEqual([{ kind: 'plain', text: 'a\tb' }]);
  });

  it('loses no character', () => {
    fc.assert(
      fc.property(fc.json(), (line) => {
        expect(
          lineTokens(line, 'json')
            .map(({ text }) => text)
            .join(''),
        ).toBe(
          lineTokens(line, 'text')
            .map(({ text }) => text)
            .join(''),
        );
      }),
    );
  });

  it('takes a short time for the longest line', () => {
    const line = `"${'\\\\'.repeat(1_000)}`;
    const start = performance.now();
    for (let round = 0; round < 100; round++) lineTokens(line, 'json');
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
