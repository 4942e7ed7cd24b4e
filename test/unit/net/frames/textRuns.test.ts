import { isUtf8 } from 'node:buffer';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameTap } from '../../../../src/net/frames/frameTap.ts';
import { TextRuns } from '../../../../src/net/frames/frameTap.ts';
import { wireFrame } from '../../../support/wire.ts';

const TEXT = 0x81;
const BINARY = 0x82;
const PING = 0x89;

interface Frame {
  readonly first: number;
  readonly payload: Uint8Array;
}

const wire = (frames: readonly Frame[]): Buffer =>
  Buffer.concat(frames.map(({ first, payload }) => wireFrame(first, payload)));

/** A tap's verdict on each message after these chunks, and the chunks as the transport sees them. */
function tapped(chunks: readonly Buffer[], messages: number): { valid: boolean[]; seen: Buffer } {
  const socket = new Duplex({ read: () => {} });
  const options = { maxPayload: 0, sender: 'server', inflates: false, observer: undefined } as const;
  const tap = new FrameTap(socket, options);
  const seen: Buffer[] = [];
  // A chunk's own bytes are changed and restored, so the transport's view of them is copied.
  socket.on('data', (chunk: Buffer) => seen.push(Buffer.from(chunk)));
  for (const chunk of chunks) socket.emit('data', chunk);
  const valid = Array.from({ length: messages }, () => tap.nextIsValidText());
  return { valid, seen: Buffer.concat(seen) };
}

const payloads = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom(Buffer.from([0xc3]), Buffer.from([0xa9]), Buffer.from('é'), Buffer.alloc(0)),
  fc.integer({ min: 120, max: 70_000 }).map((length) => Buffer.alloc(length, 'ä')),
);

const frames = fc.array(
  fc.record({ first: fc.constantFrom(TEXT, TEXT, TEXT, BINARY, PING), payload: payloads }),
  {
    maxLength: 30,
  },
);

describe('runs of text', () => {
  it('never include a message that is binary or not UTF-8, for any boundaries of chunks', () => {
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 });
    fc.assert(
      fc.property(frames, cuts, (all, at) => {
        const bytes = wire(all);
        const marks = [
          0,
          ...at.map((part) => Math.floor(part * bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        const chunks = marks.slice(1).map((end, i) => Buffer.from(bytes.subarray(marks[i], end)));
        const messages = all.filter(({ first }) => first !== PING);
        const { valid, seen } = tapped(chunks, messages.length);
        expect(seen.equals(bytes)).toBe(true);
        for (const [i, { first, payload }] of messages.entries())
          if (valid[i]) expect([first, isUtf8(payload)]).toEqual([TEXT, true]);
      }),
      { numRuns: 300 },
    );
  });

  it('cover every text message of a chunk that holds only valid ones, beside binary messages', () => {
    const all = [
      { first: TEXT, payload: Buffer.from('one') },
      { first: TEXT, payload: Buffer.alloc(1000, 'ü') },
      { first: BINARY, payload: Buffer.from([0xff]) },
      { first: PING, payload: Buffer.from('p') },
      { first: TEXT, payload: Buffer.alloc(0) },
      { first: TEXT, payload: Buffer.from('€') },
    ];
    expect(tapped([wire(all)], 5).valid).toEqual([true, true, false, true, true]);
  });

  it('do not join the halves of a character in two messages', () => {
    const all = [0xc3, 0xa9].map((byte) => ({ first: TEXT, payload: Buffer.from([byte]) }));
    expect(tapped([wire(all)], 2).valid).toEqual([false, false]);
  });

  it('leave the other runs of a chunk valid when one holds invalid text', () => {
    const text = (payload: Buffer): Frame => ({ first: TEXT, payload });
    const separator = { first: BINARY, payload: Buffer.from([1]) };
    const all = [
      text(Buffer.from('a')),
      separator,
      text(Buffer.from([0xff])),
      separator,
      text(Buffer.from('the last')),
    ];
    expect(tapped([wire(all)], 5).valid).toEqual([true, false, false, false, true]);
  });

  it('count messages in fragments, and messages cut by a chunk, as messages outside any run', () => {
    const bytes = Buffer.concat([
      wireFrame(0x01, 'frag'),
      wireFrame(0x00, 'men'),
      wireFrame(0x80, 't'),
      wireFrame(TEXT, 'whole'),
      wireFrame(TEXT, 'cut in two'),
      wireFrame(TEXT, 'last'),
    ]);
    const cut = bytes.length - 10;
    const chunks = [Buffer.from(bytes.subarray(0, cut)), Buffer.from(bytes.subarray(cut))];
    expect(tapped(chunks, 4).valid).toEqual([false, true, false, true]);
  });

  it('hold any number of messages in one chunk', () => {
    const all = Array.from({ length: 10_000 }, (_, i) => ({
      first: TEXT,
      payload: Buffer.from(`message ${i}`),
    }));
    expect(tapped([wire(all)], all.length).valid.every(Boolean)).toBe(true);
  });

  it('restore every header, of frames with short and with 16-bit lengths', () => {
    const chunk = wire(
      [0, 1, 125, 126, 255, 256, 1000, 65_535].map((length) => ({
        first: TEXT,
        payload: Buffer.alloc(length, 'x'),
      })),
    );
    const before = Buffer.from(chunk);
    new TextRuns().add(chunk, 0, chunk.length, 0);
    expect(chunk.equals(before)).toBe(true);
  });
});
