import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pruneRecordings } from '../../../src/engine/recordings.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';

const DAY = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 0, 31);

/** Recordings of some 10 KB each, last used on these days of January. */
async function recordings(...days: number[]): Promise<string> {
  const parent = await temporaryFolder();
  for (const day of days) {
    const folder = join(parent, `day-${day}`);
    const appender = Appender.create(folder, manifest({ startedAt: '2026-01-01T00:00:00.000Z' }));
    appendRows(appender, [{ payload: 'x'.repeat(10_000) }]);
    appender.close();
    usedOn(folder, day);
  }
  return parent;
}

function usedOn(folder: string, day: number): void {
  const time = new Date(Date.UTC(2026, 0, day));
  utimesSync(join(folder, 'index.bin'), time, time);
}

const prune = async (parent: string, maxAge: number, maxBytes: number): Promise<string[]> => {
  const failed = (folder: string): never => expect.fail(folder);
  const deleted = await pruneRecordings(parent, { maxAge, maxBytes }, now, failed);
  return deleted.map((folder) => basename(folder)).sort();
};

describe('pruneRecordings', () => {
  it('deletes recordings older than the age, and keeps the rest', async () => {
    const parent = await recordings(1, 20, 30);
    expect(await prune(parent, 15 * DAY, 0)).toEqual(['day-1']);
    expect(readdirSync(parent).sort()).toEqual(['day-20', 'day-30']);
  });

  it('keeps old recordings that were continued', async () => {
    const parent = await recordings(1);
    expect(await prune(parent, 15 * DAY, 0)).toEqual(['day-1']);
    const again = await recordings(1);
    usedOn(join(again, 'day-1'), 30);
    expect(await prune(again, 15 * DAY, 0)).toEqual([]);
  });

  it('deletes the recordings with the oldest use until the rest fits', async () => {
    const parent = await recordings(1, 2, 3, 4);
    expect(await prune(parent, 0, 25_000)).toEqual(['day-1', 'day-2']);
  });

  it('deletes nothing without limits', async () => {
    expect(await prune(await recordings(1, 2), 0, 0)).toEqual([]);
  });

  it('never deletes a recording with a writer, for any age and size', async () => {
    const parent = await recordings(1, 2);
    // Process 1 is always there.
    writeFileSync(join(parent, 'day-1', 'writer.lock'), '1');
    expect(await prune(parent, DAY, 1)).toEqual(['day-2']);
    expect(readdirSync(parent)).toEqual(['day-1']);
  });

  it('deletes temporary recordings that a crash left behind', async () => {
    const parent = await recordings(1);
    Appender.create(join(parent, 'not-kept'), manifest({ keep: false })).close();
    expect(await prune(parent, 0, 0)).toEqual(['not-kept']);
    expect(readdirSync(parent)).toEqual(['day-1']);
  });

  it('does nothing without recordings', async () => {
    expect(await prune(join(await temporaryFolder(), 'none'), DAY, 1)).toEqual([]);
  });
});
