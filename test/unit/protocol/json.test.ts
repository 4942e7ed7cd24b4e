import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractBytes } from '../../../src/core/protocol/json/binaryBody.ts';
import { derivedJson } from '../../../src/core/protocol/json/derivedJson.ts';
import { base64Folds, foldBase64 } from '../../../src/core/protocol/json/foldBase64.ts';
import { elementRanges, jsonDepth, rangeOf } from '../../../src/core/protocol/json/jsonRanges.ts';
import { readJson } from '../../../src/core/protocol/json/jsonText.ts';
import { singularPath, valueAt } from '../../../src/core/protocol/json/singularPath.ts';
import { MAX_DECODED_BYTES, MAX_PAYLOAD_DEPTH } from '../../../src/core/protocol/limits.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('ranges', () => {
  it('finds the value at any path, with any white space', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const bytes = bytesOf(JSON.stringify(value, undefined, space));
        const root = JSON.parse(textOf(bytes)) as unknown;
        const visit = (part: unknown, path: (string | number)[]): void => {
          const range = rangeOf(bytes, 0, path);
          expect(JSON.parse(textOf(bytes.subarray(range?.start, range?.end)))).toEqual(part);
          expect(valueAt(root, path)).toEqual(part);
          if (Array.isArray(part)) part.forEach((element, index) => visit(element, [...path, index]));
          else if (typeof part === 'object' && part !== null) {
            for (const [name, member] of Object.entries(part)) visit(member, [...path, name]);
          }
        };
        visit(root, []);
      }),
      { numRuns: 200 },
    );
  });

  it('uses the last of members with one name, like JSON.parse', () => {
    const bytes = bytesOf('{"a":1,"\\u0061":2}');
    const range = rangeOf(bytes, 0, ['a']);
    expect(textOf(bytes.subarray(range?.start, range?.end))).toBe('2');
  });

  it('finds nothing for a missing path', () => {
    expect(rangeOf(bytesOf('{"a":[1]}'), 0, ['a', 1])).toBeUndefined();
    expect(rangeOf(bytesOf('{"a":[1]}'), 0, ['b'])).toBeUndefined();
    expect(rangeOf(bytesOf('[1]'), 0, ['a'])).toBeUndefined();
    expect(rangeOf(bytesOf('{}'), 0, [0])).toBeUndefined();
    expect([...elementRanges(bytesOf('{}'), 0)]).toEqual([]);
  });

  it('reports where nesting exceeds a limit, and ignores brackets in strings', () => {
    const bytes = bytesOf('["[[[[",[[1]]]');
    expect(jsonDepth(bytes, 0, bytes.length, 3)).toBeUndefined();
    expect(jsonDepth(bytes, 0, bytes.length, 2)).toBe(9);
  });
});

describe('reading JSON', () => {
  it('reports the place and the reason of invalid JSON', () => {
    expect(readJson(bytesOf('4{"a" 1}'), 1)).toMatchObject({ code: 'decode.json', at: 6 });
    expect(readJson(bytesOf('[1'))).toMatchObject({
      code: 'decode.json',
      message: 'Not JSON because it ends too early: expected a comma or ].',
    });
    expect(readJson(Uint8Array.of(0x22, 0xff, 0x22))).toMatchObject({ code: 'decode.utf8', at: 1 });
  });

  it('refuses depth and length beyond the limits', () => {
    const deep = bytesOf('['.repeat(200_000) + ']'.repeat(200_000));
    expect(readJson(deep)).toMatchObject({ code: 'decode.limit', at: MAX_PAYLOAD_DEPTH });
    expect(readJson(new Uint8Array(MAX_DECODED_BYTES + 1))).toMatchObject({ code: 'decode.limit' });
  });
});

describe('singular paths', () => {
  it('reads names, indexes and quoted names', () => {
    expect(singularPath('$')).toEqual([]);
    expect(singularPath(`$.a[2]['b c']["d"]`)).toEqual(['a', 2, 'b c', 'd']);
    expect(singularPath('$.a[*]')).toBeUndefined();
    expect(singularPath('a')).toBeUndefined();
    expect(singularPath('$..a')).toBeUndefined();
  });

  it('goes into own members only', () => {
    expect(valueAt({}, ['constructor'])).toBeUndefined();
    expect(valueAt(JSON.parse('{"__proto__":{"x":1}}'), ['__proto__', 'x'])).toBe(1);
    expect(valueAt([1], ['length'])).toBeUndefined();
  });
});

describe('base64 in JSON', () => {
  it('folds long strings to their length and leaves words', () => {
    const audio = btoa('x'.repeat(3000));
    const json = `{"type":"append","audio":"${audio}"}`;
    expect(foldBase64(json)).toBe('{"type":"append","audio":"‹base64: 3,000 bytes›"}');
    expect(foldBase64(json.slice(0, 2000))).toMatch(
      /^\{"type":"append","audio":"‹base64: more than [\d,]+ bytes›"$/,
    );
    expect(base64Folds(json)).toEqual([{ start: 26, end: 26 + audio.length, bytes: 3000 }]);
    expect(foldBase64('{"a":"short"}')).toBe('{"a":"short"}');
  });

  it('extracts bytes, and reports invalid ones', () => {
    expect(extractBytes('[1,{"$base64":"AAEC"}]', (index) => `#${index}`)).toEqual({
      json: '[1,#0]',
      bytes: [Uint8Array.of(0, 1, 2)],
    });
    expect(extractBytes('[{"$base64":"A"}]', String)).toBeUndefined();
    // Within a string its quotes are escaped: it is text.
    const within = JSON.stringify(['{"$base64":"AAEC"}']);
    expect(extractBytes(within, String)).toEqual({ json: within, bytes: [] });
  });

  it('writes values that JSON has no word for', () => {
    expect(derivedJson([1n << 62n, Number.NaN, Uint8Array.of(1), undefined, -0])).toBe(
      '[4611686018427387904,{"$float":"NaN"},{"$base64":"AQ=="},null,-0]',
    );
    const deep: unknown[] = [];
    let inner = deep;
    for (let level = 0; level < 5000; level++) inner.push((inner = []));
    expect(() => derivedJson(deep)).toThrow(RangeError);
  });
});
