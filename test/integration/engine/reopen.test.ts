import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deleteRecording } from '../../../src/engine/recordings.ts';
import { openRecording } from '../../../src/engine/recordingFile.ts';
import type { Session } from '../../../src/engine/session.ts';
import { FLAG } from '../../../src/shared/timeline.ts';
import { demoServer, testEngine, until } from '../../support/engine.ts';

const text = (content: string) => ({ kind: 'text' as const, data: new TextEncoder().encode(content) });

async function conversation(session: Session, ...messages: string[]): Promise<void> {
  await session.connect();
  const before = session.summary.in.messages;
  for (const message of messages) await session.send(text(message));
  await until(session, () => session.summary.in.messages === before + messages.length);
  await session.disconnect();
}

const previews = async (session: Session): Promise<string[]> =>
  (await session.readRows(0, 100)).filter((row) => row.kind !== 'open').map((row) => row.preview);

describe('reopening a recording', () => {
  it('shows what was recorded, connects only when told to, and goes on in the same files', async () => {
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

  it('by another path leads to the session that has the folder, also while it is live', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    await session.recordingReady();
    await session.connect();
    const link = join(recordingsFolder, 'link');
    symlinkSync(session.folder!, link, 'junction');
    expect(await engine.reopen(`${session.folder!}/`)).toBe(session);
    expect(await engine.reopen(link)).toBe(session);
    // Whoever has no session for it, such as the Recordings view, cannot delete it either.
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

  it('twice at once gives one session', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const original = engine.create({ url: server.url });
    await original.recordingReady();
    await engine.remove(original);
    const [one, two] = await Promise.all([engine.reopen(original.folder!), engine.reopen(original.folder!)]);
    expect(one).toBe(two);
    expect(engine.sessions).toEqual([one]);
  });

  it('answers the session that uses the folder already', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: server.url });
    await session.recordingReady();
    await expect(engine.reopen(session.folder!)).resolves.toBe(session);
  });

  it('refuses a folder that a live process writes, and takes over that of a dead one', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const original = engine.create({ url: server.url });
    await original.recordingReady();
    await engine.remove(original);
    const lock = join(original.folder!, 'writer.lock');
    // Process 1 is always there.
    writeFileSync(lock, '1');
    await expect(engine.reopen(original.folder!)).rejects.toMatchObject({
      code: 'disk.denied',
      message: /another window or program \(process 1\)/,
    });
    expect(engine.sessions).toEqual([]);
    expect(readFileSync(lock, 'utf8')).toBe('1');
    // Reading is free: only writing is one at a time.
    expect(openRecording(original.folder!).rows).toBe(0);

    writeFileSync(lock, '999999999');
    const session = await engine.reopen(original.folder!);
    expect(readFileSync(lock, 'utf8').split(' ')[0]).toBe(String(process.pid));
    await engine.remove(session);
    expect(existsSync(lock)).toBe(false);
    expect(readdirSync(recordingsFolder)).toHaveLength(1);
  });

  it('of a folder that is no recording says so', async () => {
    const { engine, recordingsFolder } = await testEngine();
    await expect(engine.reopen(recordingsFolder)).rejects.toMatchObject({ code: 'file.invalid' });
  });
});

describe('clearing', () => {
  it('hides what came before behind a mark, also when the recording is opened again', async () => {
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

describe('ending', () => {
  it('of a window leaves a note and every row on disk', async () => {
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

  it('removes the recording of a session that keeps nothing', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` }, { keep: false });
    await conversation(session, 'secret');
    expect(readdirSync(recordingsFolder)).toHaveLength(1);
    await engine.remove(session);
    expect(readdirSync(recordingsFolder)).toEqual([]);
  });

  it('by a crash leaves a recording that says that it is not kept, also when it is opened again', async () => {
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

  it('by deletion removes the recording with the session', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    await conversation(session, 'x');
    expect(session.summary.recordedBytes).toBeGreaterThan(4 * 32);
    await engine.delete(session);
    expect([engine.sessions, readdirSync(recordingsFolder)]).toEqual([[], []]);
  });
});
