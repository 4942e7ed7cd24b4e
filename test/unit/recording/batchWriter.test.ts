import { describe, expect, it } from 'vitest';
import { BatchWriter, SLAB_BYTES, SLAB_ROWS, SlabPool } from '../../../src/recording/write/batchWriter.ts';
import { readRow } from '../../../src/recording/layout.ts';
import type { Batch } from '../../../src/shared/recordProtocol.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const rowsOf = (batch: Batch) =>
  Array.from({ length: batch.rows }, (_, i) => readRow(new DataView(batch.index), i));

describe('BatchWriter', () => {
  it('lays payloads end to end and numbers their offsets on from where it began', () => {
    const writer = new BatchWriter(100, new SlabPool());
    writer.add('text', 'in', 0, 5, bytes('ab'));
    writer.add('binary', 'out', 2, 6, bytes(''));
    writer.add('text', 'in', 0, 7, bytes('cde'));
    const batch = writer.take()!;
    expect(new TextDecoder().decode(new Uint8Array(batch.payload, 0, batch.payloadBytes))).toBe('abcde');
    expect(
      rowsOf(batch).map(({ offset, size, stored, time, flags }) => [offset, size, stored, time, flags]),
    ).toEqual([
      [100, 2, 2, 5, 0],
      [102, 0, 0, 6, 2],
      [102, 3, 3, 7, 0],
    ]);
    writer.add('text', 'in', 0, 8, bytes('f'));
    expect(rowsOf(writer.take()!)[0]!.offset).toBe(105);
  });

  it('copies: the source may change afterwards', () => {
    const writer = new BatchWriter(0, new SlabPool());
    const source = bytes('abc');
    writer.add('text', 'in', 0, 0, source);
    source.fill(0);
    expect(new Uint8Array(writer.take()!.payload, 0, 3)).toEqual(bytes('abc'));
  });

  it('has nothing to take when nothing was added', () => {
    const writer = new BatchWriter(0, new SlabPool());
    expect(writer.take()).toBeUndefined();
    writer.add('text', 'in', 0, 0, bytes('x'));
    writer.take();
    expect(writer.take()).toBeUndefined();
  });

  it('says when a message does not fit any more, by bytes and by rows', () => {
    const writer = new BatchWriter(0, new SlabPool());
    writer.add('text', 'in', 0, 0, new Uint8Array(SLAB_BYTES - 1));
    expect(writer.fits(1)).toBe(true);
    expect(writer.fits(2)).toBe(false);
    writer.take();
    let rows = 0;
    while (writer.fits(0)) {
      writer.add('text', 'in', 0, 0, new Uint8Array(0));
      rows++;
    }
    expect(rows).toBe(SLAB_ROWS);
    expect(writer.take()!.rows).toBe(SLAB_ROWS);
  });

  it('takes a message larger than a slab in a slab of its own size', () => {
    const writer = new BatchWriter(0, new SlabPool());
    const large = new Uint8Array(3 * SLAB_BYTES).fill(7);
    expect(writer.fits(large.length)).toBe(true);
    writer.add('binary', 'in', 0, 0, large);
    const batch = writer.take()!;
    expect(batch.payload.byteLength).toBe(large.length);
    expect(Buffer.compare(new Uint8Array(batch.payload), large)).toBe(0);
  });

  it('fills recycled buffers again', () => {
    const writer = new BatchWriter(0, new SlabPool());
    writer.add('text', 'in', 0, 0, bytes('x'));
    const first = writer.take()!;
    writer.recycle(first);
    writer.add('text', 'in', 0, 0, bytes('y'));
    const second = writer.take()!;
    expect(second.payload).toBe(first.payload);
    expect(second.index).toBe(first.index);
  });

  it('after a reset drops what was added and goes on at the given offset', () => {
    const writer = new BatchWriter(0, new SlabPool());
    writer.add('text', 'in', 0, 0, bytes('lost'));
    writer.reset(42);
    expect(writer.take()).toBeUndefined();
    writer.add('text', 'in', 0, 0, bytes('kept'));
    expect(rowsOf(writer.take()!)[0]!.offset).toBe(42);
  });
});
