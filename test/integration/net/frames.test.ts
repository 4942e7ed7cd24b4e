import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import type { Connection } from '../../../src/net/connection.ts';
import { createConnector } from '../../../src/net/wsConnection.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import { frame, rawServer, switching } from '../../support/rawServer.ts';

/** Connects and records the connection's callbacks until its end, one word or sentence per call. */
function story(
  options: Partial<ConnectOptions> & { url: string },
  onOpen: (connection: Connection) => void = () => {},
): Promise<string[]> {
  return new Promise((resolve) => {
    const told: string[] = [];
    const connection = createConnector()(connectOptions({ deflate: false, closeTimeout: 200, ...options }), {
      onOpen: () => onOpen(connection),
      onMessage: (kind, payload) =>
        told.push(`${kind} ${Buffer.from(payload).toString('latin1')}`.slice(0, 60)),
      onControl: (kind, direction, payload) =>
        told.push(`${kind} ${direction} ${Buffer.from(payload).toString()}`),
      onError: (error) => told.push(error.code),
      onEnd: (close) =>
        resolve([...told, close ? `${close.direction} ${close.code} ${close.reason}`.trim() : 'none']),
    });
  });
}

/** A server that answers the handshake and then sends these bytes. */
const sending = (...frames: Buffer[]): Promise<{ url: string }> =>
  rawServer((socket, request) => {
    socket.write(switching(request));
    socket.write(Buffer.concat(frames));
  });

const close1000 = frame(0x88, Buffer.from([0x03, 0xe8]));

describe('messages', () => {
  it('come with their kinds and bytes, fragments put together', async () => {
    const { url } = await sending(
      frame(0x81, 'text'),
      frame(0x82, Buffer.from([0, 255])),
      frame(0x01, 'frag'),
      frame(0x80, 'ment'),
      close1000,
    );
    expect(await story({ url })).toEqual(['text text', 'binary \u0000ÿ', 'text fragment', 'in 1000']);
  });

  it('that follow the handshake in the same segment are not lost', async () => {
    const { url } = await rawServer((socket, request) =>
      socket.write(Buffer.concat([Buffer.from(switching(request)), frame(0x81, 'early'), close1000])),
    );
    expect(await story({ url })).toEqual(['text early', 'in 1000']);
  });
});

describe('control frames', () => {
  it('are all reported, and a ping is answered between the fragments of a message', async () => {
    const { url } = await sending(
      frame(0x01, 'a'),
      frame(0x89, 'p'),
      frame(0x80, 'b'),
      frame(0x8a, 'q'),
      close1000,
    );
    expect(await story({ url })).toEqual(['ping in p', 'pong out p', 'text ab', 'pong in q', 'in 1000']);
  });

  it('survive a thousand pings in one segment', async () => {
    const { url } = await sending(...Array.from({ length: 1000 }, () => frame(0x89)), close1000);
    const told = await story({ url });
    expect(told.filter((entry) => entry.startsWith('pong out'))).toHaveLength(1000);
    expect(told.at(-1)).toBe('in 1000');
  });
});

describe('the end', () => {
  it('has the code and the reason of the peer', async () => {
    const { url } = await sending(frame(0x88, Buffer.from([0x0f, 0xa0, ...Buffer.from('gone')])));
    expect(await story({ url })).toEqual(['in 4000 gone']);
  });

  it('is 1005 if the close frame has no code, 1006 if there is none', async () => {
    expect(await story({ url: (await sending(frame(0x88))).url })).toEqual(['in 1005']);
    const { url } = await rawServer((socket, request) => socket.end(switching(request)));
    expect(await story({ url })).toEqual(['in 1006']);
  });

  it('is reported as ours if we close first', async () => {
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.once('data', () => socket.write(close1000));
    });
    expect(await story({ url }, (connection) => connection.close(1000, 'bye'))).toEqual(['out 1000']);
  });

  it('stays clean if the peer resets TCP after its close frame', async () => {
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.write(close1000);
      socket.once('data', () => socket.resetAndDestroy());
    });
    expect(await story({ url })).toEqual(['in 1000']);
  });

  it('comes after the close time-out if the peer never answers', async () => {
    const { url } = await rawServer((socket, request) => socket.write(switching(request)));
    const started = Date.now();
    expect(await story({ url }, (connection) => connection.close(1000, ''))).toEqual(['out 1006']);
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it('comes at once when it is terminated', async () => {
    const { url } = await rawServer((socket, request) => socket.write(switching(request)));
    expect(await story({ url, closeTimeout: 60_000 }, (connection) => connection.terminate())).toEqual([
      'in 1006',
    ]);
  });
});

describe('a connection that fails', () => {
  it.each([
    ['a reserved opcode', frame(0x83), 'protocol.frame'],
    ['a reserved bit', frame(0xa1, 'x'), 'protocol.frame'],
    ['a fragmented control frame', frame(0x09, 'x'), 'protocol.frame'],
    ['a masked frame', Buffer.from([0x81, 0x80, 0, 0, 0, 0]), 'protocol.frame'],
    ['a close code that may not be sent', frame(0x88, Buffer.from([0x03, 0xed])), 'protocol.frame'],
  ])('by %s names it at once, not when the peer closes', async (_, bytes, code) => {
    const { url } = await sending(frame(0x81, 'before'), bytes);
    const started = Date.now();
    expect(await story({ url, closeTimeout: 60_000 })).toEqual(['text before', code, 'in 1006']);
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it('tells the peer why, with the close code of RFC 6455, section 7.4.1', async () => {
    const received = new Promise<Buffer>((resolve) => {
      void rawServer((socket, request) => {
        socket.once('data', resolve);
        socket.write(switching(request));
        socket.write(frame(0x81, Buffer.from([0xff])));
      }).then(({ url }) => story({ url }));
    });
    const bytes = await received;
    const mask = bytes.subarray(2, 6);
    const code = ((bytes[6]! ^ mask[0]!) << 8) | (bytes[7]! ^ mask[1]!);
    expect([bytes[0], code]).toEqual([0x88, 1007]);
  });

  it('by a message over the limit names the limit and its setting', async () => {
    const header = Buffer.from([0x82, 127, 0, 0, 0, 0, 0x40, 0, 0, 0]);
    const { url } = await sending(frame(0x81, 'small'), header);
    expect(await story({ url, maxPayload: 1000 })).toEqual(['text small', 'limit.payload', 'in 1006']);
  });

  it('by a reset is reported without a close frame', async () => {
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    expect(await story({ url })).toEqual(['tcp.reset', 'in 1006']);
  });
});

describe('sending', () => {
  it('sends masked text and binary, and reports its close', async () => {
    const opcodes: number[] = [];
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.on('data', (chunk: Buffer) => {
        opcodes.push(chunk[0]!, chunk[1]! & 0x80);
        if (opcodes.length >= 4) socket.write(close1000);
      });
    });
    const sent: Promise<unknown>[] = [];
    await story({ url }, (connection) => {
      sent.push(connection.send('text', Buffer.from('a')));
      setTimeout(() => sent.push(connection.send('binary', Buffer.from('b'))), 30);
    });
    await Promise.all(sent);
    expect(opcodes.slice(0, 4)).toEqual([0x81, 0x80, 0x82, 0x80]);
  });

  it('sends the messages of one turn together', async () => {
    const chunks: number[] = [];
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk.length);
        if (chunks.reduce((sum, length) => sum + length, 0) === 100 * 7) socket.write(close1000);
      });
    });
    await story({ url }, (connection) => {
      for (let i = 0; i < 100; i++) void connection.send('text', Buffer.from('x'));
    });
    // One write of 700 bytes; the answer to the close frame may come apart.
    expect(chunks[0]).toBe(700);
  });

  it('is not offered any more once the peer has begun to close', async () => {
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.write(close1000);
    });
    let opened: Connection | undefined;
    const ended = story({ url, closeTimeout: 300 }, (connection) => (opened = connection));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(opened?.canSend).toBe(false);
    expect(await ended).toEqual(['in 1000']);
  });

  it('does not change the bytes that it is given', async () => {
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.once('data', () => socket.write(close1000));
    });
    const bytes = Buffer.from('unmasked');
    await story({ url }, (connection) => void connection.send('binary', bytes));
    expect(bytes.toString()).toBe('unmasked');
  });
});

describe('pause', () => {
  it('stops reading: nothing arrives until resume, and nothing is lost', async () => {
    let wrote = 0;
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      for (let i = 0; i < 50; i++) wrote += socket.write(frame(0x81, `message ${i}`)) ? 1 : 1;
      socket.write(close1000);
    });
    let paused = true;
    const arrivedWhilePaused: string[] = [];
    const arrived: string[] = [];
    await new Promise<void>((resolve) => {
      const connection = createConnector()(connectOptions({ url, deflate: false }), {
        onOpen() {
          connection.pause();
          setTimeout(() => {
            paused = false;
            connection.resume();
          }, 200);
        },
        onMessage: (_, payload) =>
          (paused ? arrivedWhilePaused : arrived).push(Buffer.from(payload).toString()),
        onControl: () => {},
        onError: () => {},
        onEnd: () => resolve(),
      });
    });
    expect(wrote).toBe(50);
    // Frames in the same TCP segment as the handshake's answer were already read.
    expect(arrivedWhilePaused.length).toBeLessThan(50);
    const all = [...arrivedWhilePaused, ...arrived];
    expect(all).toEqual(Array.from({ length: 50 }, (_, i) => `message ${i}`));
  });
});
