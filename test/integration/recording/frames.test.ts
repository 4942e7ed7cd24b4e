import { appendFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Appender } from '../../../src/recording/write/appender.ts';
import { BatchWriter, SlabPool } from '../../../src/recording/write/batchWriter.ts';
import { MessageFragments, readFrames, WireSizes } from '../../../src/recording/frameFile.ts';
import { FRAME_BYTES, FrameList } from '../../../src/recording/frameLayout.ts';
import type { FrameRow } from '../../../src/shared/frames.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { manifest } from '../../support/recordings.ts';

function frameList(row: number, lengths: readonly number[], complete = true): FrameList {
  const frames = new FrameList();
  for (const length of lengths) {
    frames.add({ time: row * 10, direction: 'in', first: 0x82, headerLength: 2, length, mask: undefined });
    if (complete) frames.completeLast();
  }
  frames.assign(row);
  return frames;
}

/** Appends rows of one byte each, and with the last of them the frames of these rows. */
function append(appender: Appender, rows: number, frames: readonly FrameList[]): void {
  const writer = new BatchWriter(appender.extent.payloadBytes, new SlabPool());
  for (let i = 0; i < rows; i++) {
    if (!writer.fits(1)) appender.append(writer.take()!);
    writer.add('binary', 'in', 0, i, Uint8Array.of(i));
  }
  for (const each of frames) writer.addFrames(each);
  appender.append(writer.take()!);
}

async function recording(): Promise<{ folder: string; appender: Appender; file: string }> {
  const folder = join(await temporaryFolder(), 'one');
  return { folder, appender: Appender.create(folder, manifest()), file: join(folder, 'frames.bin') };
}

const lengths = ({ frames }: { readonly frames: readonly FrameRow[] }): number[] =>
  frames.map(({ length }) => length);

describe('a frame', () => {
  it('has the layout of docs/recording-format.md', async () => {
    const { folder, appender, file } = await recording();
    const frames = new FrameList();
    frames.add({
      time: 0x0102030405,
      direction: 'out',
      first: 0xd1,
      headerLength: 14,
      length: 2 ** 33 + 7,
      mask: 0xa1b2c3d4,
    });
    frames.assign(0x0100000002);
    append(appender, 1, [frames]);
    appender.close();
    expect(readFileSync(file).toString('hex')).toBe(
      ['0200000001000000', '0504030201000000', '0700000002000000', 'd1', '07', '0e00', 'a1b2c3d4'].join(''),
    );
    expect(readFrames(folder, 0x0100000002, 0, 9)).toEqual({
      total: 1,
      frames: [
        {
          row: 0x0100000002,
          time: 0x0102030405,
          direction: 'out',
          fin: true,
          rsv1: true,
          rsv2: false,
          rsv3: true,
          opcode: 1,
          mask: 0xa1b2c3d4,
          headerLength: 14,
          length: 2 ** 33 + 7,
          complete: false,
        },
      ],
    });
  });
});

describe('the frames of a row', () => {
  it('are found among others, a page at a time', async () => {
    const { folder, appender } = await recording();
    append(appender, 3, [frameList(0, [1]), frameList(1, [2, 3, 4, 5])]);
    append(appender, 3, [frameList(3, [6]), frameList(5, [7, 8])]);
    expect(lengths(readFrames(folder, 0, 0, 10))).toEqual([1]);
    expect(readFrames(folder, 1, 0, 2)).toMatchObject({ total: 4, frames: [{ length: 2 }, { length: 3 }] });
    expect(lengths(readFrames(folder, 1, 3, 10))).toEqual([5]);
    expect(readFrames(folder, 1, 4, 10)).toEqual({ total: 4, frames: [] });
    expect(readFrames(folder, 2, 0, 10)).toEqual({ total: 0, frames: [] });
    expect(lengths(readFrames(folder, 5, 0, 10))).toEqual([7, 8]);
    expect(readFrames(folder, 6, 0, 10).total).toBe(0);
    appender.close();
  });

  it('are empty if the session kept none', async () => {
    const { folder, appender, file } = await recording();
    append(appender, 3, []);
    expect(readFrames(folder, 1, 0, 10)).toEqual({ total: 0, frames: [] });
    expect(appender.extent).toEqual({ rows: 3, payloadBytes: 3 });
    expect(() => statSync(file)).toThrow('ENOENT');
    appender.close();
  });

  it('are found for any number of frames', async () => {
    const { folder, appender } = await recording();
    for (let batch = 0; batch < 10; batch++)
      append(
        appender,
        1000,
        Array.from({ length: 1000 }, (_, i) =>
          frameList(batch * 1000 + i, new Array<number>(1 + (i % 3)).fill(i)),
        ),
      );
    for (const row of [0, 1, 2, 4999, 5000, 9998, 9999]) {
      const i = row % 1000;
      expect(lengths(readFrames(folder, row, 0, 10))).toEqual(new Array<number>(1 + (i % 3)).fill(i));
    }
    appender.close();
  });
});

describe('a batch of frames', () => {
  it('may come without rows if the frames left later than their row', async () => {
    const { folder, appender } = await recording();
    append(appender, 1, []);
    append(appender, 0, [frameList(0, [5])]);
    expect(appender.extent).toEqual({ rows: 1, payloadBytes: 1, frameBytes: FRAME_BYTES });
    expect(lengths(readFrames(folder, 0, 0, 1))).toEqual([5]);
    appender.close();
  });
});

describe('crash recovery', () => {
  it('cuts a torn record and the frames of lost rows, and continues writing there', async () => {
    const { folder, appender, file } = await recording();
    append(appender, 2, [frameList(0, [1]), frameList(1, [2, 3])]);
    append(appender, 2, [frameList(2, [4]), frameList(3, [5])]);
    appender.close();
    truncateSync(join(folder, 'index.bin'), 3 * 32 - 1);
    appendFileSync(file, Buffer.alloc(FRAME_BYTES - 1, 0xff));
    const resumed = Appender.resume(folder);
    expect(resumed.extent).toMatchObject({ rows: 2, frameBytes: 3 * FRAME_BYTES });
    expect(statSync(file).size).toBe(3 * FRAME_BYTES);
    append(resumed, 1, [frameList(2, [9])]);
    expect(lengths(readFrames(folder, 2, 0, 10))).toEqual([9]);
    expect(lengths(readFrames(folder, 1, 0, 10))).toEqual([2, 3]);
    resumed.close();
  });

  it('hides a torn record from readers', async () => {
    const { folder, appender, file } = await recording();
    append(appender, 2, [frameList(0, [1]), frameList(1, [2])]);
    appender.close();
    truncateSync(file, 2 * FRAME_BYTES - 5);
    expect(lengths(readFrames(folder, 0, 0, 10))).toEqual([1]);
    expect(readFrames(folder, 1, 0, 10).total).toBe(0);
  });

  it('reads a recording whose frames are missing or empty', async () => {
    const { folder, appender, file } = await recording();
    append(appender, 2, [frameList(0, [1])]);
    appender.close();
    writeFileSync(file, '');
    expect(readFrames(folder, 0, 0, 10).total).toBe(0);
    rmSync(file);
    const resumed = Appender.resume(folder);
    expect(resumed.extent).toEqual({ rows: 2, payloadBytes: 2 });
    append(resumed, 1, [frameList(2, [7])]);
    expect(lengths(readFrames(folder, 2, 0, 10))).toEqual([7]);
    resumed.close();
  });
});

describe('the sizes of messages on the wire', () => {
  it('are those of the data frames, read forward, backward and with gaps over many windows', async () => {
    const { folder, appender } = await recording();
    // 3 frames of a row, of which two are data: 6,000 records, more than one read takes.
    const rows = 2000;
    const all = new FrameList();
    for (let row = 0; row < rows; row++) {
      const each = frameList(row, [row]);
      each.add({ time: 0, direction: 'in', first: 0x80, headerLength: 2, length: 1, mask: undefined });
      // A ping between the fragments is a control frame: no part of the message.
      each.add({ time: 0, direction: 'in', first: 0x89, headerLength: 2, length: 100, mask: undefined });
      each.assign(row);
      if (row % 10 !== 7) all.addAll(each);
    }
    append(appender, rows, [all]);
    appender.close();
    const expected = (row: number): number | undefined => (row % 10 === 7 ? undefined : row + 1);
    for (const order of [
      Array.from({ length: rows }, (_, row) => row),
      [1999, 0, 1, 1, 700, 699, 7, 8, 1990, 1997],
      Array.from({ length: 40 }, (_, at) => at * 50),
    ]) {
      const sizes = new WireSizes(folder);
      expect(order.map((row) => sizes.of(row))).toEqual(order.map(expected));
      expect(sizes.of(rows)).toBeUndefined();
      sizes.close();
    }
  });

  it('list the recorded fragments, for readers in any order', async () => {
    const { folder, appender } = await recording();
    const all = new FrameList();
    for (let row = 0; row < 3000; row++) {
      const each = frameList(row, row % 2 === 0 ? [1, row, 0] : [row]);
      all.addAll(each);
    }
    append(appender, 3000, [all]);
    appender.close();
    const fragments = new MessageFragments(folder);
    for (const row of [0, 2, 4, 2998, 2, 1000, 1002, 0])
      expect(fragments.of(row, row + 1)).toEqual([1, row, 0]);
    expect([fragments.has(7), fragments.of(7, 7)]).toEqual([true, undefined]);
    expect([fragments.has(3000), fragments.of(3000, 7)]).toEqual([false, undefined]);
    fragments.close();
  });

  it('divide a compressed message in proportion to its fragments, and are zero for an empty one', async () => {
    const { folder, appender } = await recording();
    const all = frameList(0, [10, 10, 20]);
    all.addAll(frameList(1, [0, 0, 0]));
    append(appender, 2, [all]);
    appender.close();
    const fragments = new MessageFragments(folder);
    expect(fragments.of(0, 4000)).toEqual([1000, 1000, 2000]);
    expect(fragments.of(0, 3)).toEqual([1, 1, 1]);
    expect(fragments.of(0, 0)).toEqual([0, 0, 0]);
    // Frames of another message: nothing is lost.
    expect(fragments.of(1, 5)).toEqual([0, 0, 5]);
    fragments.close();
  });

  it('are unknown without frames, and stay bounded if records are out of order or cut', async () => {
    const { folder, appender, file } = await recording();
    append(appender, 3, []);
    appender.close();
    const none = new WireSizes(folder);
    expect(none.of(0)).toBeUndefined();
    none.close();
    const damaged = frameList(2, [5, 6]);
    damaged.addAll(frameList(0, [7]));
    writeFileSync(file, damaged.bytes);
    appendFileSync(file, Uint8Array.of(1, 2, 3));
    const sizes = new WireSizes(folder);
    for (const row of [0, 1, 2, 3]) expect(sizes.of(row) ?? 0).toBeLessThan(19);
    sizes.close();
  });
});
