import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { takeByPosition } from '../../../../src/net/frames/receiverBytes.ts';

// The types of ws do not include its parts.
const { Receiver, Sender } = ws as unknown as {
  readonly Receiver: new (options: { isServer: boolean }) => Writable;
  readonly Sender: { frame(data: Buffer, options: Record<string, unknown>): Buffer[] };
};

/** Opcodes of RFC 6455, section 5.2. */
const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

function frame(data: Buffer, opcode: number, mask: boolean, fin = true): Buffer {
  const options = { fin, opcode, mask, readOnly: true, rsv1: false };
  return Buffer.concat(Sender.frame(data, options));
}

function letters(length: number, first: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => 97 + ((first + at) % 26)));
}

/** Payloads around each length of a header. */
const SIZES = [0, 1, 2, 3, 4, 7, 8, 9, 100, 125, 126, 127, 1000];
const LONG_SIZES = [65_535, 65_536, 70_000];

/** Messages whole and in fragments, with control frames between them. */
function conversation(mask: boolean, sizes: readonly number[]): Buffer {
  const frames = sizes.flatMap((size, at) => [
    frame(letters(size, at), OPCODE.text, mask),
    frame(letters(size, at + 1), OPCODE.binary, mask),
    frame(letters(size, at + 2), OPCODE.text, mask, false),
    frame(letters(at, at), OPCODE.ping, mask),
    frame(letters(size, at + 3), OPCODE.continuation, mask),
    frame(letters(4, at), OPCODE.pong, mask),
  ]);
  return Buffer.concat([...frames, frame(Buffer.from([3, 232, 98, 121, 101]), OPCODE.close, mask)]);
}

/** The events of a receiver that gets the bytes in chunks. They are compared at the end, so that overwritten bytes show. */
async function received(
  bytes: Buffer,
  chunk: number,
  isServer: boolean,
  prepare: (receiver: object) => void,
) {
  const receiver = new Receiver({ isServer });
  prepare(receiver);
  const events: unknown[][] = [];
  for (const event of ['message', 'ping', 'pong', 'conclude', 'error'])
    receiver.on(event, (...details: unknown[]) => events.push([event, ...details]));
  // Copies, because unmasking changes the bytes of a chunk.
  for (let at = 0; at < bytes.length; at += chunk)
    receiver.write(Buffer.from(bytes.subarray(at, at + chunk)));
  // A stream reports its error later.
  await setImmediate();
  return events.map((event) => event.map((detail) => (Buffer.isBuffer(detail) ? detail.toString() : detail)));
}

describe('a receiver of ws that takes bytes by position', () => {
  for (const isServer of [false, true]) {
    const side = isServer ? 'a server' : 'a client';
    // Chunks that cut headers, lengths, masks and payloads at each place, and chunks that hold many frames.
    for (const chunk of [1, 2, 3, 5, 13, 127, 1000, 65_537, 1_000_000]) {
      it(`reports the same as without at ${side} with chunks of ${chunk} bytes`, async () => {
        // Thousands of pieces of one message would take seconds.
        const sizes = chunk < 100 ? SIZES : [...SIZES, ...LONG_SIZES];
        const bytes = conversation(isServer, sizes);
        const events = await received(bytes, chunk, isServer, takeByPosition);
        expect(events).toEqual(await received(bytes, chunk, isServer, () => {}));
        expect(events).toHaveLength(sizes.length * 5 + 1);
      });
    }
  }

  it('creates no view of the rest of a chunk', () => {
    const bytes = Buffer.concat(
      Array.from({ length: 50 }, (_, at) => frame(letters(20, at), OPCODE.text, false)),
    );
    const chunk = Buffer.from(bytes);
    const receiver = new Receiver({ isServer: false }) as Writable & { readonly _buffers: Buffer[] };
    takeByPosition(receiver);
    const firsts = new Set<Buffer | undefined>();
    receiver.on('message', () => firsts.add(receiver._buffers[0]));
    receiver.write(chunk);
    // The last message takes the chunk itself away.
    expect([...firsts]).toEqual([chunk, undefined]);
  });

  it('reports a fault as without', async () => {
    const bytes = Buffer.concat([
      frame(letters(9, 0), OPCODE.text, false),
      Buffer.from([0xf1, 0x05, 1, 2, 3]),
    ]);
    for (const chunk of [1, 3, 100]) {
      const events = await received(bytes, chunk, false, takeByPosition);
      expect(events).toEqual(await received(bytes, chunk, false, () => {}));
      expect(events.at(-1)?.[0]).toBe('error');
    }
  });
});
