import { connect, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { rawServer, switching } from '../support/rawServer.ts';
import { closePayload, maskFrames, readFrames, wireFrame } from '../support/wire.ts';
import { duplex, endAll, start } from './cliProcess.ts';
import { requestFolder } from './requestFolder.ts';

const folder = requestFolder({});
afterEach(endAll);
afterAll(() => folder.remove());

/** A frame as its first byte and its payload. */
type Frame = readonly [first: number, payload: string];

/**
 * The first frames from the server of the recording: fragments of several sizes, with empty ones and a ping among
 * them.
 */
const GREETING: readonly Frame[] = [
  [0x01, 'frag'],
  [0x00, ''],
  [0x80, 'ment'],
  [0x89, 'beat'],
  [0x02, 'x'.repeat(70_000)],
  [0x80, 'y'],
  [0x81, 'whole'],
];
const END: Frame = [0x88, closePayload(4001, 'enough').toString('latin1')];
const CALL: readonly Frame[] = [
  [0x01, 'abcd'],
  [0x00, 'efgh'],
  [0x80, 'ij'],
];

const onWire = (frames: readonly Frame[]): Buffer =>
  Buffer.concat(frames.map(([first, payload]) => wireFrame(first, Buffer.from(payload, 'latin1'))));

function collect(socket: Socket, into: Frame[], onFrame: (frame: Frame) => void = () => {}): void {
  readFrames(socket, ({ first, payload }) => {
    const frame = [first, payload.toString('latin1')] as const;
    into.push(frame);
    onFrame(frame);
  });
}

/** A server that greets, and closes after a message. @returns the frames of each of its clients */
async function server(): Promise<{ url: string; clients: Frame[][] }> {
  const clients: Frame[][] = [];
  const { url } = await rawServer((socket, request) => {
    const came: Frame[] = [];
    clients.push(came);
    collect(socket, came, ([first]) => {
      // The message is whole.
      if ((first & 0x8f) === 0x80 || first === 0x81) socket.write(onWire([END]));
      if (first === 0x88) socket.end();
    });
    socket.write(switching(request));
    socket.write(onWire(GREETING));
  });
  return { url, clients };
}

/** A client that sends a message in the recorded fragments. @returns all frames up to the close */
async function ask(url: string): Promise<Frame[]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET / HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  );
  const came: Frame[] = [];
  let head = '';
  await new Promise<void>((resolve) => {
    const read = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      socket.off('data', read).pause();
      socket.unshift(Buffer.from(head.slice(end + 4), 'latin1'));
      resolve();
    };
    socket.on('data', read);
  });
  await new Promise<void>((resolve) => {
    collect(socket, came, ([first]) => {
      if (first === 0x88) resolve();
    });
    socket.resume();
    socket.write(maskFrames(onWire(CALL)));
  });
  socket.destroy();
  return came;
}

async function recorded(name: string, ...options: string[]): Promise<string> {
  const { url } = await server();
  const path = join(folder.path, name);
  const sent = ['--fragment-size', '4B', '--send', 'abcdefghij', '--wait', '20s'];
  const { stderr } = await duplex(['connect', url, '--record', path, ...sent, ...options]);
  expect(stderr).toBe('');
  return path;
}

const WHOLE = 'duplex: The recording has no frame details: each message is sent in one frame.\n';

describe('a replay of a recording with frame details', () => {
  it('gives a client the same frames: fragments, empty ones, pings and the close', async () => {
    const { url } = await server();
    const original = await ask(url);
    expect(original).toEqual([...GREETING, END]);
    const recording = await recorded('served', '--frames');
    const served = start(['serve', '--replay', recording, '--port', '0', '--speed', 'max']);
    await served.prints(/^ws:\S+\n/);
    expect(await ask(/^ws:\S+/.exec(served.stdout())![0])).toEqual(original);
    expect(served.stderr()).toBe('');
  });

  it('gives a server the same frames', async () => {
    const recording = await recorded('sent', '--frames');
    const { url, clients } = await server();
    const { status, stderr } = await duplex(['replay', recording, '--to', url, '--speed', 'max']);
    expect([status, stderr]).toEqual([0, '']);
    const messages = clients[0]!.filter(([first]) => (first & 0x0f) < 8);
    expect(messages).toEqual(CALL);
  });
});

describe('a replay of a recording without frame details', () => {
  it('says once that it sends whole messages, and does', async () => {
    const recording = await recorded('plain');
    const served = start(['serve', '--replay', recording, '--port', '0', '--speed', 'max']);
    await served.prints(/^ws:\S+\n/);
    const url = /^ws:\S+/.exec(served.stdout())![0];
    for (let client = 0; client < 2; client++)
      expect(await ask(url)).toEqual([
        [0x81, 'fragment'],
        [0x89, 'beat'],
        [0x82, `${'x'.repeat(70_000)}y`],
        [0x81, 'whole'],
        END,
      ]);
    expect(served.stderr()).toBe(WHOLE);
  });

  it('does not say so if only divergences are asked for', async () => {
    const recording = await recorded('quiet');
    const { url, clients } = await server();
    const replay = ['replay', recording, '--to', url, '--speed', 'max'];
    expect((await duplex(replay)).stderr).toBe(WHOLE);
    expect((await duplex([...replay, '--quiet'])).stderr).not.toContain('frame details');
    for (const came of clients)
      expect(came.filter(([first]) => (first & 0x0f) < 8)).toEqual([[0x81, 'abcdefghij']]);
  });
});
