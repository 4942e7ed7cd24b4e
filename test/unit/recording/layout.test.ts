import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROW_BYTES, readRow, segmentFile, writeRow } from '../../../src/recording/layout.ts';
import { DIRECTIONS, KINDS } from '../../../src/shared/timeline.ts';

describe('an index row', () => {
  it('has the layout of docs/recording-format.md', () => {
    const bytes = new Uint8Array(2 * ROW_BYTES);
    writeRow(new DataView(bytes.buffer), 1, 0x0001_0203_0405, 7, 5, 2 ** 32 + 1, 'binary', 'out', 4);
    expect([...bytes.subarray(0, ROW_BYTES)]).toEqual(new Array(ROW_BYTES).fill(0));
    expect([...bytes.subarray(ROW_BYTES)]).toEqual(
      [
        [0x05, 0x04, 0x03, 0x02, 0x01, 0, 0, 0],
        [7, 0, 0, 0, 0, 0, 0, 0],
        [1, 0, 0, 0, 1, 0, 0, 0],
        [5, 0, 0, 0, 2, 2, 4, 0],
      ].flat(),
    );
  });

  it('is read back unchanged, for all values', () => {
    const integer = fc.maxSafeNat();
    fc.assert(
      fc.property(
        fc.record({
          offset: integer,
          size: integer,
          time: integer,
          stored: fc.nat(2 ** 32 - 1),
          kind: fc.constantFrom(...KINDS),
          direction: fc.constantFrom(...DIRECTIONS),
          flags: fc.nat(0xffff),
        }),
        (row) => {
          const view = new DataView(new ArrayBuffer(ROW_BYTES));
          writeRow(view, 0, row.offset, row.size, row.stored, row.time, row.kind, row.direction, row.flags);
          expect(readRow(view, 0)).toEqual(row);
        },
      ),
    );
  });

  it('shows a kind of a later version as a note', () => {
    const view = new DataView(new ArrayBuffer(ROW_BYTES));
    view.setUint8(28, 200);
    expect(readRow(view, 0).kind).toBe('note');
  });
});

describe('segmentFile', () => {
  it('has at least four digits', () => {
    expect([segmentFile(0), segmentFile(12), segmentFile(12_345)]).toEqual([
      'payload-0000.bin',
      'payload-0012.bin',
      'payload-12345.bin',
    ]);
  });
});
