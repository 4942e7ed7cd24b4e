import { wireFrame } from '../../support/wire.ts';

// The answers of an endpoint that echoes, in the categories in which conformance suites test RFC 6455. Frames are
// those of a server; `maskFrames` makes those of a client of them.

export const TEXT = 0x81;
export const BINARY = 0x82;
export const PING = 0x89;
export const PONG = 0x8a;

/** A message with its expected echo. */
export interface EchoCase {
  readonly name: string;
  readonly send: readonly Buffer[];
  /** First byte and payload of each frame that comes back. */
  readonly back: readonly (readonly [first: number, payload: Buffer | string])[];
  /** Maximum bytes per write. */
  readonly chop?: number;
}

export const text = (length: number): Buffer => Buffer.alloc(length, '*');
export const bytes = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (i * 7 + 254) % 256));

/** A message in fragments, each with its payload; control frames may come between, as whole frames. */
export function fragments(opcode: number, ...parts: (Buffer | string)[]): Buffer[] {
  return parts.map((part, i) =>
    wireFrame((i === 0 ? opcode : 0) | (i === parts.length - 1 ? 0x80 : 0), part),
  );
}

const FRAMING: EchoCase[] = [0, 1, 125, 126, 127, 128, 65_535, 65_536].flatMap((length) => [
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
const CONTROL: EchoCase[] = [
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

const FRAGMENTATION: EchoCase[] = [
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
/** The first and last character of each length, and the neighbours of forbidden ones. Noncharacters are allowed. */
const CHARACTERS = [
  0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1fffe, 0xfffff, 0x10ffff,
];
const UTF8: EchoCase[] = [
  { name: 'more than ASCII', send: [wireFrame(TEXT, GREETING)], back: [[TEXT, GREETING]] },
  {
    name: 'cut between characters',
    send: fragments(1, 'Hello-µ@ßö', 'äüàá-UTF-8!!'),
    back: [[TEXT, GREETING]],
  },
  { name: 'cut within each character', send: fragments(1, ...eachByte(GREETING)), back: [[TEXT, GREETING]] },
  { name: 'the same byte by byte', send: fragments(1, ...eachByte(KOSME)), back: [[TEXT, KOSME]], chop: 1 },
  ...CHARACTERS.map((code): EchoCase => {
    const character = String.fromCodePoint(code);
    const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    return { name, send: [wireFrame(TEXT, character)], back: [[TEXT, character]] };
  }),
  { name: 'a byte order mark', send: [wireFrame(TEXT, '\uFEFFx')], back: [[TEXT, '\uFEFFx']] },
];

/** Each category with its cases. */
export const ECHOES = [
  ['framing', FRAMING],
  ['pings and pongs', CONTROL],
  ['fragmentation', FRAGMENTATION],
  ['UTF-8', UTF8],
] as const;
