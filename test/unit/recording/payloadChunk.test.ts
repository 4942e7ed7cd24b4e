import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Needle } from '../../../src/recording/search/payloadChunk.ts';

/** Every place of a needle, as a search finds them. */
function places(find: (from: number) => number): number[] {
  const found: number[] = [];
  for (let at = find(0); at >= 0; at = find(at + 1)) found.push(at);
  return found;
}

describe('a needle', () => {
  it('is found at the places that a Buffer finds, for any bytes of few values', () => {
    const bytes = (maxLength: number, minLength = 0) =>
      fc.array(fc.constantFrom(97, 98, 0, 255), { minLength, maxLength }).map((list) => Buffer.from(list));
    fc.assert(
      fc.property(bytes(400), bytes(14, 1), (data, needle) => {
        const searched = new Needle(needle);
        expect(places((from) => searched.indexIn(data, from))).toEqual(
          places((from) => data.indexOf(needle, from)),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('is found at the beginning, at the end and across the place of its rarest byte', () => {
    const needle = new Needle(Buffer.from('eeeeeeeeeZeeeeeeeee'));
    const text = `eeeeeeeeeZeeeeeeeee${'e'.repeat(50)}Z${'e'.repeat(20)}eeeeeeeeeZeeeeeeeee`;
    const data = Buffer.from(text);
    expect(places((from) => needle.indexIn(data, from))).toEqual(
      places((from) => text.indexOf('eeeeeeeeeZeeeeeeeee', from)),
    );
  });

  it('is not found at its piece alone, nor at an incomplete one at the end', () => {
    const needle = new Needle(Buffer.from('a needle of many bytes'));
    expect(needle.indexIn(Buffer.from('a needle of many byteZ, a needle of'))).toBe(-1);
    expect(needle.indexIn(Buffer.from('a needle of many byte'))).toBe(-1);
  });

  it('is found behind thousands of places that share its piece', () => {
    const needle = new Needle(Buffer.from('{"type":"trade","id":7}'));
    const other = '{"type":"trade","id":8}'.repeat(20_000);
    const data = Buffer.from(`${other}{"type":"trade","id":7}${other}`);
    expect(places((from) => needle.indexIn(data, from))).toEqual([other.length]);
  });

  it('that was first searched in other data is still found', () => {
    const needle = new Needle(Buffer.from('0123456789'));
    expect(needle.indexIn(Buffer.from('0'.repeat(100)))).toBe(-1);
    expect(needle.indexIn(Buffer.from('9876543210 0123456789'))).toBe(11);
  });
});
