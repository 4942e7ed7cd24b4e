import { describe, expect, it } from 'vitest';
import { cutHexRow, hexRows } from '../../../../src/core/format/hexRows.ts';
import { finish, linesOf, textOf, utf8 } from './helpers.ts';

describe('hexRows', () => {
  it('shows offset, bytes and characters', () => {
    expect(linesOf(hexRows(utf8('{"op": "subscribe"}\n')))).toEqual([
      '00000000  7b 22 6f 70 22 3a 20 22  73 75 62 73 63 72 69 62  {"op": "subscrib',
      '00000010  65 22 7d 0a                                       e"}.',
    ]);
  });

  it('shows a dot for bytes that are not printable ASCII', () => {
    expect(hexRows(Uint8Array.of(0, 0x1f, 0x20, 0x7e, 0x7f, 0x80, 0xff)).line(0)).toMatch(
      / {2}\.\. ~\.\.\.$/,
    );
  });

  it('has no row for no bytes', () => {
    const view = hexRows(new Uint8Array());
    expect(view.lines).toBe(0);
    expect(finish(view.text())).toEqual(new Uint8Array());
  });

  it.each([1, 15, 16, 17, 32, 100])('has the rows of %i bytes as its text', (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => index * 7);
    const view = hexRows(bytes);
    expect(view.lines).toBe(Math.ceil(length / 16));
    expect(textOf(view)).toBe(linesOf(view).join('\n'));
  });

  it('draws any single row of a large payload', () => {
    const bytes = new Uint8Array(50_000_000);
    bytes[49_999_999] = 0x41;
    const view = hexRows(bytes);
    expect(view.lines).toBe(3_125_000);
    expect(view.line(3_124_999)).toMatch(/^02faf070 .* 41 {2}\.{15}A$/);
  });
});

describe('cutHexRow', () => {
  const [first = '', last = ''] = linesOf(hexRows(utf8('{"op": "subscribe"}\n')));

  it.each([
    [0, 4, ['7b', '22', '6f', '70'], '{"op'],
    [4, 8, ['22', '3a', '20', '22'], '": "'],
    [6, 10, ['20', '22', '73', '75'], ' "su'],
    [15, 16, ['62'], 'b'],
    [5, 5, [], ''],
  ])('cuts the bytes from %i to %i', (from, end, digits, characters) => {
    expect(cutHexRow(first, from, end)).toEqual({ digits, characters });
  });

  it('returns fewer at the end of the row', () => {
    expect(cutHexRow(last, 0, 16)).toEqual({ digits: ['65', '22', '7d', '0a'], characters: 'e"}.' });
    expect(cutHexRow(last, 3, 8)).toEqual({ digits: ['0a'], characters: '.' });
    expect(cutHexRow(last, 8, 12)).toEqual({ digits: [], characters: '' });
    expect(cutHexRow('', 0, 16)).toEqual({ digits: [], characters: '' });
  });

  it('cuts all rows into the bytes that they were made of', () => {
    const bytes = Uint8Array.from({ length: 301 }, (_, index) => (index * 37) & 255);
    const digits = linesOf(hexRows(bytes)).flatMap((row) =>
      [0, 4, 8, 12].flatMap((from) => cutHexRow(row, from, from + 4).digits),
    );
    expect(digits.map((pair) => Number.parseInt(pair, 16))).toEqual([...bytes]);
  });
});
