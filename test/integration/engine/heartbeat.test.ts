import type { Socket } from 'node:net';
import { setTimeout as soon } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/engine/session.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import { demoServer, testEngine, until } from '../../support/engine.ts';
import { rawServer, switching } from '../../support/rawServer.ts';
import { readFrames, wireFrame, wireHeader } from '../../support/wire.ts';

/**
 * A server that answers the handshake and then does only what `serve` does, like the peer of a half-open connection.
 */
async function silentServer(serve: (socket: Socket) => void = () => undefined) {
  let connections = 0;
  const { url } = await rawServer((socket, request) => {
    connections++;
    socket.write(switching(request));
    serve(socket);
  });
  return { url, connections: () => connections };
}

async function opened(options: { url: string } & Partial<ConnectOptions>): Promise<Session> {
  const { engine } = await testEngine();
  const session = engine.create({ deflate: false, ...options });
  await session.connect();
  return session;
}

const previews = async (session: Session): Promise<string[]> =>
  (await session.readRows(0, 100)).map(({ kind, direction, preview }) => `${kind} ${direction} ${preview}`);

describe('a heartbeat', () => {
  it('times round trips with pings of its own', async () => {
    const { url } = await demoServer();
    // Two intervals without an answer end the connection: a busy machine may need more than 100 ms.
    const session = await opened({ url, heartbeat: 300 });
    await until(session, () => (session.summary.roundTrip?.answered ?? 0) >= 3);
    const { last, min, mean, max, lost } = session.summary.roundTrip!;
    expect(lost).toBe(0);
    expect([last, min, mean].every((time) => time > 0 && time <= max)).toBe(true);
    expect(min).toBeLessThanOrEqual(mean);
    await session.disconnect();
    const rows = await previews(session);
    expect(rows.slice(1, 3)).toEqual(['ping out duplex-heartbeat 1', 'pong in duplex-heartbeat 1']);
    expect(session.state).toBe('closed');
  });

  it('finds a half-open connection within two intervals', async () => {
    const { url } = await silentServer();
    const session = await opened({ url, heartbeat: 300 });
    const started = performance.now();
    await until(session, () => session.state === 'closed');
    const took = performance.now() - started;
    expect(took).toBeGreaterThan(500);
    expect(took).toBeLessThan(1_000);
    expect(session.summary).toMatchObject({
      error: { code: 'heartbeat.lost', message: /^Nothing came for 0\.6 s/ },
      roundTrip: { lost: 1, answered: 0 },
    });
    await until(session, () => session.rows === 4);
    expect((await previews(session)).map((row) => row.split(' ')[0])).toEqual([
      'open',
      'ping',
      'error',
      'close',
    ]);
  });

  it('connects again if reconnects are on', async () => {
    const server = await silentServer();
    const session = await opened({ url: server.url, heartbeat: 60, reconnect: 3, reconnectDelay: 20 });
    await until(session, () => server.connections() >= 3);
    session.terminate();
    await session.disconnect();
    await until(session, () => session.rows > 8);
    expect((await previews(session)).join('\n')).toMatch(/Reconnect 1 of 3 in \d+ ms: heartbeat\.lost/);
  });

  it('lets a long message arrive at any speed', async () => {
    const { url } = await silentServer((socket) => {
      socket.write(wireHeader(0x82, 20));
      let left = 20;
      const timer = setInterval(() => {
        socket.write('x');
        if (--left === 0) clearInterval(timer);
      }, 40);
      socket.on('close', () => clearInterval(timer));
    });
    const session = await opened({ url, heartbeat: 100 });
    await until(session, () => session.summary.in.messages === 1 || session.state !== 'open');
    expect(session.summary.in).toEqual({ messages: 1, bytes: 20 });
  });

  it('does not take a pause of ours for silence of the server', async () => {
    const { url } = await demoServer();
    const session = await opened({ url, heartbeat: 60 });
    const goOn = session.hold();
    await soon(500);
    expect(session.state).toBe('open');
    goOn();
    await until(session, () => (session.summary.roundTrip?.answered ?? 0) >= 1);
    expect(session.state).toBe('open');
  });

  it('asks at once when the machine wakes up', async () => {
    const { url } = await demoServer();
    for (const [heartbeat, ping] of [
      [60_000, 'ping out duplex-heartbeat 1'],
      [0, 'ping out'],
    ] as const) {
      const session = await opened({ url, heartbeat });
      session.onSystemEvent('resumed', 3_600_000);
      await until(session, () => session.rows >= 4);
      const rows = (await previews(session)).map((row) => row.trim());
      expect(rows[1]).toMatch(/^note none This machine slept for about 60 min: a ping tells/);
      expect(rows[2]).toBe(ping);
      expect(rows[3]).toMatch(/^pong in/);
    }
  });
});

describe('without a heartbeat', () => {
  it('pings of the user give round trips, and the time of the last received bytes', async () => {
    const { url } = await demoServer();
    const session = await opened({ url });
    expect(session.summary).toMatchObject({ roundTrip: undefined, lastReceivedAt: undefined });
    const before = Date.now();
    await session.ping(new TextEncoder().encode('mine'));
    await until(session, () => session.summary.roundTrip !== undefined);
    expect(session.summary.roundTrip).toMatchObject({ answered: 1, lost: 0 });
    expect(session.summary.lastReceivedAt).toBeGreaterThan(before - 50);
    expect(session.summary.lastReceivedAt).toBeLessThan(Date.now() + 50);
  });

  it('a half-open connection stays open, and its idleness is seen', async () => {
    const { url } = await silentServer((socket) => socket.write(wireFrame(0x81, 'hello')));
    const session = await opened({ url });
    await until(session, () => session.summary.in.messages === 1);
    const at = session.summary.lastReceivedAt;
    await soon(300);
    expect(session.summary).toMatchObject({ state: 'open', lastReceivedAt: at });
    expect(Date.now() - at!).toBeGreaterThan(250);
  });

  it('a ping that the connection did not outlive is lost', async () => {
    const { url } = await silentServer((socket) => readFrames(socket, () => socket.resetAndDestroy()));
    const session = await opened({ url });
    await session.ping();
    await until(session, () => session.state === 'closed');
    expect(session.summary.roundTrip).toMatchObject({ answered: 0, lost: 1 });
  });
});

describe('the end of a connection', () => {
  it('is immediate by force, for any server', async () => {
    // It reads nothing, answers nothing and never closes TCP.
    const { url } = await silentServer((socket) => socket.pause());
    const session = await opened({ url, closeTimeout: 60_000 });
    for (let i = 0; i < 40; i++)
      session.send({ kind: 'binary', data: new Uint8Array(1 << 20) }).catch(() => undefined);
    await soon(100);
    expect(session.summary.pendingBytes).toBeGreaterThan(1 << 20);
    void session.disconnect();
    expect(session.state).toBe('closing');
    const before = performance.now();
    session.terminate();
    await until(session, () => session.state === 'closed');
    expect(performance.now() - before).toBeLessThan(100);
    expect(session.summary.pendingBytes).toBe(0);
  });

  it('is reported within a second if the server dies in the middle of a message, with the received bytes', async () => {
    const size = 64 * 1024 * 1024;
    const { url } = await silentServer((socket) => {
      socket.write(wireHeader(0x82, size));
      socket.write(new Uint8Array(500_000), () => setTimeout(() => socket.resetAndDestroy(), 50));
    });
    const session = await opened({ url });
    const started = performance.now();
    await until(session, () => session.state === 'closed');
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(session.summary).toMatchObject({
      in: { messages: 0, bytes: 0 },
      error: { code: 'tcp.reset', message: /500000 of 67108864 bytes/ },
    });
    await until(session, () => session.rows === 3);
    expect((await previews(session)).map((row) => row.split(' ')[0])).toEqual(['open', 'error', 'close']);
  });
});

describe('a server that accepts TCP and never answers in HTTP', () => {
  it('is given up after the time-out, which names itself', async () => {
    const { url } = await rawServer(() => undefined);
    const { engine } = await testEngine();
    const session = engine.create({ url, handshakeTimeout: 200 });
    await expect(session.connect()).rejects.toMatchObject({
      code: 'handshake.timeout',
      message: /within 0\.2 s/,
    });
    expect(session.state).toBe('failed');
  });
});
