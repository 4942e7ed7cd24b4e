import { setTimeout as soon } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/engine/session.ts';
import type { ConnectOptions, SessionState } from '../../../src/shared/session.ts';
import type { NoteDetail } from '../../../src/shared/timeline.ts';
import { testEngine, until } from '../../support/engine.ts';
import { fallibleServer } from '../../support/fallibleServer.ts';
import type { FallibleServer } from '../../support/fallibleServer.ts';
import { rawServer, switching } from '../../support/rawServer.ts';

const QUICK = { reconnect: 5, reconnectDelay: 20, reconnectMaxDelay: 60_000 };

/** An open session, and the events of its timeline since then. */
async function opened(server: { url: string }, options: Partial<ConnectOptions> = {}) {
  const { engine } = await testEngine();
  const kinds: string[] = [];
  const notes: NoteDetail[] = [];
  const states: SessionState[] = [];
  const session = engine.create(
    { url: server.url, ...QUICK, ...options },
    {
      tap: {
        onRow({ kind, payload }) {
          kinds.push(kind);
          if (kind === 'note') notes.push(JSON.parse(new TextDecoder().decode(payload)) as NoteDetail);
        },
      },
    },
  );
  session.onDidChange(() => {
    if (states.at(-1) !== session.state) states.push(session.state);
  });
  await session.connect();
  return { engine, session, kinds, notes, states };
}

const reaches = (session: Session, state: SessionState): Promise<void> =>
  until(session, () => session.state === state);

/** Aborts the open connections and continues to listen. */
function cut(server: FallibleServer): void {
  for (const client of server.clients) client.terminate();
}

describe('a session whose server goes down', () => {
  it('comes back in the same recording, with a note of each attempt and an open row of its own', async () => {
    const server = await fallibleServer();
    const { session, kinds, notes, states } = await opened(server);
    await server.down();
    await until(session, () => session.summary.attempt?.number === 3);
    expect(session.summary).toMatchObject({
      state: 'waiting',
      error: { code: 'tcp.refused' },
      attempt: { number: 3, of: 5 },
    });
    expect(session.summary.attempt!.nextAt).toBeGreaterThan(Date.now() - 1_000);
    await server.up();
    await reaches(session, 'open');

    expect(session.summary).toMatchObject({ error: undefined, attempt: undefined });
    expect(kinds.filter((kind) => kind === 'open')).toHaveLength(2);
    expect(notes.map(({ note, attempt }) => [note, attempt])).toEqual(
      notes.map((_, i) => ['reconnect', i + 1]),
    );
    expect(notes[1]).toMatchObject({ reason: 'tcp.refused' });
    expect(notes[1]!.text).toMatch(/^Reconnect 2 of 5 in \d+ ms: tcp\.refused\.$/);
    expect(states.slice(0, 4)).toEqual(['connecting', 'open', 'waiting', 'connecting']);
    await session.disconnect();
    const rows = await session.readRows(0, 100);
    expect(rows.map(({ kind }) => kind)).toEqual(kinds);
  });

  it('is given up after as many attempts in a row as there may be', async () => {
    const server = await fallibleServer();
    const { session, notes } = await opened(server, { reconnect: 2 });
    await server.down();
    await reaches(session, 'failed');
    expect(notes.map(({ text }) => text).at(-1)).toBe('Given up after 2 reconnects in a row: tcp.refused.');
    expect(session.summary).toMatchObject({ error: { code: 'tcp.refused' }, attempt: undefined });
    await soon(200);
    expect(session.state).toBe('failed');
  });

  it('is never connected twice at once', async () => {
    const server = await fallibleServer();
    const { session } = await opened(server);
    for (let round = 0; round < 5; round++) {
      cut(server);
      await reaches(session, 'waiting');
      await reaches(session, 'open');
    }
    expect(server.most).toBe(1);
    expect(server.requests).toHaveLength(6);
  });

  it('is no business of a session that may not reconnect', async () => {
    const server = await fallibleServer();
    const { session, notes } = await opened(server, { reconnect: 0 });
    cut(server);
    await reaches(session, 'closed');
    await soon(100);
    expect([notes.length, server.requests.length]).toEqual([0, 1]);
  });
});

describe('no reconnect', () => {
  it('follows a first handshake that fails', async () => {
    const server = await fallibleServer();
    server.status = 503;
    const { engine } = await testEngine();
    const session = engine.create({ url: server.url, ...QUICK });
    await expect(session.connect()).rejects.toMatchObject({ code: 'handshake.status' });
    await soon(100);
    expect([session.state, server.requests.length]).toEqual(['failed', 1]);
  });

  it.each([401, 404, 426])('follows an answer with %i', async (status) => {
    const server = await fallibleServer();
    const { session, notes } = await opened(server);
    server.status = status;
    cut(server);
    await reaches(session, 'failed');
    await soon(100);
    expect(server.requests).toHaveLength(2);
    expect(notes.at(-1)?.text).toBe(
      `No reconnect: HTTP ${status}, and another attempt would end the same way.`,
    );
  });

  it.each([503, 408, 425, 429])('is stopped by an answer with %i', async (status) => {
    const server = await fallibleServer();
    const { session } = await opened(server);
    server.status = status;
    cut(server);
    await until(session, () => session.summary.attempt?.number === 2);
    server.status = 101;
    await reaches(session, 'open');
  });

  it.each([1000, 1008, 4001])('follows a close with %i', async (code) => {
    const server = await fallibleServer((socket) => setTimeout(() => socket.close(code), 20));
    const { session, notes } = await opened(server);
    await reaches(session, 'closed');
    await soon(100);
    expect(server.requests).toHaveLength(1);
    expect(notes).toHaveLength(code === 1000 ? 0 : 1);
  });

  it.each([1001, 1012])('is held back by a close with %i', async (code) => {
    let first = true;
    const server = await fallibleServer((socket) => {
      if (first) setTimeout(() => socket.close(code), 20);
      first = false;
    });
    const { session, notes } = await opened(server);
    await reaches(session, 'waiting');
    await reaches(session, 'open');
    expect(notes[0]?.reason).toBe(`the server closed with ${code}`);
  });

  it('follows a requested end of any kind', async () => {
    for (const end of [
      (session: Session) => session.disconnect(),
      (session: Session) => Promise.resolve(session.terminate()),
      (session: Session) => session.disconnect(4000, 'bye'),
    ]) {
      const server = await fallibleServer();
      const { session, notes } = await opened(server);
      await end(session);
      await reaches(session, 'closed');
      await soon(60);
      expect([session.state, notes.length, server.requests.length]).toEqual(['closed', 0, 1]);
    }
  });
});

describe('the wait for a reconnect', () => {
  const LONG = { reconnectDelay: 30_000, reconnectMaxDelay: 60_000 };

  it('stops at once', async () => {
    const server = await fallibleServer();
    const { session } = await opened(server, LONG);
    cut(server);
    await reaches(session, 'waiting');
    const before = performance.now();
    await session.disconnect();
    expect(performance.now() - before).toBeLessThan(500);
    expect(session.summary).toMatchObject({ state: 'closed', attempt: undefined });
  });

  it('ends with a connect, which begins at once', async () => {
    const server = await fallibleServer();
    const { session } = await opened(server, LONG);
    cut(server);
    await reaches(session, 'waiting');
    await session.connect();
    expect(session.state).toBe('open');
    expect(server.requests).toHaveLength(2);
  });

  it('continues if that attempt fails', async () => {
    const server = await fallibleServer();
    const { session } = await opened(server, LONG);
    await server.down();
    await reaches(session, 'waiting');
    await expect(session.connect()).rejects.toMatchObject({ code: 'tcp.refused' });
    expect(session.summary).toMatchObject({ state: 'waiting', attempt: { number: 2 } });
  });

  it('refuses calls that need a connection', async () => {
    const server = await fallibleServer();
    const { session } = await opened(server, LONG);
    cut(server);
    await reaches(session, 'waiting');
    const message = { kind: 'text', data: new Uint8Array(1) } as const;
    await expect(session.send(message)).rejects.toMatchObject({ message: /session is waiting/ });
    expect(() => session.reconfigure({ heartbeat: 5 })).toThrow(/session is waiting: disconnect it/);
  });

  it('ends with its session', async () => {
    const server = await fallibleServer();
    const { engine, session } = await opened(server);
    cut(server);
    await reaches(session, 'waiting');
    await engine.remove(session);
    await soon(200);
    expect(server.requests).toHaveLength(1);
    expect(session.state).toBe('closed');
  });

  it('is over at once when the machine wakes up', async () => {
    const server = await fallibleServer();
    const { session, notes } = await opened(server, LONG);
    cut(server);
    await reaches(session, 'waiting');
    session.onSystemEvent('offline', 0);
    expect(session.state).toBe('waiting');
    session.onSystemEvent('resumed', 3_600_000);
    await reaches(session, 'open');
    // This machine itself needs no network.
    expect(notes.map(({ note }) => note)).toEqual(['reconnect', 'resumed']);
  });
});

describe('an attempt that hangs', () => {
  it('is stopped within a second', async () => {
    let requests = 0;
    const { url } = await rawServer((socket, request) => {
      if (++requests > 1) return;
      socket.write(switching(request));
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
    const { session } = await opened({ url });
    await reaches(session, 'waiting');
    await reaches(session, 'connecting');
    const before = performance.now();
    await session.disconnect();
    expect(performance.now() - before).toBeLessThan(1_000);
    await soon(100);
    expect([session.state, session.summary.attempt]).toEqual(['closed', undefined]);
  });
});

describe('fifty sessions whose server goes down', () => {
  it('wait for different times, stop at once, and leave nothing behind', async () => {
    const server = await fallibleServer();
    const { engine } = await testEngine();
    const options = { url: server.url, ...QUICK, reconnect: 100, reconnectDelay: 200 };
    const sessions = Array.from({ length: 50 }, () => engine.create(options));
    await Promise.all(sessions.map((session) => session.connect()));
    await server.down();
    await Promise.all(
      sessions.map((session) => until(session, () => (session.summary.attempt?.number ?? 0) >= 2)),
    );
    const waits = sessions.map(({ summary }) => summary.attempt?.nextAt);
    expect(new Set(waits).size).toBeGreaterThan(10);
    const before = performance.now();
    await Promise.all(sessions.map((session) => session.disconnect()));
    expect(performance.now() - before).toBeLessThan(1_000);
    await server.up();
    await soon(600);
    expect(sessions.every(({ state }) => state === 'closed')).toBe(true);
    expect(server.requests).toHaveLength(50);
  });

  it('all come back, once each', async () => {
    const server = await fallibleServer();
    const { engine } = await testEngine();
    const options = { url: server.url, ...QUICK, reconnect: 100, reconnectMaxDelay: 300 };
    const sessions = Array.from({ length: 50 }, () => engine.create(options));
    await Promise.all(sessions.map((session) => session.connect()));
    await server.down();
    await Promise.all(sessions.map((session) => reaches(session, 'waiting')));
    await server.up();
    await Promise.all(sessions.map((session) => reaches(session, 'open')));
    expect(server.requests).toHaveLength(100);
    expect(server.most).toBe(50);
  });
});
