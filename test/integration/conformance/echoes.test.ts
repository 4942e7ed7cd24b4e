import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wireFrame } from '../../support/wire.ts';
import type { ReceivedFrame } from '../../support/wire.ts';
import { ConformanceServer, goodbye } from './peer.ts';
import type { Peer } from './peer.ts';

// What a client of a conformance suite must answer, in the categories in which such suites test RFC 6455.

const server = new ConformanceServer();
beforeAll(() => server.listen());
afterAll(() => server.close());

const TEXT = 0x81;
const BINARY = 0x82;
const PING = 0x89;
const PONG = 0x8a;

interface Case {
  readonly name: string;
  readonly send: readonly Buffer[];
  /** First byte and payload of each frame that comes back. */
  readonly back: readonly (readonly [first: number, payload: Buffer | string])[];
  /** Bytes that are written at a time. */
  readonly chop?: number;
}

const text = (length: number): Buffer => Buffer.alloc(length, '*');
const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => (i * 7 + 254) % 256));

/** A message in fragments, each with its payload; control frames may come between, as whole frames. */
function fragments(opcode: number, ...parts: (Buffer | string)[]): Buffer[] {
  return parts.map((part, i) =>
    wireFrame((i === 0 ? opcode : 0) | (i === parts.length - 1 ? 0x80 : 0), part),
  );
}

const FRAMING: Case[] = [0, 1, 125, 126, 127, 128, 65_535, 65_536].flatMap((length) => [
  { name: `text of ${length} bytes`, send: [wireFrame(TEXT, text(length))], back: [[TEXT, text(length)]] },
  {
    name: `binary of ${length} bytes`,
    send: [wireFrame(BINARY, bytes(length))],
    back: [[BINARY, bytes(length)]],
  },
]);
FRAMING.push(
  {
    name: 'text in pieces of 997 bytes',
    send: [wireFrame(TEXT, text(65_536))],
    back: [[TEXT, text(65_536)]],
    chop: 997,
  },
  {
    name: 'binary byte by byte',
    send: [wireFrame(BINARY, bytes(300))],
    back: [[BINARY, bytes(300)]],
    chop: 1,
  },
);

const tenPings = Array.from({ length: 10 }, (_, i) => wireFrame(PING, `ping ${i}`));
const tenPongs = Array.from({ length: 10 }, (_, i) => [PONG, `ping ${i}`] as const);
const CONTROL: Case[] = [
  { name: 'an empty ping', send: [wireFrame(PING)], back: [[PONG, '']] },
  { name: 'a ping with text', send: [wireFrame(PING, 'Hello')], back: [[PONG, 'Hello']] },
  { name: 'a ping with bytes', send: [wireFrame(PING, bytes(8))], back: [[PONG, bytes(8)]] },
  { name: 'the longest ping', send: [wireFrame(PING, bytes(125))], back: [[PONG, bytes(125)]] },
  {
    name: 'the longest ping byte by byte',
    send: [wireFrame(PING, bytes(125))],
    back: [[PONG, bytes(125)]],
    chop: 1,
  },
  { name: 'ten pings', send: tenPings, back: tenPongs },
  { name: 'ten pings byte by byte', send: tenPings, back: tenPongs, chop: 1 },
  {
    name: 'a pong that nobody asked for',
    send: [wireFrame(PONG), wireFrame(PING, 'a')],
    back: [[PONG, 'a']],
  },
  {
    name: 'such pongs around a ping',
    send: [wireFrame(PONG, 'x'), wireFrame(PING, 'y'), wireFrame(PONG, 'z'), wireFrame(TEXT, 't')],
    back: [
      [PONG, 'y'],
      [TEXT, 't'],
    ],
  },
];

const FRAGMENTATION: Case[] = [
  { name: 'two fragments', send: fragments(1, 'frag', 'ment'), back: [[TEXT, 'fragment']] },
  {
    name: 'two of bytes',
    send: fragments(2, bytes(9), bytes(9)),
    back: [[BINARY, Buffer.concat([bytes(9), bytes(9)])]],
  },
  { name: 'two byte by byte', send: fragments(1, 'frag', 'ment'), back: [[TEXT, 'fragment']], chop: 1 },
  { name: 'three that are empty', send: fragments(1, '', '', ''), back: [[TEXT, '']] },
  { name: 'empty ones around one', send: fragments(1, '', 'middle', ''), back: [[TEXT, 'middle']] },
  {
    name: 'a ping between',
    send: [wireFrame(0x01, 'a'), wireFrame(PING, 'p'), wireFrame(0x80, 'b')],
    back: [
      [PONG, 'p'],
      [TEXT, 'ab'],
    ],
  },
  {
    name: 'pings and pongs between five, byte by byte',
    send: [
      wireFrame(0x01, '1'),
      wireFrame(0x00, '2'),
      wireFrame(PING, 'p1'),
      wireFrame(0x00, '3'),
      wireFrame(PONG, 'q'),
      wireFrame(0x00, '4'),
      wireFrame(PING, 'p2'),
      wireFrame(0x80, '5'),
    ],
    back: [
      [PONG, 'p1'],
      [PONG, 'p2'],
      [TEXT, '12345'],
    ],
    chop: 1,
  },
  {
    name: 'two messages one after the other',
    send: [...fragments(1, 'a', 'b'), ...fragments(2, 'c', 'd', 'e')],
    back: [
      [TEXT, 'ab'],
      [BINARY, 'cde'],
    ],
  },
];

const GREETING = 'Hello-µ@ßöäüàá-UTF-8!!';
const KOSME = 'κόσμε';
const eachByte = (value: string): Buffer[] => [...Buffer.from(value)].map((byte) => Buffer.from([byte]));
/** First and last of each length, and those next to what is forbidden; noncharacters are allowed. */
const CHARACTERS = [
  0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1fffe, 0xfffff, 0x10ffff,
];
const UTF8: Case[] = [
  { name: 'more than ASCII', send: [wireFrame(TEXT, GREETING)], back: [[TEXT, GREETING]] },
  {
    name: 'cut between characters',
    send: fragments(1, 'Hello-µ@ßö', 'äüàá-UTF-8!!'),
    back: [[TEXT, GREETING]],
  },
  { name: 'cut within each character', send: fragments(1, ...eachByte(GREETING)), back: [[TEXT, GREETING]] },
  { name: 'the same byte by byte', send: fragments(1, ...eachByte(KOSME)), back: [[TEXT, KOSME]], chop: 1 },
  ...CHARACTERS.map((code): Case => {
    const character = String.fromCodePoint(code);
    const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    return { name, send: [wireFrame(TEXT, character)], back: [[TEXT, character]] };
  }),
  { name: 'a byte order mark', send: [wireFrame(TEXT, '\uFEFFx')], back: [[TEXT, '\uFEFFx']] },
];

/** Frames as they are compared: large payloads tell their length only where they differ. */
const plain = (frames: readonly ReceivedFrame[]): unknown[] =>
  frames.map(({ first, masked, payload }) => [first, masked, payload.toString('latin1')]);
const wanted = (back: Case['back']): unknown[] =>
  back.map(([first, payload]) => [first, true, Buffer.from(payload as string).toString('latin1')]);

describe.each([
  ['framing', FRAMING],
  ['pings and pongs', CONTROL],
  ['fragmentation', FRAGMENTATION],
  ['UTF-8', UTF8],
])('%s', (_, cases) => {
  let peer: Peer;
  beforeAll(async () => {
    peer = await server.meet();
  });

  it.each(cases)('$name', async ({ send, back, chop }) => {
    await peer.write(Buffer.concat(send), chop);
    expect(plain(await peer.take(back.length))).toEqual(wanted(back));
  });

  it('ends well', async () => {
    await peer.write(goodbye);
    expect(plain(await peer.rest())).toEqual(wanted([[0x88, Buffer.from([0x03, 0xe8])]]));
    expect((await peer.result).status).toBe(0);
  });
});

describe('limits', () => {
  const size = 4 * 1024 * 1024;
  const isSame = async (peer: Peer, first: number, payload: Buffer): Promise<void> => {
    const [frame] = await peer.take(1);
    expect([frame?.first, frame?.payload.length]).toEqual([first, payload.length]);
    expect(Buffer.compare(frame!.payload, payload)).toBe(0);
  };

  it('messages of 4 MiB come back, whole, in fragments of any size, and in small writes', async () => {
    const peer = await server.meet();
    const payload = bytes(size);
    await peer.write(wireFrame(BINARY, payload));
    await isSame(peer, BINARY, payload);
    await peer.write(wireFrame(TEXT, text(size)));
    await isSame(peer, TEXT, text(size));
    for (const part of [64, 256, 4096, 65_536]) {
      const parts = Array.from({ length: size / part }, (_, i) => payload.subarray(i * part, (i + 1) * part));
      await peer.write(Buffer.concat(fragments(2, ...parts)));
      await isSame(peer, BINARY, payload);
    }
    await peer.write(wireFrame(BINARY, payload), 1448);
    await isSame(peer, BINARY, payload);
    await peer.write(goodbye);
    expect((await peer.result).status).toBe(0);
  });

  it('a thousand round trips follow each other', async () => {
    const peer = await server.meet();
    for (let i = 0; i < 1000; i++) {
      const payload = bytes(i);
      await peer.write(wireFrame(BINARY, payload));
      await isSame(peer, BINARY, payload);
    }
    await peer.write(goodbye);
    expect((await peer.result).status).toBe(0);
  });

  it('a thousand pings in one segment are all answered, in order', async () => {
    const peer = await server.meet();
    await peer.write(Buffer.concat(Array.from({ length: 1000 }, (_, i) => wireFrame(PING, String(i)))));
    const frames = await peer.take(1000);
    expect(frames.map(({ payload }) => payload.toString())).toEqual(
      Array.from({ length: 1000 }, (_, i) => String(i)),
    );
    expect(frames.every(({ first }) => first === PONG)).toBe(true);
    await peer.write(goodbye);
    expect((await peer.result).status).toBe(0);
  });
});

describe('compression', () => {
  const TAIL = Buffer.from([0, 0, 0xff, 0xff]);
  const deflated = (payload: Buffer): Buffer => deflateRawSync(payload, { finishFlush: 2 }).subarray(0, -4);
  const inflated = (payload: Buffer): Buffer =>
    inflateRawSync(Buffer.concat([payload, TAIL]), { finishFlush: 2 });
  const payloads = [16, 64, 256, 1024, 4096, 65_536, 131_072].map((length) =>
    Buffer.from('{"op":"tick","price":1.0} '.repeat(Math.ceil(length / 26)).slice(0, length)),
  );

  it.each([
    ['with no context taken over', '; server_no_context_takeover; client_no_context_takeover'],
    [
      'with small windows',
      '; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=9',
    ],
  ])('%s, messages come back, compressed where that gains something', async (_, parameters) => {
    const peer = await server.meet([], `Sec-WebSocket-Extensions: permessage-deflate${parameters}`);
    for (const payload of payloads) {
      await peer.write(wireFrame(0xc1, deflated(payload)));
      const [frame] = await peer.take(1);
      const compressed = payload.length >= 1024;
      expect(frame?.first).toBe(compressed ? 0xc1 : TEXT);
      expect(Buffer.compare(compressed ? inflated(frame!.payload) : frame!.payload, payload)).toBe(0);
    }
    await peer.write(goodbye);
    expect((await peer.result).status).toBe(0);
  });

  it('in fragments of any size, with pings between, and without compression in turn', async () => {
    const peer = await server.meet(
      [],
      'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover',
    );
    const payload = payloads.at(-1)!;
    const packed = deflated(payload);
    const parts = fragments(
      0x41,
      ...Array.from({ length: Math.ceil(packed.length / 7) }, (_, i) => packed.subarray(i * 7, (i + 1) * 7)),
    );
    await peer.write(
      Buffer.concat([parts[0]!, wireFrame(PING, 'p'), ...parts.slice(1), wireFrame(TEXT, 'plain')]),
    );
    const [pong, first, second] = await peer.take(3);
    expect([pong?.first, first?.first, second?.first]).toEqual([PONG, 0xc1, 0xc1]);
    // One dictionary for both: they are inflated as one stream.
    const both = inflateRawSync(Buffer.concat([first!.payload, TAIL, second!.payload, TAIL]), {
      finishFlush: 2,
    });
    expect(Buffer.compare(both, Buffer.concat([payload, Buffer.from('plain')]))).toBe(0);
    await peer.write(goodbye);
    expect((await peer.result).status).toBe(0);
  });

  it('a message that is empty, and one that does not shrink', async () => {
    const peer = await server.meet(
      [],
      'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover',
    );
    const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 31 + (i >> 3)) % 251));
    await peer.write(Buffer.concat([wireFrame(0xc1, Buffer.from([0])), wireFrame(0xc2, deflated(noise))]));
    const [empty, same] = await peer.take(2);
    const both = inflateRawSync(Buffer.concat([empty!.payload, TAIL, same!.payload, TAIL]), {
      finishFlush: 2,
    });
    expect(Buffer.compare(both, noise)).toBe(0);
    await peer.write(goodbye);
    expect((await peer.result).status).toBe(0);
  });
});
