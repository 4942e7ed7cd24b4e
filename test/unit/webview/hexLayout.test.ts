import { describe, expect, it } from 'vitest';
import {
  digitsAt,
  digitsLength,
  hexCellAt,
  hexLayout,
  movedByte,
  selectedInRow,
} from '../../../src/webview/inspector/hexLayout.ts';
import type { HexLayout } from '../../../src/webview/inspector/hexLayout.ts';

const sixteen: HexLayout = { perRow: 16, offsetDigits: 8 };
const eight: HexLayout = { perRow: 8, offsetDigits: 8 };
const four: HexLayout = { perRow: 4, offsetDigits: 8 };

describe('hexLayout', () => {
  it.each([
    [500, sixteen],
    [77, sixteen],
    [76, sixteen],
    [75, eight],
    [44, eight],
    [43, four],
    [27, four],
    [26, { perRow: 4, offsetDigits: 4 }],
    [1, { perRow: 4, offsetDigits: 4 }],
  ])('takes as many bytes per row as %i characters hold', (room, layout) => {
    expect(hexLayout(room, 300)).toEqual(layout);
  });

  it.each([
    [0, 4],
    [1, 4],
    [65_536, 4],
    [65_537, 5],
    [16_777_216, 6],
    [2 ** 32, 8],
  ])('keeps the digits that the offsets of %i bytes need in a narrow view', (bytes, offsetDigits) => {
    expect(hexLayout(20, bytes)).toEqual({ perRow: 4, offsetDigits });
  });

  it('leaves one more blank in the middle of long rows only', () => {
    expect([0, 7, 8, 15].map((column) => digitsAt(column, sixteen))).toEqual([0, 21, 25, 46]);
    expect([0, 3, 4, 7].map((column) => digitsAt(column, eight))).toEqual([0, 9, 13, 22]);
    expect([0, 1, 2, 3].map((column) => digitsAt(column, four))).toEqual([0, 3, 6, 9]);
    expect([sixteen, eight, four].map(digitsLength)).toEqual([48, 24, 11]);
  });
});

describe('hexCellAt', () => {
  it.each([
    [-5, 'digits', 0],
    [0, 'digits', 0],
    [10, 'digits', 0],
    [11.9, 'digits', 0],
    [12.6, 'digits', 1],
    [33, 'digits', 7],
    [35, 'digits', 8],
    [57, 'digits', 15],
    [58.5, 'digits', 15],
    [59.2, 'characters', 0],
    [60.5, 'characters', 0],
    [61, 'characters', 1],
    [75.9, 'characters', 15],
    [400, 'characters', 15],
  ] as const)('finds what is at character %d', (at, side, column) => {
    expect(hexCellAt(at, sixteen)).toEqual({ side, column });
  });

  it('finds every byte by its digits and by its character, in every layout', () => {
    for (const layout of [sixteen, eight, four]) {
      const characters = layout.offsetDigits + 2 + digitsLength(layout) + 2;
      for (let column = 0; column < layout.perRow; column++) {
        const digits = layout.offsetDigits + 2 + digitsAt(column, layout);
        for (const at of [digits, digits + 1, digits + 1.99])
          expect(hexCellAt(at, layout)).toEqual({ side: 'digits', column });
        expect(hexCellAt(characters + column, layout)).toEqual({ side: 'characters', column });
      }
    }
  });
});

describe('selectedInRow', () => {
  it.each([
    [{ from: 0, end: 1 }, undefined],
    [
      { from: 15, end: 17 },
      { from: 0, end: 1 },
    ],
    [
      { from: 20, end: 22 },
      { from: 4, end: 6 },
    ],
    [
      { from: 0, end: 500 },
      { from: 0, end: 16 },
    ],
    [
      { from: 31, end: 99 },
      { from: 15, end: 16 },
    ],
    [{ from: 32, end: 33 }, undefined],
    [undefined, undefined],
  ])('cuts the selection %j to the row of bytes 16 to 31', (selection, part) => {
    expect(selectedInRow(16, 16, selection)).toEqual(part);
  });

  it('ends with a short row', () => {
    expect(selectedInRow(16, 3, { from: 0, end: 100 })).toEqual({ from: 0, end: 3 });
    expect(selectedInRow(16, 3, { from: 19, end: 100 })).toBeUndefined();
  });
});

describe('movedByte', () => {
  const page = { perRow: 8, rowsPerPage: 3 };
  const key = (name: string, ctrlKey = false): Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'> => ({
    key: name,
    ctrlKey,
    metaKey: false,
  });

  it.each([
    ['ArrowRight', 10, 11],
    ['ArrowRight', 99, 99],
    ['ArrowLeft', 10, 9],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 10, 18],
    ['ArrowDown', 95, 95],
    ['ArrowUp', 10, 2],
    ['ArrowUp', 3, 3],
    ['PageDown', 10, 34],
    ['PageDown', 90, 99],
    ['PageUp', 40, 16],
    ['PageUp', 10, 2],
    ['Home', 13, 8],
    ['End', 13, 15],
    ['End', 97, 99],
    ['x', 13, undefined],
    ['Tab', 13, undefined],
    ['Escape', 13, undefined],
  ])('%s goes from byte %i to %s of 100', (name, at, target) => {
    expect(movedByte(key(name), at, 100, page)).toBe(target);
  });

  it('goes to the first and the last byte of all with Ctrl', () => {
    expect(movedByte(key('Home', true), 13, 100, page)).toBe(0);
    expect(movedByte(key('End', true), 13, 100, page)).toBe(99);
    expect(movedByte({ key: 'End', ctrlKey: false, metaKey: true }, 13, 100, page)).toBe(99);
  });
});
