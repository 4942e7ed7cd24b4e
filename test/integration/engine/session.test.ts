import { describe, expect, it, vi } from 'vitest';
import { openRecording } from '../../../src/engine/recordingFile.ts';
import type { SessionState } from '../../../src/shared/session.ts';
import type { OpenDetail } from '../../../src/shared/timeline.ts';
import { demoServer, testEngine, until } from '../../support/engine.ts';
import { rawServer } from '../../support/rawServer.ts';

const text = (content: string) => ({ kind: 'text' as const, data: new TextEncoder().encode(content) });

describe('a session', () => {
  it('connects, sends, receives, closes, and all of it can be read back', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    expect(session.summary).toMatchObject({ state: 'idle', in: { messages: 0, bytes: 0 }, error: undefined });

    await session.connect();
    await session.send(text('{"a":1.0}'));
    await session.send({ kind: 'binary', data: new Uint8Array([1, 2]) });
    await session.ping(new TextEncoder().encode('hi'));
    await until(session, () => session.summary.in.messages === 2 && session.rows >= 7);
    await session.disconnect(1000, 'bye');

    expect(session.summary).toMatchObject({
      state: 'closed',
      in: { messages: 2, bytes: 11 },
      out: { messages: 2, bytes: 11 },
    });
    const rows = await session.readRows(0, 100);
    expect(rows.map((row) => row.seq)).toEqual(rows.map((_, i) => i));
    expect(rows.map((row) => row.time)).toEqual(rows.map((row) => row.time).sort((a, b) => a - b));
    const story = rows.map(({ kind, direction, preview }) => `${kind} ${direction} ${preview}`);
    expect(story[0]).toMatch(/^open none HTTP 101/);
    expect(story.at(-1)).toBe('close out 1000 bye');
    expect(story.slice(1, -1).sort()).toEqual([
      'binary in 01 02',
      'binary out 01 02',
      'ping out hi',
      'pong in hi',
      'text in {"a":1.0}',
      'text out {"a":1.0}',
    ]);
  });

  it('reports its states in order, each at once', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    const states: SessionState[] = [];
    session.onDidChange(() => {
      const { state } = session.summary;
      if (states.at(-1) !== state) states.push(state);
    });
    await session.connect();
    await session.disconnect();
    expect(states).toEqual(['connecting', 'open', 'closing', 'closed']);
  });

  it('shows the last rows of a connection with its end, without the delay that joins changes', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/burst?n=3` });
    await session.recordingReady();
    // Every delay lasts forever.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      await session.connect();
      await until(session, () => session.rows === 5);
      expect(session.state).toBe('closed');
    } finally {
      vi.useRealTimers();
    }
  });

  it('connects again in the same recording, with an open row of its own', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    for (let round = 0; round < 2; round++) {
      await session.connect();
      await session.disconnect();
    }
    const kinds = (await session.readRows(0, 10)).map((row) => row.kind);
    expect(kinds).toEqual(['open', 'close', 'open', 'close']);
  });

  it('keeps status, headers and body of a refused handshake, and can try again', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/refuse?status=403` });
    await expect(session.connect()).rejects.toMatchObject({ code: 'handshake.status' });
    expect(session.summary).toMatchObject({ state: 'failed', error: { code: 'handshake.status' } });
    await until(session, () => session.rows === 1);
    const recording = openRecording(session.folder!);
    const detail = JSON.parse(new TextDecoder().decode(recording.readPayload(0))) as Record<string, unknown>;
    recording.close();
    expect(detail).toMatchObject({ code: 'handshake.status', status: 403 });
    expect(detail.body).not.toBe('');
    expect(detail.headers).not.toEqual([]);
    await expect(session.connect()).rejects.toMatchObject({ code: 'handshake.status' });
  });

  it('refuses calls that are not possible now, with a remedy', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    await expect(session.send(text('x'))).rejects.toMatchObject({
      code: 'call.invalid',
      message: /connect it/,
    });
    await expect(session.ping()).rejects.toMatchObject({ code: 'call.invalid' });
    await expect(session.disconnect(1005)).rejects.toMatchObject({ message: /reserved/ });
    await expect(session.disconnect(1000, 'x'.repeat(124))).rejects.toMatchObject({
      message: /shorten it to 123/,
    });
    await session.connect();
    await expect(session.connect()).rejects.toMatchObject({ code: 'call.invalid' });
    await expect(session.ping(new Uint8Array(126))).rejects.toMatchObject({ message: /shorten it to 125/ });
    expect(session.summary.state).toBe('open');
  });

  it('refuses invalid options before anything connects', async () => {
    const { engine } = await testEngine();
    expect(() => engine.create({ url: 'http://x' })).toThrow(/ws:\/\//);
    expect(() => engine.create({ url: 'ws://x', headers: [['A', 'b\r\nC: d']] })).toThrow(/line break/);
    expect(engine.sessions).toEqual([]);
  });

  it('cancels a handshake that hangs within a second', async () => {
    const { engine } = await testEngine();
    const { url } = await rawServer(() => {});
    const session = engine.create({ url });
    const connecting = session.connect();
    const cancelled = expect(connecting).rejects.toMatchObject({ code: 'call.cancelled' });
    const started = Date.now();
    await session.disconnect();
    await cancelled;
    expect(Date.now() - started).toBeLessThan(1000);
    expect(session.summary).toMatchObject({ state: 'closed', error: undefined });
  });

  it('shows the close of the server with any code', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/close?code=4001&reason=why` });
    await session.connect();
    await until(session, () => session.summary.state === 'closed' && session.rows === 2);
    expect((await session.readRows(1, 1))[0]).toMatchObject({
      kind: 'close',
      direction: 'in',
      preview: '4001 why',
    });
  });

  it('reports an unexpected end until it connects again', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/close?code=1008&reason=policy` });
    await session.connect();
    await until(session, () => session.summary.state === 'closed');
    expect(session.summary).toMatchObject({ error: undefined, end: { code: 1008, reason: 'policy' } });
    session.reconfigure({ url: `${server.url}/close?code=1006` });
    await session.connect();
    await until(session, () => session.summary.state === 'closed');
    expect(session.summary.end).toEqual({ code: 1006, reason: '' });
    session.reconfigure({ url: `${server.url}/close?code=1000` });
    await session.connect();
    await until(session, () => session.summary.state === 'closed');
    expect(session.summary.end).toBeUndefined();
    session.reconfigure({ url: `${server.url}/echo` });
    await session.connect();
    await session.disconnect(4000, 'ours');
    expect(session.summary.end).toBeUndefined();
  });

  it('shows rows to a tap as they happen, numbered as in the recording', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const seen: string[] = [];
    const tap = {
      onRow: ({ seq, kind, payload }: { seq: number; kind: string; payload: Uint8Array }) =>
        void seen.push(`${seq} ${kind} ${kind === 'text' ? new TextDecoder().decode(payload) : ''}`.trim()),
    };
    const session = engine.create({ url: `${server.url}/echo` }, { tap });
    await session.connect();
    await session.send(text('x'));
    await until(session, () => session.summary.in.messages === 1);
    await session.disconnect();
    expect(seen).toEqual(['0 open', '1 text x', '2 text x', '3 close']);
  });

  it('can be renamed, also in its recording', async () => {
    const { engine } = await testEngine();
    const session = engine.create({ url: 'ws://127.0.0.1:9/path' });
    expect(session.summary.name).toBe('127.0.0.1:9/path');
    session.rename('mine');
    await engine.remove(session);
    expect(engine.sessions).toEqual([]);
    expect(openRecording(session.folder!).manifest.name).toBe('mine');
  });

  it('records to the given folder, and refuses one that already holds a recording', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const folder = `${recordingsFolder}/here`;
    const first = engine.create({ url: server.url }, { folder });
    await first.recordingReady();
    const second = engine.create({ url: server.url }, { folder });
    await expect(second.recordingReady()).rejects.toMatchObject({
      code: 'disk.denied',
      message: /exists already/,
    });
  });

  it('never continues the recording of another session, after any number of attempts', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const folder = `${recordingsFolder}/here`;
    const first = engine.create({ url: `${server.url}/echo` }, { folder });
    await first.recordingReady();
    const second = engine.create({ url: `${server.url}/echo` }, { folder });
    await second.connect();
    await second.send(text('elsewhere'));
    await until(second, () => second.summary.in.messages === 1);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(second.summary.unrecorded).toMatchObject({ messages: 3 });
    expect(openRecording(folder).rows).toBe(0);
  });
});

describe('secrets', () => {
  it('are in no recording, summary or error', async () => {
    const [{ engine, errors }, server] = [await testEngine(), await demoServer()];
    const url = `${server.url.replace('//', '//me:canary1@')}/echo?token=canary2`;
    const headers = [['Cookie', 'sid=canary3'] as const, ['X-Api-Key', 'canary4'] as const];
    // Some servers take a token as a subprotocol, and choose it.
    const subprotocols = [`canary5.${'x'.repeat(60)}`];
    const session = engine.create({ url, headers, subprotocols });
    await session.connect();
    await session.disconnect();
    await engine.remove(session);
    const recording = openRecording(session.folder!);
    const rows = recording.readPage(0, 100).map(({ payload }) => new TextDecoder().decode(payload));
    recording.close();
    const open = JSON.parse(rows[0]!) as OpenDetail;
    expect(open.status).toBe(101);
    const everything = JSON.stringify([recording.manifest, rows, session.summary, errors.map(String)]);
    expect(everything).not.toMatch(/canary/);
    expect(recording.manifest.requestHeaders).toEqual([
      ['Cookie', '••••'],
      ['X-Api-Key', '••••'],
      ['Sec-WebSocket-Protocol', '••••'],
    ]);
  });
});
