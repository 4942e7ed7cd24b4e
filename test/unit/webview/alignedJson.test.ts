import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prettyJson } from '../../../src/core/format/prettyJson.ts';
import { alignJson } from '../../../src/webview/text/alignedJson.ts';

const encoder = new TextEncoder();

/** As Pretty shows it. */
function indented(raw: string): string {
  const formatting = prettyJson(encoder.encode(raw));
  let step = formatting.next();
  while (!step.done) step = formatting.next();
  if (!('line' in step.value)) throw new Error(`${raw} is not JSON`);
  const view = step.value;
  return Array.from({ length: view.lines }, (_, line) => view.line(line)).join('\n');
}

const bytesOf = (raw: string, part: string) => {
  const start = encoder.encode(raw.slice(0, raw.indexOf(part))).length;
  return { start, end: start + encoder.encode(part).length };
};

function shown(raw: string, part: string): string | undefined {
  const pretty = indented(raw);
  const place = alignJson(raw, pretty)?.placeOf(bytesOf(raw, part));
  return place && pretty.slice(place.from, place.to);
}

function transmitted(raw: string, part: string): string | undefined {
  const pretty = indented(raw);
  const from = pretty.indexOf(part);
  const range = alignJson(raw, pretty)?.bytesOf(from, from + part.length);
  return range && Buffer.from(encoder.encode(raw)).subarray(range.start, range.end).toString();
}

describe('message bytes in Pretty', () => {
  it.each([
    ['a value', '{"a":1,"b":[2,3]}', '[2,3]', '[\n    2,\n    3\n  ]'],
    ['a member', '{"a":1,"b":[2,3]}', '"b":[2', '"b": [\n    2'],
    ['a part of a string', '{"a":"some text"}', 'me te', 'me te'],
    ['a value after characters of several bytes', '{"é€😀":"x","b":"😀y"}', '"😀y"', '"😀y"'],
    ['a value in a message that has whitespace itself', '{ "a" :\r\n\t1 , "b":2 }', '"b":2', '"b": 2'],
    ['a string that looks like structure', '{"a":"{\\"b\\": [","c":0}', '"c":0', '"c": 0'],
    ['an empty object with whitespace', '{"a":{ },"b":1}', '"b":1', '"b": 1'],
    ['a number as it is spelled', '[12345678901234567890,1.50]', '1.50', '1.50'],
    ['the whole', '[1,2]', '[1,2]', '[\n  1,\n  2\n]'],
    ['whitespace around a value', '{"a":  1  }', '  1  ', '1'],
  ])('are found for %s', (_, raw, part, expected) => {
    expect(shown(raw, part)).toBe(expected);
  });

  it.each([
    ['only whitespace', '[1,   2]', '   '],
    ['nothing', '[1]', ''],
  ])('are not found for %s', (_, raw, part) => {
    expect(shown(raw, part)).toBeUndefined();
  });

  it('are clipped at the end of the message', () => {
    const raw = '[1,2]';
    const pretty = indented(raw);
    const place = alignJson(raw, pretty)!.placeOf({ start: 3, end: 99 })!;
    expect(pretty.slice(place.from, place.to)).toBe('2\n]');
    expect(alignJson(raw, pretty)!.placeOf({ start: 50, end: 99 })).toBeUndefined();
  });
});

describe('a selection in Pretty', () => {
  it.each([
    ['a member', '{"a":1,"b":[2,3]}', '"b": [\n    2', '"b":[2'],
    ['whole lines with their indentation', '{"a":1,"b":2}', '  "a": 1,\n', '"a":1,'],
    ['text of several bytes a character', '{"é":"€","b":"😀"}', '"€"', '"€"'],
    ['everything', '{ "a" : 1 }', '{\n  "a": 1\n}', '{ "a" : 1 }'],
  ])('gives the bytes of the message: %s', (_, raw, part, expected) => {
    expect(transmitted(raw, part)).toBe(expected);
  });

  it('has no bytes if it is only indentation', () => {
    expect(transmitted('{"a":1}', '\n  ')).toBeUndefined();
  });
});

it.each([
  ['other values', '{"a":1}', '{\n  "a": 2\n}'],
  ['a part', '{"a":1,"b":2}', '{\n  "a": 1'],
  ['more', '[1]', '[\n  1,\n  2\n]'],
  ['what a binary message decodes to', '\u0081\u00a1a\u0001', '{\n  "a": 1\n}'],
  ['a string that is cut off', '"abc', '"ab'],
])('does not align an indented text with %s', (_, raw, pretty) => {
  expect(alignJson(raw, pretty)).toBeUndefined();
});

it('maps each value of any JSON to its bytes and back', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.nat(), fc.nat(), (raw, one, other) => {
      const pretty = indented(raw);
      const aligned = alignJson(raw, pretty)!;
      const length = encoder.encode(raw).length;
      const [start, end] = [one % length, other % (length + 1)].sort((a, b) => a - b) as [number, number];
      const place = aligned.placeOf({ start, end });
      if (!place) return;
      const back = aligned.bytesOf(place.from, place.to)!;
      // A character of several bytes belongs to the selection whole or not at all.
      expect(Math.abs(back.start - start)).toBeLessThan(4);
      expect(Math.abs(back.end - end)).toBeLessThan(4);
      const part = new TextDecoder().decode(encoder.encode(raw).subarray(back.start, back.end));
      const strip = (text: string): string => text.replace(/\s/g, '');
      expect(strip(pretty.slice(place.from, place.to))).toBe(strip(part));
    }),
  );
});
