import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deleteRecording } from '../../../src/engine/recordings.ts';
import { openRecording } from '../../../src/engine/recordingFile.ts';
import type { Session } from '../../../src/engine/session.ts';
import { FLAG } from '../../../src/shared/timeline.ts';
import type { Row } from '../../../src/shared/timeline.ts';
import { demoServer, testEngine, until } from '../../support/engine.ts';

const text = (content: string) => ({ kind: 'text' as const, data: new TextEncoder().encode(content) });

async function conversation(session: Session, ...messages: string[]): Promise<void> {
  await session.connect();
  const before = session.summary.in.messages;
  for (const message of messages) await session.send(text(message));
  await until(session, () => session.summary.in.messages === before + messages.length);
  await session.disconnect();
}

async function rowsOf(folder: string): Promise<Row[]> {
  const recording = openRecording(folder);
  const rows = recording.readRows(0, 100);
  recording.close();
  return rows;
}

const previews = async (session: Session): Promise<string[]> =>
  (await session.readRows(0, 100)).filter((row) => row.kind !== 'open').map((row) => row.preview);

describe('reopening a recording', () => {
  it('shows the recorded rows, connects only on request, and appends to the same files', async () => {
    const [first, server] = [await testEngine(), await demoServer()];
    const original = first.engine.create({ url: `${server.url}/echo?token=canary` }, { name: 'mine' });
    await conversation(original, 'one');
    await first.engine.remove(original);

    const { engine } = await testEngine();
    const session = await engine.reopen(original.folder!);
    expect(session.summary).toMatchObject({
      name: 'mine',
      state: 'closed',
      startedAt: original.summary.startedAt,
    });
    expect(session.rows).toBe(4);
    expect(session.summary).toMatchObject({ in: { messages: 1, bytes: 3 }, out: { messages: 1, bytes: 3 } });
    expect(await previews(session)).toEqual(['one', 'one', '1000']);

    await conversation(session, 'two');
    expect(await previews(session)).toEqual(['one', 'one', '1000', 'two', 'two', '1000']);
    const times = (await session.readRows(0, 100)).map((row) => row.time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('finds the open session of the folder by another path, also while it is live', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    await session.recordingReady();
    await session.connect();
    const link = join(recordingsFolder, 'link');
    symlinkSync(session.folder!, link, 'junction');
    expect(await engine.reopen(`${session.folder!}/`)).toBe(session);
    expect(await engine.reopen(link)).toBe(session);
    // Callers without a session, such as the Recordings view, cannot delete it either.
    await expect(deleteRecording(session.folder!)).rejects.toMatchObject({
      message: /by a session of this window/,
    });
    await session.send(text('still recorded'));
    await until(session, () => session.rows === 3);
  });

  it('waits for a session that is being removed, and gives a new one', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    await session.connect();
    const removing = engine.remove(session);
    const again = await engine.reopen(session.folder!);
    await removing;
    expect(again).not.toBe(session);
    expect(engine.sessions).toEqual([again]);
    await expect(session.connect()).rejects.toMatchObject({ code: 'call.disposed' });
  });

  it('gives one session for two calls at once', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const original = engine.create({ url: server.url });
    await original.recordingReady();
    await engine.remove(original);
    const [one, two] = await Promise.all([engine.reopen(original.folder!), engine.reopen(original.folder!)]);
    expect(one).toBe(two);
    expect(engine.sessions).toEqual([one]);
  });

  it('returns the session that already uses the folder', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: server.url });
    await session.recordingReady();
    await expect(engine.reopen(session.folder!)).resolves.toBe(session);
  });

  it('shows a recording that a live process writes, and records nothing until that process ends', async () => {
    const [{ engine, errors, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const original = engine.create({ url: `${server.url}/echo` });
    await original.recordingReady();
    await engine.remove(original);
    const lock = join(original.folder!, 'writer.lock');
    // Process 1 is always there.
    writeFileSync(lock, '1');
    const session = await engine.reopen(original.folder!);
    expect(await session.readRows(0, 10)).toEqual([]);
    await session.connect();
    expect(errors).toMatchObject([
      { code: 'disk.denied', message: /another window or program \(process 1\)/ },
    ]);
    expect(session.summary.unrecorded).toMatchObject({ messages: 1 });
    expect(readFileSync(lock, 'utf8')).toBe('1');
    expect(openRecording(original.folder!).rows).toBe(0);

    // A dead process writes no more.
    writeFileSync(lock, '999999999');
    await until(session, () => session.summary.unrecorded === undefined && session.rows > 0);
    expect(readFileSync(lock, 'utf8').split(' ')[0]).toBe(String(process.pid));
    await engine.remove(session);
    expect(existsSync(lock)).toBe(false);
    expect(readdirSync(recordingsFolder)).toHaveLength(1);
    expect(await rowsOf(original.folder!)).toMatchObject([
      { kind: 'note', flags: FLAG.gap },
      { kind: 'close' },
    ]);
  });

  it('leaves the first lock alone if a second name leads to the folder, in this program or another', async () => {
    const [first, server] = [await testEngine(), await demoServer()];
    const session = first.engine.create({ url: `${server.url}/echo` });
    await session.recordingReady();
    await session.connect();
    const lock = join(session.folder!, 'writer.lock');
    const before = readFileSync(lock, 'utf8');
    const link = join(first.recordingsFolder, 'link');
    symlinkSync(session.folder!, link, 'junction');
    const other = await testEngine();
    // Twice at once, under two names: one session.
    const [one, two] = await Promise.all([other.engine.reopen(link), other.engine.reopen(session.folder!)]);
    expect(one).toBe(two);
    await one.connect();
    expect(other.errors).toMatchObject([{ code: 'disk.denied', message: /by a session of this window/ }]);
    await other.engine.remove(one);
    expect(readFileSync(lock, 'utf8')).toBe(before);
    await session.send(text('still recorded'));
    await until(session, () => session.rows === 3);
  });

  it('reports a folder that is not a recording', async () => {
    const { engine, recordingsFolder } = await testEngine();
    await expect(engine.reopen(recordingsFolder)).rejects.toMatchObject({ code: 'file.invalid' });
  });
});

describe('clearing', () => {
  it('hides earlier rows behind a mark, also after reopening', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    await conversation(session, 'old');
    session.clear();
    expect(session.summary.firstRow).toBe(4);
    await conversation(session, 'new');
    const rows = await session.readRows(session.summary.firstRow, 100);
    expect(rows[0]).toMatchObject({ kind: 'note', flags: FLAG.cleared });
    expect(rows.slice(2).map((row) => row.preview)).toEqual(['new', 'new', '1000']);
    await engine.remove(session);
    const again = await engine.reopen(session.folder!);
    expect(again.summary.firstRow).toBe(4);
    expect((await again.readRows(1, 1))[0]!.preview).toBe('old');
  });
});

describe('ending a session', () => {
  it('leaves a note and every row on disk when the window closes', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    await session.connect();
    await session.send(text('last words'));
    await engine.dispose();
    const recording = openRecording(session.folder!);
    const rows = recording.readRows(0, 10);
    recording.close();
    expect(rows.map((row) => row.kind)).toEqual(['open', 'text', 'note', 'close']);
    expect(rows[2]!.preview).toMatch(/ended with its window/);
  });

  it('removes the recording of a temporary session', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` }, { keep: false });
    await conversation(session, 'secret');
    expect(readdirSync(recordingsFolder)).toHaveLength(1);
    await engine.remove(session);
    expect(readdirSync(recordingsFolder)).toEqual([]);
  });

  it('keeps the session on the list after a failure, and can be repeated', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` }, { keep: false });
    await conversation(session, 'secret');
    // Where a file of the recording belongs is a folder: it cannot be removed as a file.
    const blocking = join(session.folder!, 'frames.bin');
    mkdirSync(join(blocking, 'x'), { recursive: true });
    await expect(engine.remove(session)).rejects.toMatchObject({ code: 'disk.denied' });
    expect(engine.sessions).toEqual([session]);
    await expect(session.connect()).rejects.toMatchObject({ code: 'call.disposed' });
    rmSync(blocking, { recursive: true });
    await engine.remove(session);
    expect([engine.sessions, readdirSync(recordingsFolder)]).toEqual([[], []]);
  });

  it('removes nothing if the folder holds the recording of another session', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const folder = join(recordingsFolder, 'here');
    const first = engine.create({ url: `${server.url}/echo` }, { folder });
    await conversation(first, 'mine');
    await engine.remove(first);
    for (const end of ['remove', 'delete'] as const) {
      const second = engine.create({ url: `${server.url}/echo` }, { folder, keep: false });
      await expect(second.recordingReady()).rejects.toMatchObject({ code: 'disk.denied' });
      await engine[end](second);
      expect(await rowsOf(folder)).toHaveLength(4);
    }
  });

  it('leaves a recording marked as temporary after a crash, also when it is reopened', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` }, { keep: false });
    await conversation(session, 'secret');
    const left = join(recordingsFolder, 'left');
    cpSync(session.folder!, left, { recursive: true });
    rmSync(join(left, 'writer.lock'));
    const again = await engine.reopen(left);
    expect(again.summary.keep).toBe(false);
    await engine.remove(again);
    await engine.remove(session);
    expect(readdirSync(recordingsFolder)).toEqual([]);
  });

  it('deletes the recording with the session', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    await conversation(session, 'x');
    expect(session.summary.recordedBytes).toBeGreaterThan(4 * 32);
    await engine.delete(session);
    expect([engine.sessions, readdirSync(recordingsFolder)]).toEqual([[], []]);
  });
});
