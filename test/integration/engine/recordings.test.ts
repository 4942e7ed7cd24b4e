import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deleteRecording, describeRecording, listRecordings } from '../../../src/engine/recordings.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import { appendRows, manifest } from '../../support/recordings.ts';
import { temporaryFolder } from '../../support/folders.ts';

/** A recording of so many rows, started on this day of January. */
function record(parent: string, day: number, rows = 1): string {
  const folder = join(parent, `202601${String(day).padStart(2, '0')}T000000-test`);
  const startedAt = new Date(Date.UTC(2026, 0, day)).toISOString();
  const appender = Appender.create(folder, manifest({ name: `day ${day}`, startedAt }));
  appendRows(
    appender,
    Array.from({ length: rows }, () => ({ payload: 'x'.repeat(100) })),
  );
  appender.close();
  return folder;
}

const none = (folder: string): never => {
  throw new Error(`${folder} was skipped`);
};

test('a recording is described by its name, its rows and all that its files take', async () => {
  const folder = record(await temporaryFolder(), 1, 3);
  const described = await describeRecording(folder);
  const onDisk = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  expect(described).toMatchObject({ folder, rows: 3, bytes: onDisk, writer: undefined });
  expect(described.bytes).toBeGreaterThanOrEqual(3 * (32 + 100));
  expect(described.manifest.name).toBe('day 1');
});

test('a torn tail does not count as a row', async () => {
  const folder = record(await temporaryFolder(), 1, 2);
  writeFileSync(join(folder, 'index.bin'), new Uint8Array(5), { flag: 'a' });
  expect((await describeRecording(folder)).rows).toBe(2);
});

test('the newest recordings come first, and those beyond the cap are counted', async () => {
  const parent = await temporaryFolder();
  for (const day of [2, 5, 1, 4, 3]) record(parent, day);
  const { recordings, older } = await listRecordings(parent, 3, none);
  expect(recordings.map((recording) => recording.manifest.name)).toEqual(['day 5', 'day 4', 'day 3']);
  expect(older).toBe(2);
});

test('a folder that is not a recording is left out and reported', async () => {
  const parent = await temporaryFolder();
  record(parent, 1);
  mkdirSync(join(parent, 'notes'));
  writeFileSync(join(parent, 'file.txt'), '');
  const skipped: string[] = [];
  const { recordings } = await listRecordings(parent, 10, (folder, { code }) =>
    skipped.push(`${code} ${folder}`),
  );
  expect(recordings).toHaveLength(1);
  expect(skipped).toEqual([`file.invalid ${join(parent, 'notes')}`]);
});

test('a folder that does not exist holds no recordings', async () => {
  const parent = join(await temporaryFolder(), 'recordings');
  expect(await listRecordings(parent, 10, none)).toEqual({ recordings: [], older: 0 });
});

test('the writer of a recording is listed, and nobody else can delete it', async () => {
  const folder = record(await temporaryFolder(), 1);
  // Process 1 is always there.
  writeFileSync(join(folder, 'writer.lock'), '1');
  expect((await describeRecording(folder)).writer).toBe(1);
  await expect(deleteRecording(folder)).rejects.toMatchObject({ code: 'disk.denied' });
  expect(existsSync(join(folder, 'index.bin'))).toBe(true);
});

test('a recording of a dead writer can be deleted', async () => {
  const folder = record(await temporaryFolder(), 1);
  writeFileSync(join(folder, 'writer.lock'), '999999999');
  expect((await describeRecording(folder)).writer).toBeUndefined();
  await deleteRecording(folder);
  expect(existsSync(folder)).toBe(false);
});

test('a folder that is not a recording is never deleted', async () => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'thesis.tex'), 'years of work');
  await expect(deleteRecording(folder)).rejects.toMatchObject({ code: 'file.invalid' });
  expect(readdirSync(folder)).toEqual(['thesis.tex']);
});

test('of a folder with other files only the recording is deleted', async () => {
  const folder = record(await temporaryFolder(), 1);
  writeFileSync(join(folder, 'payload-notes.bin'), 'mine');
  mkdirSync(join(folder, 'src'));
  await deleteRecording(folder);
  expect(readdirSync(folder).sort()).toEqual(['payload-notes.bin', 'src']);
});
