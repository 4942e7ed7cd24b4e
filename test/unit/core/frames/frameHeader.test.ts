import { describe, expect, it } from 'vitest';
import {
  frameFault,
  frameName,
  isControl,
  isFinal,
  opcodeOf,
  type FrameRules,
} from '../../../../src/core/frames/frameHeader.ts';

const FIN = 0x80;
const [RSV1, RSV2, RSV3] = [0x40, 0x20, 0x10];
const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10];
const SERVER: FrameRules = { sender: 'server', compression: false };
const CLIENT: FrameRules = { sender: 'client', compression: false };
const COMPRESSED: FrameRules = { sender: 'server', compression: true };

interface Frame {
  readonly first: number;
  readonly length?: number;
  readonly isMasked?: boolean;
  readonly inMessage?: boolean;
  readonly rules?: FrameRules;
}

function fault({ first, length = 5, isMasked, inMessage = false, rules = SERVER }: Frame) {
  return frameFault(first, length, isMasked ?? rules.sender === 'client', inMessage, rules);
}

describe('a frame', () => {
  it.each<[string, Frame]>([
    ['a text message', { first: FIN | TEXT }],
    ['a binary message', { first: FIN | BINARY }],
    ['an empty message', { first: FIN | TEXT, length: 0 }],
    ['the first fragment', { first: TEXT }],
    ['a fragment between', { first: CONTINUATION, inMessage: true }],
    ['the last fragment', { first: FIN | CONTINUATION, inMessage: true }],
    ['a ping', { first: FIN | PING }],
    ['a ping between fragments', { first: FIN | PING, inMessage: true }],
    ['a pong of 125 bytes', { first: FIN | PONG, length: 125 }],
    ['a close without a code', { first: FIN | CLOSE, length: 0 }],
    ['a close with a code', { first: FIN | CLOSE, length: 2 }],
    ['a masked message of a client', { first: FIN | TEXT, rules: CLIENT }],
    ['a compressed message', { first: FIN | RSV1 | TEXT, rules: COMPRESSED }],
    ['the first fragment of a compressed message', { first: RSV1 | BINARY, rules: COMPRESSED }],
    ['an uncompressed message although compression was agreed', { first: FIN | TEXT, rules: COMPRESSED }],
    ['a message of the largest exact length', { first: FIN | BINARY, length: 2 ** 53 - 1 }],
  ])('is valid: %s', (_, frame) => {
    expect(fault(frame)).toBeUndefined();
  });

  it.each<[string, Frame, string, string]>([
    ['RSV2', { first: FIN | RSV2 | TEXT }, 'RSV2 or RSV3 is set in a text frame', 'RFC 6455, section 5.2'],
    ['RSV3', { first: FIN | RSV3 | PONG }, 'RSV2 or RSV3 is set in a pong', 'RFC 6455, section 5.2'],
    [
      'RSV1 without compression',
      { first: FIN | RSV1 | TEXT },
      'RSV1 is set in a text frame, and no compression was negotiated',
      'RFC 6455, section 5.2',
    ],
    [
      'RSV1 of a control frame',
      { first: FIN | RSV1 | PING, rules: COMPRESSED },
      'RSV1 is set in a ping, and control frames are never compressed',
      'RFC 7692, section 6.1',
    ],
    [
      'RSV1 of a later fragment',
      { first: FIN | RSV1 | CONTINUATION, inMessage: true, rules: COMPRESSED },
      'RSV1 is set in a continuation frame, and only the first frame',
      'RFC 7692, section 6.1',
    ],
    ['an unknown opcode', { first: FIN | 3 }, 'the unknown opcode 3', 'RFC 6455, section 5.2'],
    ['an unknown control opcode', { first: FIN | 11 }, 'the unknown opcode 11', 'RFC 6455, section 5.2'],
    [
      'a continuation of nothing',
      { first: FIN | CONTINUATION },
      'a continuation frame continues no message',
      'RFC 6455, section 5.4',
    ],
    [
      'a message within a message',
      { first: FIN | BINARY, inMessage: true },
      'a binary frame begins a message before the fragments of another have ended',
      'RFC 6455, section 5.4',
    ],
    ['a fragmented ping', { first: PING }, 'a ping without FIN', 'RFC 6455, section 5.5'],
    ['a long ping', { first: FIN | PING, length: 126 }, 'a ping of 126 bytes', 'RFC 6455, section 5.5'],
    ['half a close code', { first: FIN | CLOSE, length: 1 }, 'half a code', 'RFC 6455, section 5.5.1'],
    [
      'a masked frame of a server',
      { first: FIN | TEXT, isMasked: true },
      'a frame of the server is masked',
      'RFC 6455, section 5.1',
    ],
    [
      'an unmasked frame of a client',
      { first: FIN | TEXT, isMasked: false, rules: CLIENT },
      'a frame of the client is not masked',
      'RFC 6455, section 5.1',
    ],
    [
      'an impossible length',
      { first: FIN | TEXT, length: 2 ** 53 },
      'more bytes than any',
      'RFC 6455, section 5.2',
    ],
  ])('is a fault: %s', (_, frame, what, where) => {
    expect(fault(frame)).toEqual({ what: expect.stringContaining(what) as string, where });
  });

  it('has one fault for each first byte that RFC 6455 does not allow, and none for the others', () => {
    const valid = Array.from({ length: 256 }, (_, first) => first).filter(
      (first) => fault({ first }) === undefined,
    );
    expect(valid).toEqual([TEXT, BINARY, FIN | TEXT, FIN | BINARY, FIN | CLOSE, FIN | PING, FIN | PONG]);
    const continued = Array.from({ length: 256 }, (_, first) => first).filter(
      (first) => fault({ first, inMessage: true }) === undefined,
    );
    expect(continued).toEqual([CONTINUATION, FIN | CONTINUATION, FIN | CLOSE, FIN | PING, FIN | PONG]);
  });
});

describe('the first byte of a frame', () => {
  it.each([
    [FIN | TEXT, 'text frame'],
    [BINARY, 'binary frame'],
    [FIN | RSV1 | CONTINUATION, 'continuation frame'],
    [FIN | CLOSE, 'close frame'],
    [FIN | PING, 'ping'],
    [FIN | PONG, 'pong'],
    [FIN | 5, 'frame with the opcode 5'],
    [FIN | 15, 'frame with the opcode 15'],
  ])('0x%x names a %s', (first, name) => {
    expect(frameName(first)).toBe(name);
  });

  it('has the opcode in its low four bits, for all flags', () => {
    for (let first = 0; first < 256; first++) {
      expect(opcodeOf(first)).toBe(first % 16);
      expect(isControl(first)).toBe(first % 16 >= 8);
      expect(isFinal(first)).toBe(first >= 128);
    }
  });
});
