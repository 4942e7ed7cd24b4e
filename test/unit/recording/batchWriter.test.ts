import { describe, expect, it } from 'vitest';
import {
  BatchWriter,
  FIRST_SLAB_BYTES,
  LARGE_BYTES,
  SLAB_BYTES,
  SLAB_ROWS,
  SlabPool,
} from '../../../src/recording/write/batchWriter.ts';
import { readRow } from '../../../src/recording/layout.ts';
import type { Batch } from '../../../src/shared/recordProtocol.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const rowsOf = (batch: Batch) =>
  Array.from({ length: batch.rows }, (_, i) => readRow(new DataView(batch.index), i));

describe('BatchWriter', () => {
  it('lays payloads end to end and counts their offsets from its start', () => {
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

  it('is empty without rows', () => {
    const writer = new BatchWriter(0, new SlabPool());
    expect(writer.take()).toBeUndefined();
    writer.add('text', 'in', 0, 0, bytes('x'));
    writer.take();
    expect(writer.take()).toBeUndefined();
  });

  it('reports when a message does not fit any more, by bytes and by rows', () => {
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

  it('puts a message larger than a slab into a slab of its size', () => {
    const writer = new BatchWriter(0, new SlabPool());
    const large = new Uint8Array(3 * SLAB_BYTES).fill(7);
    expect(writer.fits(large.length)).toBe(true);
    writer.add('binary', 'in', 0, 0, large);
    const batch = writer.take()!;
    expect(batch.payload.byteLength).toBe(large.length);
    expect(Buffer.compare(new Uint8Array(batch.payload), large)).toBe(0);
  });

  it('begins with small slabs, doubles them while they fill, and halves them again', () => {
    const writer = new BatchWriter(0, new SlabPool());
    const sizeAfter = (messages: number): number => {
      for (let i = 0; i < messages; i++) writer.add('text', 'in', 0, 0, new Uint8Array(1000));
      return writer.take()!.payload.byteLength;
    };
    expect(sizeAfter(1)).toBe(FIRST_SLAB_BYTES);
    expect([12, 24, 48, 96, 200, 400, 800].map(sizeAfter)).toEqual(
      [1, 2, 4, 8, 16, 32, 64].map((times) => times * FIRST_SLAB_BYTES),
    );
    for (let batch = 0; batch < 8; batch++) expect(sizeAfter(1600)).toBe(SLAB_BYTES);
    for (let batch = 0; batch < 20; batch++) sizeAfter(1);
    expect(sizeAfter(1)).toBe(FIRST_SLAB_BYTES);
  });

  it('doubles them for many rows without payload too', () => {
    const writer = new BatchWriter(0, new SlabPool());
    const fill = (): number => {
      while (writer.fits(0)) writer.add('text', 'in', 0, 0, new Uint8Array(0));
      return writer.take()!.rows;
    };
    expect([fill(), fill()]).toEqual([256, 512]);
  });

  describe('moves a large payload', () => {
    const large = (length = LARGE_BYTES, fill = 7): Uint8Array<ArrayBuffer> =>
      new Uint8Array(length).fill(fill);

    it('in its own buffer, at its place between those that were copied', () => {
      const writer = new BatchWriter(10, new SlabPool());
      const payload = large();
      writer.add('text', 'in', 0, 1, bytes('ab'));
      expect(writer.move('binary', 'in', 2, 2, payload)).toBe(true);
      writer.add('text', 'in', 0, 3, bytes('c'));
      expect(writer.move('text', 'in', 0, 4, large(LARGE_BYTES + 1))).toBe(true);
      const batch = writer.take()!;
      expect(batch.large).toEqual([
        { at: 2, buffer: payload.buffer },
        { at: 3, buffer: large(LARGE_BYTES + 1).buffer },
      ]);
      expect(batch.large![0]!.buffer).toBe(payload.buffer);
      expect(batch.payloadBytes).toBe(3);
      expect(batch.weight).toBe(FIRST_SLAB_BYTES + 2 * LARGE_BYTES + 1);
      expect(rowsOf(batch).map(({ offset, stored, flags }) => [offset, stored, flags])).toEqual([
        [10, 2, 0],
        [12, LARGE_BYTES, 2],
        [12 + LARGE_BYTES, 1, 0],
        [13 + LARGE_BYTES, LARGE_BYTES + 1, 0],
      ]);
      writer.add('text', 'in', 0, 5, bytes('d'));
      const next = writer.take()!;
      expect([next.large, rowsOf(next)[0]!.offset]).toEqual([undefined, 14 + 2 * LARGE_BYTES]);
    });

    it('only if it has its buffer to itself and is worth it', () => {
      const writer = new BatchWriter(0, new SlabPool());
      const buffer = new ArrayBuffer(2 * LARGE_BYTES);
      for (const payload of [
        large(LARGE_BYTES - 1),
        new Uint8Array(buffer, 0, LARGE_BYTES),
        new Uint8Array(buffer, LARGE_BYTES),
      ])
        expect(writer.move('binary', 'in', 0, 0, payload)).toBe(false);
      expect(writer.take()).toBeUndefined();
    });

    it('until the batch is full, by bytes or by rows', () => {
      const writer = new BatchWriter(0, new SlabPool());
      for (let i = 0; i < 63; i++) writer.move('binary', 'in', 0, 0, large());
      expect(writer.full).toBe(false);
      writer.move('binary', 'in', 0, 0, large());
      expect(writer.full).toBe(true);
      writer.take();
      while (writer.fits(0)) writer.add('text', 'in', 0, 0, bytes(''));
      expect(writer.move('binary', 'in', 0, 0, large())).toBe(false);
    });
  });

  it('reuses recycled buffers', () => {
    const writer = new BatchWriter(0, new SlabPool());
    writer.add('text', 'in', 0, 0, bytes('x'));
    const first = writer.take()!;
    writer.recycle(first);
    writer.add('text', 'in', 0, 0, bytes('y'));
    const second = writer.take()!;
    expect(second.payload).toBe(first.payload);
    expect(second.index).toBe(first.index);
  });

  it('drops its rows after a reset and continues at the given offset', () => {
    const writer = new BatchWriter(0, new SlabPool());
    writer.add('text', 'in', 0, 0, bytes('lost'));
    writer.reset(42);
    expect(writer.take()).toBeUndefined();
    writer.add('text', 'in', 0, 0, bytes('kept'));
    expect(rowsOf(writer.take()!)[0]!.offset).toBe(42);
  });
});
