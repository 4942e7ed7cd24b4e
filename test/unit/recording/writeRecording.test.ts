import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportedRecording, ImportedRow } from '../../../src/core/convert/imported.ts';
import { openRecording, writeRecording, writeRecordings } from '../../../src/engine/recordingFile.ts';
import { temporaryFolder } from '../../support/folders.ts';

/** Rows after which others run. */
const ROWS_AT_ONCE = 4096;

function recorded(name: string, rows: number): ImportedRecording {
  function* all(): Generator<ImportedRow> {
    for (let seq = 0; seq < rows; seq++) {
      const payload = new TextEncoder().encode(`${name} ${seq}`);
      yield { kind: 'text', direction: 'in', flags: 0, time: seq, payload };
    }
  }
  const startedAt = '2026-11-03T12:00:00.000Z';
  return {
    ...{ name, url: 'ws://127.0.0.1:1/', startedAt, requestHeaders: [], responseHeaders: [], rows: all },
  };
}

function rowsIn(folder: string): number {
  const recording = openRecording(folder);
  recording.close();
  return recording.rows;
}

let parent: string;
beforeEach(async () => {
  parent = await temporaryFolder();
});

describe('writing a recording', () => {
  it('lets others run meanwhile, who see how far it is', async () => {
    const seen: number[] = [];
    let last = 0;
    const timer = setInterval(() => seen.push(last));
    const rows = 100 * ROWS_AT_ONCE + 1;
    await writeRecording(join(parent, 'a'), recorded('a', rows), (count) => (last = count));
    clearInterval(timer);
    expect(last).toBe(rows);
    expect(seen.some((count) => count > 0 && count < rows)).toBe(true);
    expect(rowsIn(join(parent, 'a'))).toBe(rows);
  });

  it('stops at a cancel while it writes, and leaves nothing', async () => {
    const cancelled = new AbortController();
    setTimeout(() => cancelled.abort());
    const folder = join(parent, 'a');
    await expect(
      writeRecording(folder, recorded('a', 200 * ROWS_AT_ONCE), () => cancelled.signal.throwIfAborted()),
    ).rejects.toThrow('aborted');
    expect(existsSync(folder)).toBe(false);
  });

  it('lets others run after a few large rows, too', async () => {
    const payload = new Uint8Array(1024 * 1024);
    function* large(): Generator<ImportedRow> {
      for (let seq = 0; seq < 20; seq++)
        yield { kind: 'binary', direction: 'in', flags: 0, time: seq, payload };
    }
    const seen: number[] = [];
    const folder = join(parent, 'a');
    await writeRecording(folder, { ...recorded('a', 0), rows: large }, (count) => seen.push(count));
    expect(seen.length).toBeGreaterThan(4);
    expect(seen.at(-1)).toBe(20);
    const gaps = seen.map((count, index) => count - (seen[index - 1] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5);
    expect(rowsIn(folder)).toBe(20);
  });

  it('leaves nothing if a row cannot be read', async () => {
    function* broken(): Generator<ImportedRow> {
      yield* recorded('a', 3).rows();
      throw new Error('The third row is broken.');
    }
    const folder = join(parent, 'a');
    await expect(writeRecording(folder, { ...recorded('a', 0), rows: broken })).rejects.toThrow(
      'The third row is broken.',
    );
    expect(existsSync(folder)).toBe(false);
  });
});

describe('writing several recordings', () => {
  const to = (name: string, rows: number) => ({
    folder: join(parent, name),
    recording: recorded(name, rows),
  });

  it('reports the number of complete ones, and returns their folders', async () => {
    const told: [number, number][] = [];
    const folders = await writeRecordings([to('a', 1), to('b', 0), to('c', 2)], (complete, rows) =>
      told.push([complete, rows]),
    );
    expect(told).toEqual([
      [0, 1],
      [1, 0],
      [2, 2],
    ]);
    expect(folders).toEqual(['a', 'b', 'c'].map((name) => join(parent, name)));
    expect(folders.map(rowsIn)).toEqual([1, 0, 2]);
  });

  it('leaves none of them after the last one is cancelled', async () => {
    const cancelled = writeRecordings([to('a', 1), to('b', 1), to('c', 1)], (complete) => {
      if (complete === 2) throw new Error('cancelled');
    });
    await expect(cancelled).rejects.toThrow('cancelled');
    expect(await readdir(parent)).toEqual([]);
  });

  it('keeps existing files and recordings', async () => {
    await writeRecordings([to('b', 5)]);
    await mkdir(join(parent, 'a'));
    await writeFile(join(parent, 'a', 'mine.txt'), 'mine');
    await expect(writeRecordings([to('a', 1), to('b', 1)])).rejects.toMatchObject({ code: 'disk.denied' });
    expect((await readdir(parent)).sort()).toEqual(['a', 'b']);
    expect(await readdir(join(parent, 'a'))).toEqual(['mine.txt']);
    expect(rowsIn(join(parent, 'b'))).toBe(5);
  });

  it('writes nothing for an empty list', async () => {
    expect(await writeRecordings([])).toEqual([]);
    expect(await readdir(parent)).toEqual([]);
  });
});
