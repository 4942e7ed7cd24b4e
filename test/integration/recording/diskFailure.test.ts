import { mkdirSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRecording } from '../../../src/engine/recordingFile.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import { diskError } from '../../../src/recording/diskError.ts';
import { FLAG } from '../../../src/shared/timeline.ts';
import type { NoteDetail } from '../../../src/shared/timeline.ts';
import { demoServer, testEngine, until } from '../../support/engine.ts';
import { mounted } from '../../support/mounts.ts';
import { appendRows, manifest } from '../../support/recordings.ts';

const small = await mounted('tmpfs', 'size=200k');
const middling = await mounted('tmpfs', 'size=4m');

/** The rows as they were seen live, to compare them with the recording. */
class Seen {
  readonly seqs: number[] = [];
  rows = 0;
  missing = 0;

  readonly onRow = (row: { seq: number; kind: string; payload: Uint8Array }): void => {
    this.seqs.push(row.seq);
    const note =
      row.kind === 'note' ? (JSON.parse(Buffer.from(row.payload).toString()) as NoteDetail) : undefined;
    if (note?.note === 'gap') this.missing += note.messages!;
    else this.rows++;
  };
}

/** Rows of a recording that are no gap, and what its gaps tell of. */
function readBack(folder: string): { rows: number; missing: number; gaps: number } {
  const recording = openRecording(folder);
  let [rows, missing, gaps] = [0, 0, 0];
  for (let from = 0; from < recording.rows;) {
    const page = recording.readPage(from, 2000);
    for (const { row, payload } of page) {
      if ((row.flags & FLAG.gap) === 0) rows++;
      else {
        gaps++;
        missing += (JSON.parse(Buffer.from(payload).toString()) as NoteDetail).messages!;
      }
    }
    from += page.length;
  }
  expect(recording.tornBytes).toBe(0);
  recording.close();
  return { rows, missing, gaps };
}

describe.skipIf(small === undefined)('a full disk (needs to mount a tmpfs)', () => {
  beforeEach(() => {
    for (const name of readdirSync(small!.path)) rmSync(join(small!.path, name), { recursive: true });
  });

  it('is reported with its file, and earlier rows stay complete', () => {
    const folder = join(small!.path, 'recording');
    const appender = Appender.create(folder, manifest());
    appendRows(appender, [{ payload: 'before' }]);
    expect(() => appendRows(appender, [{ payload: 'x'.repeat(300_000) }])).toThrow(
      expect.objectContaining({
        code: 'disk.full',
        message: expect.stringMatching(/^There is no space left to write .*payload-0000\.bin: free some/),
      }),
    );
    expect(appender.extent).toEqual({ rows: 1, payloadBytes: 6 });
    appender.cut();
    appendRows(appender, [{ payload: 'after' }]);
    appender.close();
    const recording = openRecording(folder);
    expect(recording.readRows(0, 10).map((row) => row.preview)).toEqual(['before', 'after']);
    expect(recording.tornBytes).toBe(0);
    recording.close();
  });

  it('stops the recording with one message, crashes no worker, and a gap row counts the missing rows', async () => {
    const [{ engine, errors }, server] = [await testEngine(), await demoServer()];
    const folder = join(small!.path, 'rate');
    const seen = new Seen();
    const session = engine.create({ url: `${server.url}/ticker?rate=500` }, { folder, tap: seen });
    await session.connect();
    await until(session, () => session.summary.unrecorded !== undefined);
    // Every write during the failure ends in an error code, that of session.json included.
    session.rename('another name');
    await delay(2_500);
    await session.disconnect();
    await engine.remove(session);
    // The second one, where there is one, is about the new name.
    expect(errors[0]).toMatchObject({ code: 'disk.full', message: /payload-0000|index/ });
    for (const error of errors.slice(1))
      expect(error).toMatchObject({ code: 'disk.full', message: /session\.json/ });
    const { rows, missing, gaps } = readBack(folder);
    expect(gaps).toBe(1);
    expect(missing).toBeGreaterThan(500);
    expect(rows + missing).toBe(seen.rows);
    expect(seen.missing).toBe(missing);
  });

  it('without a free byte still takes the gap row: the last rows make room for it', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const folder = join(small!.path, 'brim');
    const seen = new Seen();
    const session = engine.create({ url: `${server.url}/ticker?rate=1000` }, { folder, tap: seen });
    await session.connect();
    await until(session, () => session.rows > 600);
    fill(join(small!.path, 'filler'));
    await until(session, () => session.summary.unrecorded !== undefined);
    await delay(100);
    fill(join(small!.path, 'filler2'));
    await session.disconnect();
    await engine.remove(session);
    const { rows, missing, gaps } = readBack(folder);
    expect([rows + missing, gaps]).toEqual([seen.rows, 1]);
  });

  it('cannot be described: session.json stays as it was, and the message names it', async () => {
    const { engine, errors } = await testEngine();
    const folder = join(small!.path, 'described');
    const session = engine.create({ url: 'ws://127.0.0.1:9/' }, { folder, name: 'before' });
    await session.recordingReady();
    fill(join(small!.path, 'filler'));
    session.rename('x'.repeat(10_000));
    await session.flush();
    expect(errors).toMatchObject([{ code: 'disk.full', message: /session\.json/ }]);
    expect(openRecording(folder).manifest.name).toBe('before');
    rmSync(join(small!.path, 'filler'));
    session.rename('after');
    await engine.remove(session);
    expect(openRecording(folder).manifest.name).toBe('after');
    expect(errors).toHaveLength(1);
  });
});

/** Takes all that is left of a small disk. */
function fill(file: string): void {
  for (const piece of [65_536, 4096, 512, 1])
    for (;;) {
      try {
        writeFileSync(file, new Uint8Array(piece), { flag: 'a' });
      } catch {
        break;
      }
    }
}

describe.skipIf(middling === undefined)('a disk that fills up several times (needs to mount a tmpfs)', () => {
  it(
    'leaves rows and gaps that add up to all rows, live and read back; no live number occurs twice',
    { timeout: 60_000 },
    async () => {
      const [{ engine, errors }, server] = [await testEngine(), await demoServer()];
      const folder = join(middling!.path, 'recording');
      const filler = join(middling!.path, 'filler');
      writeFileSync(filler, new Uint8Array(2_500_000));
      const seen = new Seen();
      const session = engine.create({ url: `${server.url}/ticker?rate=20000` }, { folder, tap: seen });
      await session.connect();
      for (const left of [1_800_000, 1_000_000, 0]) {
        await until(session, () => session.summary.unrecorded !== undefined);
        writeFileSync(filler, new Uint8Array(left));
        await until(session, () => session.summary.unrecorded === undefined);
      }
      await until(session, () => session.summary.unrecorded !== undefined);
      await session.disconnect();
      await engine.remove(session);
      const { rows, missing, gaps } = readBack(folder);
      expect(gaps).toBe(4);
      expect(rows + missing).toBe(seen.rows);
      expect(missing).toBe(seen.missing);
      expect(new Set(seen.seqs).size).toBe(seen.seqs.length);
      expect(errors.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'disk.full'));
    },
  );
});

describe('errors of a disk', () => {
  const told = (code: string) => {
    const { code: own, message } = diskError(Object.assign(new Error('x'), { code }), '/r/index.bin');
    return [own, message];
  };

  it('report missing space only if there is none', () => {
    expect(told('ENOSPC')).toEqual(['disk.full', expect.stringMatching(/no space left/)]);
    expect(told('EDQUOT')).toEqual(['disk.full', expect.stringMatching(/quota/)]);
    const [code, message] = told('EFBIG');
    expect(code).toBe('disk.denied');
    expect(message).toMatch(/^\/r\/index\.bin cannot grow: .*file-size limit/);
    expect(message).not.toMatch(/space/);
  });

  it.each(['EIO', 'EROFS', 'EMFILE', 'ELOOP', 'ESTALE', 'ERR_FS_EISDIR'])('%s has a code', (code) => {
    expect(told(code)).toEqual(['disk.denied', expect.stringContaining(`(${code})`)]);
  });
});

describe('a folder that cannot be written', () => {
  it('is reported once, the session continues, and a gap row counts the missing rows afterwards', async () => {
    const [{ engine, errors, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const folder = join(recordingsFolder, 'blocked');
    // Where the payload file belongs is a folder: that stops root too.
    mkdirSync(join(folder, 'payload-0000.bin'), { recursive: true });
    const session = engine.create({ url: `${server.url}/echo` }, { folder });
    await expect(session.recordingReady()).rejects.toMatchObject({ code: 'disk.denied' });
    await session.connect();
    await session.send({ kind: 'text', data: Buffer.from('unrecorded') });
    // Later rows must not be hidden, although the count includes rows that never reached the disk.
    session.clear();
    await until(session, () => session.summary.in.messages === 1);
    expect(session.summary).toMatchObject({ state: 'open', unrecorded: { messages: 4 } });
    expect(errors.map((error) => error.code)).toEqual(['disk.denied']);

    rmdirSync(join(folder, 'payload-0000.bin'));
    await until(session, () => session.summary.unrecorded === undefined && session.rows > 0);
    const [gap] = await session.readRows(0, 1);
    expect(gap).toMatchObject({
      kind: 'note',
      preview: expect.stringMatching(/^4 rows with \d+ bytes were not recorded/),
    });
    await session.send({ kind: 'text', data: Buffer.from('recorded') });
    await until(session, () => session.rows >= 3);
    expect((await session.readRows(1, 2)).map((row) => row.preview)).toEqual(['recorded', 'recorded']);
    expect(session.summary.firstRow).toBe(0);
    expect(errors).toHaveLength(1);
  });
});
