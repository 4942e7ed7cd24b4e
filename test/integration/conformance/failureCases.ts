import { deflateRawSync } from 'node:zlib';
import { closePayload, wireFrame, wireHeader } from '../../support/wire.ts';
import { PING, PONG, TEXT } from './echoCases.ts';
import { CLOSE, type Terms } from './role.ts';

// How an endpoint must fail a connection, in the categories in which conformance suites test RFC 6455.

export const PROTOCOL_ERROR = 1002;
export const INVALID_DATA = 1007;
export const POLICY = 1008;
export const TOO_BIG = 1009;

/** A sequence of frames that fails the connection. */
export interface FailureCase extends Terms {
  readonly name: string;
  readonly send: readonly Uint8Array[];
  /** The frames that the endpoint sends before the close frame. */
  readonly back?: readonly (readonly [first: number, payload: string])[];
  readonly code: number;
  readonly chop?: number;
}

export const hello = wireFrame(TEXT, 'Hello');
const echoed = [[TEXT, 'Hello']] as const;

const RESERVED: FailureCase[] = [
  { name: 'RSV1', send: [wireFrame(0xc1, 'x')], code: PROTOCOL_ERROR },
  { name: 'RSV2', send: [wireFrame(0xa1, 'x')], code: PROTOCOL_ERROR },
  { name: 'RSV3', send: [wireFrame(0x91, 'x')], code: PROTOCOL_ERROR },
  { name: 'all of them, binary', send: [wireFrame(0xf2, 'x')], code: PROTOCOL_ERROR },
  {
    name: 'after a good message',
    send: [hello, wireFrame(0xb1, 'x'), wireFrame(PING)],
    back: echoed,
    code: 1002,
  },
  { name: 'the same byte by byte', send: [hello, wireFrame(0xb1, 'x')], back: echoed, code: 1002, chop: 1 },
  { name: 'in a ping', send: [wireFrame(0xd9)], code: PROTOCOL_ERROR },
  { name: 'in a close frame', send: [wireFrame(0xf8)], code: PROTOCOL_ERROR },
  {
    name: 'RSV1 in a continuation, with compression',
    send: [wireFrame(0x41, 'x'), wireFrame(0xc0, 'y')],
    code: PROTOCOL_ERROR,
    deflate: '',
  },
];

const OPCODES: FailureCase[] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
  { name: `${opcode}`, send: [wireFrame(0x80 | opcode)], code: PROTOCOL_ERROR },
  {
    name: `${opcode} with a payload, after a good message`,
    send: [hello, wireFrame(0x80 | opcode, 'payload'), wireFrame(PING)],
    back: echoed,
    code: PROTOCOL_ERROR,
  },
]);

const FRAGMENTATION: FailureCase[] = [
  { name: 'a ping in fragments', send: [wireFrame(0x09, 'a'), wireFrame(0x80, 'b')], code: PROTOCOL_ERROR },
  { name: 'a pong in fragments', send: [wireFrame(0x0a, 'a'), wireFrame(0x80, 'b')], code: PROTOCOL_ERROR },
  { name: 'a close frame in fragments', send: [wireFrame(0x08)], code: PROTOCOL_ERROR },
  { name: 'a ping of 126 bytes', send: [wireFrame(PING, Buffer.alloc(126))], code: PROTOCOL_ERROR },
  { name: 'a pong of 65,536 bytes, by its header', send: [wireHeader(PONG, 65_536)], code: PROTOCOL_ERROR },
  { name: 'a last continuation of nothing', send: [wireFrame(0x80, 'x'), hello], code: PROTOCOL_ERROR },
  { name: 'a first continuation of nothing', send: [wireFrame(0x00, 'x'), hello], code: PROTOCOL_ERROR },
  { name: 'the same byte by byte', send: [wireFrame(0x00, 'x'), hello], code: PROTOCOL_ERROR, chop: 1 },
  { name: 'a continuation after a message', send: [hello, wireFrame(0x80, 'x')], back: echoed, code: 1002 },
  { name: 'a message within a message', send: [wireFrame(0x01, 'a'), hello], code: PROTOCOL_ERROR },
  {
    name: 'fragments within fragments',
    send: [wireFrame(0x01, 'a'), wireFrame(0x02, 'b')],
    code: PROTOCOL_ERROR,
  },
  {
    name: 'the same after a ping between',
    send: [wireFrame(0x01, 'a'), wireFrame(PING, 'p'), wireFrame(TEXT, 'b')],
    back: [[PONG, 'p']],
    code: PROTOCOL_ERROR,
  },
];

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** As RFC 3629 forbids them. */
const INVALID_UTF8: readonly (readonly [name: string, hex: string])[] = [
  ['a lone continuation byte', '80'],
  ['several of them', '80bf80bf'],
  ['a start without its continuation', 'c0 20'],
  ['the last byte missing, of two', 'df'],
  ['the last byte missing, of three', 'ef bf'],
  ['the last byte missing, of four', 'f7 bf bf'],
  ['FE and FF', 'fe fe ff ff'],
  ['/ in two bytes', 'c0 af'],
  ['/ in three bytes', 'e0 80 af'],
  ['/ in four bytes', 'f0 80 80 af'],
  ['the longest overlong of two', 'c1 bf'],
  ['the longest overlong of three', 'e0 9f bf'],
  ['the longest overlong of four', 'f0 8f bf bf'],
  ['five bytes', 'f8 88 80 80 80'],
  ['six bytes', 'fc 84 80 80 80 80'],
  ['beyond U+10FFFF', 'f4 90 80 80'],
  ['a first surrogate', 'ed a0 80'],
  ['a last surrogate', 'ed bf bf'],
  ['a pair of surrogates', 'ed a0 80 ed b0 80'],
  ['κόσμε with a surrogate and more behind it', 'cebae1bdb9cf83cebcceb5 eda080 656469746564'],
];

const UTF8: FailureCase[] = [
  ...INVALID_UTF8.map(([name, hex]): FailureCase => ({
    name,
    send: [wireFrame(TEXT, bytes(hex))],
    code: INVALID_DATA,
  })),
  {
    name: 'split over two fragments',
    send: [
      wireFrame(0x01, bytes('cebae1bdb9cf83cebcceb5 f4')),
      wireFrame(0x80, bytes('908080 656469746564')),
    ],
    code: INVALID_DATA,
  },
  {
    name: 'a character that the last fragment does not end',
    send: [wireFrame(0x01, bytes('61')), wireFrame(0x80, bytes('e2 82'))],
    code: INVALID_DATA,
  },
  {
    name: 'byte by byte in fragments of a byte',
    send: [...bytes('cebaeda080656469746564')].map((byte, i, { length }) =>
      wireFrame((i === 0 ? 1 : 0) | (i === length - 1 ? 0x80 : 0), Buffer.from([byte])),
    ),
    code: INVALID_DATA,
    chop: 1,
  },
  {
    name: 'after a good message',
    send: [hello, wireFrame(TEXT, bytes('ff')), hello],
    back: echoed,
    code: 1007,
  },
  {
    name: 'in a compressed message',
    send: [wireFrame(0xc1, deflateRawSync(bytes('6162ff'), { finishFlush: 2 }).subarray(0, -4))],
    code: INVALID_DATA,
    deflate: '',
  },
];

const CLOSING: FailureCase[] = [
  { name: 'half a code', send: [wireFrame(CLOSE, 'x')], code: PROTOCOL_ERROR },
  {
    name: 'a reason of 124 bytes',
    send: [wireFrame(CLOSE, closePayload(1000, Buffer.alloc(124, 'a')))],
    code: 1002,
  },
  {
    name: 'a reason that is not UTF-8',
    send: [wireFrame(CLOSE, closePayload(1000, bytes('cebae1bdb9cf83cebcceb5eda080656469746564')))],
    code: INVALID_DATA,
  },
  ...[0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535].flatMap((code): FailureCase[] => [
    { name: `code ${code}`, send: [wireFrame(CLOSE, closePayload(code))], code: PROTOCOL_ERROR },
  ]),
];

const LIMITS: FailureCase[] = [
  {
    name: 'a message of 1 GiB, by its header',
    send: [hello, wireHeader(0x82, 2 ** 30)],
    back: echoed,
    code: TOO_BIG,
    limit: '1MiB',
  },
  {
    name: 'fragments that add up to more',
    send: [wireFrame(0x02, Buffer.alloc(700)), wireFrame(0x80, Buffer.alloc(700))],
    code: TOO_BIG,
    limit: '1KiB',
  },
  { name: 'a million empty fragments', send: [wireFrame(0x01), Buffer.alloc(2_000_000)], code: POLICY },
  {
    name: 'a compression bomb',
    send: [
      wireFrame(0xc2, deflateRawSync(Buffer.alloc(200 * 1024 * 1024), { finishFlush: 2 }).subarray(0, -4)),
    ],
    code: TOO_BIG,
    deflate: '',
  },
  {
    name: 'what cannot be inflated',
    send: [wireFrame(0xc1, Buffer.alloc(20, 0xff))],
    code: INVALID_DATA,
    deflate: '',
  },
];

/** Each category with its cases. */
export const FAILURES = [
  ['reserved bits', RESERVED],
  ['reserved opcodes', OPCODES],
  ['fragmentation', FRAGMENTATION],
  ['invalid UTF-8', UTF8],
  ['close frames', CLOSING],
  ['limits', LIMITS],
] as const;
