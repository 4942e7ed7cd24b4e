import { Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { formatJson } from '../../../src/core/format/draft.ts';
import { foldableRange, placeAt } from '../../../src/webview/editor/jsonPlaces.ts';

const JSON_TEXT = formatJson(
  '{"a":{"b":[1.0,{"odd name":"x: y"},[],[2,3]],"c":12345678901234567890},"d":null}',
)!;
const doc = Text.of(JSON_TEXT.split('\n'));
const at = (part: string): number => JSON_TEXT.indexOf(part);

describe('the place at a position', () => {
  it.each([
    ['1.0', '$.a.b[0]', '1.0'],
    ['"odd name"', '$.a.b[1]["odd name"]', '"x: y"'],
    ['[]', '$.a.b[2]', '[]'],
    ['3', '$.a.b[3][1]', '3'],
    ['"c"', '$.a.c', '12345678901234567890'],
    ['"d"', '$.d', 'null'],
  ])('is found for %s: %s', (part, path, value) => {
    expect(placeAt(doc, at(part))).toEqual({ path, value });
  });

  it('is the container on its first and its last line', () => {
    const value = '{\n  "odd name": "x: y"\n}';
    const opening = JSON_TEXT.indexOf('{', at('1.0'));
    expect(placeAt(doc, opening)).toEqual({ path: '$.a.b[1]', value });
    expect(placeAt(doc, JSON_TEXT.indexOf('}', opening))).toEqual({ path: '$.a.b[1]', value });
  });

  it('is the whole document on the first line', () => {
    expect(placeAt(doc, 0)).toEqual({ path: '$', value: JSON_TEXT });
    expect(placeAt(doc, JSON_TEXT.length)).toEqual({ path: '$', value: JSON_TEXT });
  });

  it('is unknown if the nesting is deeper than the indentation', () => {
    const deep = formatJson('['.repeat(80) + '1' + ']'.repeat(80))!;
    expect(placeAt(Text.of(deep.split('\n')), deep.indexOf('1'))).toBeUndefined();
  });
});

describe('the range of a fold', () => {
  it('runs from the opening line to the closing bracket', () => {
    const range = foldableRange(doc, doc.line(2).from)!;
    expect(JSON_TEXT.slice(range.from, range.to)).toMatch(/^\n {4}"b"[^]*\n {2}$/);
    expect(JSON_TEXT[range.to]).toBe('}');
    expect(foldableRange(doc, doc.line(2).from)).toBe(range);
  });

  it('is missing for a single line, and is the whole document for the first', () => {
    expect(foldableRange(doc, at('1.0'))).toBeNull();
    expect(foldableRange(doc, 0)).toEqual({ from: 1, to: JSON_TEXT.length - 1 });
  });
});
