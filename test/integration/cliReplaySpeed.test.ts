import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { recordingOf } from '../support/recordingOf.ts';
import { type TestRow } from '../support/recordings.ts';
import { duplex, endAll, start } from './cliProcess.ts';

const servers: WebSocketServer[] = [];
afterEach(() => {
  endAll();
  for (const server of servers.splice(0)) {
    for (const client of server.clients) client.terminate();
    server.close();
  }
});

const MESSAGES = 5;

/** Messages with 400 ms between them, which one side sends: 1.6 s from the first to the last. */
function conversation(direction: 'in' | 'out', gap = 400, count = MESSAGES): Promise<string> {
  const messages = Array.from({ length: count }, (_, n): TestRow => ({
    direction,
    payload: `tick ${n}`,
    time: n * gap * 1000,
  }));
  return recordingOf([
    { kind: 'open', direction: 'none', payload: '{"status":101,"protocol":""}' },
    ...messages,
    { kind: 'close', direction, payload: '{"code":4001,"reason":"end"}', time: count * gap * 1000 },
  ]);
}

/** Milliseconds from the first message of a replayed server to the last one. */
async function served(recording: string, speed: string): Promise<number> {
  const server = start(['serve', '--replay', recording, '--port', '0', '--speed', speed]);
  await server.prints(/^ws:\S+\n/);
  const socket = new WebSocket(/^ws:\S+/.exec(server.stdout())![0]);
  const times: number[] = [];
  socket.on('message', () => times.push(performance.now()));
  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(4001);
  return times.at(-1)! - times[0]!;
}

/** Milliseconds from the first message of a replayed client to the last one. */
async function replayed(recording: string, speed: string): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  servers.push(server);
  await once(server, 'listening');
  const times: number[] = [];
  server.on('connection', (socket) => socket.on('message', () => times.push(performance.now())));
  const { port } = server.address() as { port: number };
  const url = `ws://127.0.0.1:${port}/`;
  const { status } = await duplex(['replay', recording, '--to', url, '--speed', speed]);
  expect([status, times.length]).toEqual([0, MESSAGES]);
  return times.at(-1)! - times[0]!;
}

describe.each([
  ['serve --replay', 'in', served],
  ['replay', 'out', replayed],
] as const)('the speed of duplex %s', (_, direction, play) => {
  it.each([
    ['original', 1550, 5000],
    // A busy machine may be late, but not four times as late.
    ['x4', 350, 1200],
    ['max', 0, 350],
  ])('%s takes from %d to %d ms for 1.6 s', async (speed, least, most) => {
    const took = await play(await conversation(direction), speed);
    expect(took).toBeGreaterThanOrEqual(least);
    expect(took).toBeLessThan(most);
  });
});

it('a recording with 2,000 messages a second keeps its second', async () => {
  const took = await served(await conversation('in', 0.5, 2_000), 'original');
  expect(took).toBeGreaterThan(950);
  expect(took).toBeLessThan(5_000);
});
