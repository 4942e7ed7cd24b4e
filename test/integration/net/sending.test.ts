import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import type { Connection } from '../../../src/net/connection.ts';
import { createConnector } from '../../../src/net/wsConnection.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import { frame, rawServer, switching } from '../../support/rawServer.ts';
import { readFrames } from '../../support/wire.ts';
import type { ReceivedFrame } from '../../support/wire.ts';

interface Met {
  readonly connection: Connection;
  readonly server: Socket;
  /** Frames that the server received. */
  readonly received: ReceivedFrame[];
  readonly told: string[];
  readonly ended: Promise<void>;
}

/** Connects to a server that only listens, and answers once it is open. */
async function meet(options: Partial<ConnectOptions> = {}, extension?: string): Promise<Met> {
  const received: ReceivedFrame[] = [];
  let server: Socket | undefined;
  const { url } = await rawServer((socket, request) => {
    server = socket;
    socket.write(extension === undefined ? switching(request) : switching(request, extension));
    readFrames(socket, (each) => received.push(each));
  });
  return new Promise((resolve) => {
    const told: string[] = [];
    let end: () => void = () => {};
    const ended = new Promise<void>((resolveEnd) => (end = resolveEnd));
    const connection = createConnector()(
      connectOptions({ url, deflate: false, closeTimeout: 200, ...options }),
      {
        onOpen: () => resolve({ connection, server: server!, received, told, ended }),
        onMessage: () => {},
        onControl: (kind, direction, payload) =>
          told.push(`${kind} ${direction} ${Buffer.from(payload).toString()}`),
        onError: ({ code }) => told.push(code),
        onEnd: (close) => {
          told.push(`end ${close?.code}`);
          end();
        },
      },
    );
  });
}

/** First byte and payload of each, in short. */
const inShort = (frames: readonly ReceivedFrame[]): string[] =>
  frames.map(({ first, payload }) => `${first.toString(16)} ${Buffer.from(payload).toString()}`);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('sending in fragments', () => {
  it('splits a message, the last fragment final', async () => {
    const { connection, received } = await meet({ fragmentSize: 4 });
    await connection.send('text', Buffer.from('one two th'));
    await connection.send('binary', Buffer.from('four'));
    await connection.send('text', new Uint8Array(0));
    await until(() => received.length === 5);
    expect(inShort(received)).toEqual(['1 one ', '0 two ', '80 th', '82 four', '81 ']);
    connection.terminate();
  });

  it('keeps messages apart, and lets a ping between the fragments of one', async () => {
    const { connection, received } = await meet({ fragmentSize: 1 });
    const all = [connection.send('text', Buffer.from('abc')), connection.send('text', Buffer.from('de'))];
    await connection.ping(Buffer.from('now'));
    await Promise.all(all);
    await until(() => received.length === 6);
    const frames = inShort(received);
    expect(frames.filter((each) => !each.startsWith('89'))).toEqual(['1 a', '0 b', '80 c', '1 d', '80 e']);
    expect(frames.indexOf('89 now')).toBeLessThan(5);
    connection.terminate();
  });

  it('compresses a message as a whole, for any fragments', async () => {
    const { connection, received } = await meet(
      { fragmentSize: 1000, deflate: true },
      'Sec-WebSocket-Extensions: permessage-deflate',
    );
    await connection.send('text', Buffer.alloc(2500, 'x'));
    await until(() => received.length === 3);
    // RSV1 in the first alone (RFC 7692, section 7.2.1).
    expect(received.map(({ first }) => first.toString(16))).toEqual(['41', '0', '80']);
    connection.terminate();
  });

  it('fails the rest of a message when the connection ends', async () => {
    const { connection } = await meet({ fragmentSize: 1 });
    const sent = connection.send('text', Buffer.alloc(100_000));
    connection.terminate();
    await expect(sent).rejects.toMatchObject({ code: expect.any(String) });
  });
});

describe('control frames', () => {
  it('carry the payloads that they are given', async () => {
    const { connection, received, server, told } = await meet();
    await connection.ping(Buffer.from('p'.repeat(125)));
    await connection.pong(Buffer.from('unasked'));
    await until(() => received.length === 2);
    expect(inShort(received)).toEqual([`89 ${'p'.repeat(125)}`, '8a unasked']);
    server.write(frame(0x8a, 'answer'));
    await until(() => told.length === 1);
    expect(told).toEqual(['pong in answer']);
    connection.terminate();
  });

  it('leave a ping without an answer if pongs are switched off', async () => {
    const { connection, received, server, told } = await meet({ autoPong: false });
    server.write(frame(0x89, 'there?'));
    await until(() => told.length === 1);
    await connection.ping(new Uint8Array(0));
    await until(() => received.length === 1);
    expect(inShort(received)).toEqual(['89 ']);
    expect(told).toEqual(['ping in there?']);
    connection.terminate();
  });
});

describe('the end of a connection', () => {
  it('does not wait for a peer that never closes TCP', async () => {
    const { connection, server, told, ended } = await meet();
    connection.close(1000, 'bye');
    server.write(frame(0x88, Buffer.from([0x03, 0xe8])));
    const started = Date.now();
    await Promise.all([ended, connection.finished]);
    expect(told).toEqual(['end 1000']);
    expect(Date.now() - started).toBeLessThan(1500);
  });

  it('is immediate by force, without an answer of the peer', async () => {
    const { connection, told } = await meet({ closeTimeout: 60_000 });
    connection.close(1000, '');
    connection.terminate();
    expect(told).toEqual(['end 1006']);
    await connection.finished;
  });

  it('is reported once if the peer ends TCP during our close handshake', async () => {
    const { connection, server, told, ended } = await meet();
    connection.close(1000, '');
    server.end();
    await ended;
    await connection.finished;
    expect(told.filter((each) => each.startsWith('end'))).toHaveLength(1);
  });

  it('refuses a message before it is open', async () => {
    const { url } = await rawServer(() => {});
    const connection = createConnector()(connectOptions({ url }), {
      onOpen: () => {},
      onMessage: () => {},
      onControl: () => {},
      onError: () => {},
      onEnd: () => {},
    });
    await expect(connection.send('text', Buffer.from('early'))).rejects.toMatchObject({
      code: 'call.invalid',
    });
    expect(connection).toMatchObject({ canSend: false, bufferedAmount: 0, bytesRead: 0 });
    connection.terminate();
    await connection.finished;
  });
});

describe('many messages of one turn', () => {
  /** Sizes of the payloads, in the order of their sending. */
  it.each<[string, number[]]>([
    ['small ones', Array.from({ length: 3000 }, (_, n) => n % 200)],
    ['empty ones', new Array<number>(5000).fill(0)],
    ['small ones around large ones', [1, 2, 300_000, 3, 5, 2_000_000, 7, 0]],
    ['more than is joined', new Array<number>(3000).fill(1000)],
  ])('arrive whole and in order, posted or awaited: %s', async (_, sizes) => {
    const { connection, received } = await meet();
    const payloads = sizes.map((size, n) => new Uint8Array(size).fill(n % 251));
    const awaited: Promise<void>[] = [];
    payloads.forEach((payload, n) => {
      if (n % 10 === 9) awaited.push(connection.send('binary', payload));
      else connection.post('binary', payload);
    });
    await Promise.all(awaited);
    await until(() => received.length === sizes.length);
    expect(received.every(({ first }) => first === 0x82)).toBe(true);
    expect(received.map(({ payload }) => payload.length)).toEqual(sizes);
    expect(received.every(({ payload }, n) => Buffer.compare(payload, payloads[n]!) === 0)).toBe(true);
    connection.terminate();
  });

  it('keep their order behind a message in fragments', async () => {
    const { connection, received } = await meet();
    void connection.send('text', Buffer.from('one'), 1);
    connection.post('text', Buffer.from('two'));
    await until(() => received.length === 4);
    expect(inShort(received)).toEqual(['1 o', '0 n', '80 e', '81 two']);
    connection.terminate();
  });

  it('posted while the connection is closing are dropped', async () => {
    const { connection, received, ended } = await meet();
    connection.close(1000, '');
    connection.post('text', Buffer.from('late'));
    connection.terminate();
    await ended;
    expect(inShort(received)).not.toContain('81 late');
  });
});
