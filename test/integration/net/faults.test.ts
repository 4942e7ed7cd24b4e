import { spawn } from 'node:child_process';
import { deflateRawSync } from 'node:zlib';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import type { Connection, Evidence } from '../../../src/net/connection.ts';
import { createConnector } from '../../../src/net/wsConnection.ts';
import { MAX_PENDING_PONGS } from '../../../src/shared/limits.ts';
import { FLAG } from '../../../src/shared/timeline.ts';
import { rawServer, switching } from '../../support/rawServer.ts';
import { DEFLATE, meet, sending, sentCode } from '../../support/meet.ts';
import { closePayload, readFrames, wireFrame, wireHeader } from '../../support/wire.ts';
import type { ReceivedFrame } from '../../support/wire.ts';

describe('text that is not valid UTF-8', () => {
  const invalid = Buffer.from([0x61, 0xff, 0x62]);

  it.each([
    ['in one frame', [wireFrame(0x81, invalid)]],
    ['split over fragments', [wireFrame(0x01, invalid.subarray(0, 2)), wireFrame(0x80, invalid.subarray(2))]],
  ])('is shown as it arrived, flagged, and fails the connection with 1007: %s', async (_, frames) => {
    const outcome = await meet(sending(wireFrame(0x81, 'good'), ...frames, wireFrame(0x81, 'late')));
    expect(outcome.messages.map(({ payload, flags }) => [payload.toString('latin1'), flags])).toEqual([
      ['good', 0],
      ['a\u00ffb', FLAG.invalidUtf8],
    ]);
    // Nobody answers it by accident.
    expect(outcome.messages.map(({ canSend }) => canSend)).toEqual([true, false]);
    expect(outcome.error?.code).toBe('protocol.invalid-utf8');
    expect(outcome.error?.message).toContain('RFC 6455, section 8.1');
    expect([sentCode(outcome), outcome.close]).toEqual([1007, 1006]);
  });

  it('is distinguished from a character that is split between two fragments', async () => {
    const euro = Buffer.from('€');
    const outcome = await meet(
      sending(
        wireFrame(0x01, euro.subarray(0, 1)),
        wireFrame(0x80, euro.subarray(1)),
        wireFrame(0x88, closePayload(1000)),
      ),
    );
    expect(outcome.messages.map(({ payload, flags }) => [payload.toString(), flags])).toEqual([['€', 0]]);
    expect(outcome.error).toBeUndefined();
  });

  it.each([23, 24, 25, 26, 4000])('is found at the end of %i bytes', async (length) => {
    const text = Buffer.alloc(length, 'a');
    text[length - 1] = 0xc3;
    const outcome = await meet(sending(wireFrame(0x81, text)));
    expect(outcome.messages.map(({ flags }) => flags)).toEqual([FLAG.invalidUtf8]);
    expect(sentCode(outcome)).toBe(1007);
  });

  it('is no fault in a binary message', async () => {
    const outcome = await meet(sending(wireFrame(0x82, invalid), wireFrame(0x88, closePayload(1000))));
    expect(outcome.messages.map(({ kind, flags }) => [kind, flags])).toEqual([['binary', 0]]);
    expect(outcome.close).toBe(1000);
  });

  it.each([
    ['of any kind', 1000, invalid, 'a\ufffdb'],
    [
      'that is cut inside a character',
      4001,
      Buffer.from('zu spät für €').subarray(0, -1),
      'zu spät für \ufffd',
    ],
  ])(
    'fails the connection as a close reason too, and its close code is kept: %s',
    async (_, code, reason, shown) => {
      const outcome = await meet(
        sending(wireFrame(0x81, 'before'), wireFrame(0x88, closePayload(code, reason))),
      );
      expect(outcome.messages).toHaveLength(1);
      expect(outcome.error).toMatchObject({
        code: 'protocol.invalid-utf8',
        message: expect.stringContaining(
          `closed with ${code} and a reason that is not valid UTF-8`,
        ) as string,
      });
      // RFC 6455, section 7.1.5: the code of the first close frame is that of the connection.
      expect([sentCode(outcome), outcome.close]).toEqual([1007, code]);
      expect(outcome.closeDetail).toMatchObject({ reason: shown, clean: false });
    },
  );
});

describe('a connection that breaks off in the middle of a message', () => {
  const size = 64 * 1024 * 1024;
  const part = Buffer.concat([wireHeader(0x82, size), Buffer.alloc(1_000_000)]);

  it.each<[string, (socket: Socket) => void]>([
    ['a reset', (socket) => socket.resetAndDestroy()],
    ['the end of TCP', (socket) => socket.end()],
  ])('is reported with its received bytes within a second: %s', async (_, end) => {
    const outcome = await meet((socket) => socket.write(part, () => setTimeout(() => end(socket), 50)));
    expect(outcome.messages).toEqual([]);
    expect(outcome.error?.code).toBe('tcp.reset');
    expect(outcome.error?.message).toContain(`1000000 of ${size} bytes`);
    expect(outcome.error?.evidence).toMatchObject({ received: 1_000_000, size });
    expect(outcome.close).toBe(1006);
    expect(outcome.failedAfter).toBeLessThan(1000);
  });

  it('is reported too if the server is killed', async () => {
    const script = `
      const { WebSocketServer } = require('ws');
      const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => console.log(server.address().port));
      server.on('connection', ({ _socket }) => {
        _socket.write(Buffer.from('${wireHeader(0x82, size).toString('hex')}', 'hex'));
        _socket.write(Buffer.alloc(1_000_000));
      });`;
    const server = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<string>((resolve) =>
      server.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
    );
    let killed = 0;
    const failure = await new Promise<{ message: string; evidence: Evidence }>((resolve) => {
      const connection = createConnector()(
        connectOptions({ url: `ws://127.0.0.1:${port}/`, deflate: false }),
        {
          onOpen: () => {
            const timer = setInterval(() => {
              if (connection.bytesRead < 1_000_010) return;
              clearInterval(timer);
              killed = performance.now();
              server.kill('SIGKILL');
            }, 10);
          },
          onMessage: () => {},
          onControl: () => {},
          onError: ({ message }, evidence) => resolve({ message, evidence }),
          onEnd: () => {},
        },
      );
    });
    expect(performance.now() - killed).toBeLessThan(1000);
    expect(failure.message).toContain(`1000000 of ${size} bytes`);
    expect(failure.evidence).toMatchObject({ received: 1_000_000, size });
  });

  it('is reported within a second even if unread bytes wait to be sent', async () => {
    let connection: Connection | undefined;
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.pause();
      socket.write(part);
      setTimeout(() => socket.end(), 100);
    });
    const started = performance.now();
    const code = await new Promise((resolve) => {
      connection = createConnector()(connectOptions({ url, deflate: false }), {
        onOpen() {
          for (let i = 0; i < 64; i++)
            void connection?.send('binary', new Uint8Array(1 << 20)).catch(() => {});
        },
        onMessage: () => {},
        onControl: () => {},
        onError: (error) => resolve(error.code),
        onEnd: () => {},
      });
    });
    expect(code).toBe('tcp.reset');
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it('is reported with the received bytes of fragments, and that they are compressed', async () => {
    const fragments = await meet((socket) => {
      socket.write(Buffer.concat([wireFrame(0x02, 'abc'), wireHeader(0x00, 10), Buffer.from('de')]));
      setTimeout(() => socket.end(), 50);
    });
    expect(fragments.error?.message).toContain('of which 5 bytes came');
    expect(fragments.error?.evidence.received).toBe(5);
    expect(fragments.error?.evidence).not.toHaveProperty('size');
    const compressed = await meet(
      (socket) => {
        socket.write(Buffer.concat([wireHeader(0xc1, 10), Buffer.from('abc')]));
        setTimeout(() => socket.end(), 50);
      },
      {},
      DEFLATE,
    );
    expect(compressed.error?.message).toContain('3 of 10 compressed bytes');
  });

  it('is not an error between two messages, except for the missing close frame', async () => {
    const outcome = await meet((socket) => void socket.end(wireFrame(0x81, 'whole')));
    expect([outcome.messages.length, outcome.error, outcome.close]).toEqual([1, undefined, 1006]);
  });
});

describe('a receive limit that is exceeded', () => {
  it('names the size in the header and the setting when a message is too large', async () => {
    const outcome = await meet(sending(wireFrame(0x81, 'small'), wireHeader(0x82, 2 ** 30)), {
      maxPayload: 1000,
    });
    expect(outcome.messages).toHaveLength(1);
    expect(outcome.error?.code).toBe('limit.payload');
    expect(outcome.error?.message).toContain('1073741824 bytes');
    expect(outcome.error?.message).toContain('the limit of 1000 bytes: raise the option “max-payload”');
    expect(outcome.error?.evidence.size).toBe(2 ** 30);
    expect(sentCode(outcome)).toBe(1009);
  });

  it('names the size of a complete message among others', async () => {
    const small = wireFrame(0x81, 'small');
    const outcome = await meet(sending(small, wireFrame(0x82, Buffer.alloc(2000)), small), {
      maxPayload: 1000,
    });
    expect(outcome.messages).toHaveLength(1);
    expect(outcome.error?.message).toContain('A message of 2000 bytes');
  });

  it('names the known size of a fragmented message', async () => {
    const piece = wireFrame(0x00, Buffer.alloc(600));
    const outcome = await meet(sending(wireFrame(0x02, Buffer.alloc(600)), piece, piece), {
      maxPayload: 1000,
    });
    expect(outcome.error?.message).toContain('1200 bytes and more, in fragments');
  });

  it('names a message that inflates beyond the limit', async () => {
    const bomb = deflateRawSync(Buffer.alloc(10_000_000));
    const outcome = await meet(sending(wireFrame(0xc2, bomb)), { maxPayload: 1_000_000 }, DEFLATE);
    expect(outcome.error?.code).toBe('limit.payload');
    expect(outcome.error?.message).toContain('inflates to more than the limit of 1000000 bytes');
    expect([sentCode(outcome), outcome.messages]).toEqual([1009, []]);
  });

  it('names the number of fragments and the setting', async () => {
    const empty = Buffer.alloc(40, wireFrame(0x00));
    const outcome = await meet(sending(wireFrame(0x02), empty), { maxFragments: 10 });
    expect(outcome.error?.code).toBe('limit.fragments');
    expect(outcome.error?.message).toContain('more than 10 fragments');
    expect(outcome.error?.message).toContain('max-fragments');
    expect(sentCode(outcome)).toBe(1008);
  });

  it('stops the pings of a peer that reads no pongs', async () => {
    const pings = Buffer.concat(Array.from({ length: 1000 }, () => wireFrame(0x89, Buffer.alloc(125))));
    const outcome = await meet((socket) => {
      socket.pause();
      const more = (): void => {
        while (!socket.destroyed && socket.write(pings));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    });
    expect(outcome.error?.code).toBe('limit.pings');
    expect(outcome.error?.message).toContain(`${MAX_PENDING_PONGS} wait`);
    expect(outcome.close).toBe(1006);
  });
});

describe('the compressed flag', () => {
  const deflated = (text: string): Buffer => {
    const bytes = deflateRawSync(text, { finishFlush: 2 });
    // RFC 7692, section 7.2.1: the tail of four bytes is left out.
    return bytes.subarray(0, bytes.length - 4);
  };

  it('is set message by message', async () => {
    const packed = deflated('packed');
    const outcome = await meet(
      sending(
        wireFrame(0x81, 'plain'),
        wireFrame(0xc1, packed),
        wireFrame(0x89, 'ping'),
        wireFrame(0x41, packed.subarray(0, 3)),
        wireFrame(0x89, 'ping'),
        wireFrame(0x80, packed.subarray(3)),
        wireFrame(0x82, 'plain'),
        wireFrame(0x88, closePayload(1000)),
      ),
      {},
      `${DEFLATE}; server_no_context_takeover`,
    );
    expect(outcome.error).toBeUndefined();
    expect(outcome.messages.map(({ payload, flags }) => [payload.toString(), flags])).toEqual([
      ['plain', 0],
      ['packed', FLAG.compressed],
      ['packed', FLAG.compressed],
      ['plain', 0],
    ]);
  });

  it.each([
    ['', 10, true],
    ['; client_no_context_takeover', 10, false],
    ['; client_no_context_takeover', 5000, true],
  ])('is known before a sent message leaves: “%s”, %i bytes', async (parameters, bytes, compressed) => {
    const received: ReceivedFrame[] = [];
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request, DEFLATE + parameters));
      readFrames(socket, (frame) => {
        received.push(frame);
        if (received.length === 2) socket.write(wireFrame(0x88, closePayload(1000)));
      });
    });
    const flags = await new Promise<number>((resolve) => {
      let flag = -1;
      const connection: Connection = createConnector()(connectOptions({ url }), {
        onOpen() {
          flag = connection.sendFlags(bytes);
          void connection.send('text', Buffer.alloc(bytes, 'a'));
          void connection.ping(new Uint8Array(0));
        },
        onMessage: () => {},
        onControl: () => {},
        onError: () => {},
        onEnd: () => resolve(flag),
      });
    });
    expect(flags).toBe(compressed ? FLAG.compressed : 0);
    expect(received[0]?.first).toBe(compressed ? 0xc1 : 0x81);
  });
});
