import { mkdirSync, rmdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../src/engine/recordingFile.ts';
import { Appender } from '../../../src/recording/appender.ts';
import { demoServer, testEngine, until } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';

// /dev/full answers every write with the error of a full disk; there is none elsewhere.
describe.runIf(process.platform === 'linux')('a full disk', () => {
  it('is named with its file, and what was there before stays whole', async () => {
    const folder = join(await temporaryFolder(), 'recording');
    const appender = Appender.create(folder, manifest({ segmentBytes: 8 }));
    appendRows(appender, [{ payload: 'before' }]);
    symlinkSync('/dev/full', join(folder, 'payload-0001.bin'));
    expect(() => appendRows(appender, [{ payload: 'too much' }])).toThrow(
      expect.objectContaining({
        code: 'disk.full',
        message: expect.stringMatching(/^There is no space left to write .*payload-0001\.bin: free some/),
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
});

describe('a folder that cannot be written', () => {
  it('is told once, the session lives, and a gap row tells what is missing when it is back', async () => {
    const [{ engine, errors, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const folder = join(recordingsFolder, 'blocked');
    // Where the payload file belongs is a folder: that stops root too.
    mkdirSync(join(folder, 'payload-0000.bin'), { recursive: true });
    const session = engine.create({ url: `${server.url}/echo` }, { folder });
    await expect(session.recordingReady()).rejects.toMatchObject({ code: 'disk.denied' });
    await session.connect();
    await session.send({ kind: 'text', data: Buffer.from('unrecorded') });
    // What comes after this must not be hidden, though it counts rows that never reached the disk.
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
