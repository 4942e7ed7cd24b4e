import { MAX_CONTROL_PAYLOAD } from '../../shared/limits.ts';

/** Bits of a frame's first byte (RFC 6455, section 5.2). */
export const BIT = { fin: 0x80, rsv1: 0x40, rsv2: 0x20, rsv3: 0x10 } as const;

const OPCODE = 0x0f;
const CONTROL = 0x08;

/** 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
export function opcodeOf(first: number): number {
  return first & OPCODE;
}

export function isControl(first: number): boolean {
  return (first & CONTROL) !== 0;
}

/** Whether this is the last frame of its message. */
export function isFinal(first: number): boolean {
  return (first & BIT.fin) !== 0;
}

/** What both sides agreed on, if it affects which frames are valid. */
export interface FrameRules {
  /** The sender of the frames: a client's frames are masked, a server's are not. */
  readonly sender: 'client' | 'server';
  /** Whether permessage-deflate was negotiated (RFC 7692). */
  readonly compression: boolean;
}

/** A protocol violation of a frame: the end of a sentence about its sender, and the violated section. */
export interface FrameFault {
  readonly what: string;
  /** For example `RFC 6455, section 5.2`. */
  readonly where: string;
}

/** Larger lengths cannot be exact numbers, and no transport accepts them. */
const MAX_LENGTH = 2 ** 53;

const NAMES: Readonly<Record<number, string>> = {
  0: 'continuation frame',
  1: 'text frame',
  2: 'binary frame',
  8: 'close frame',
  9: 'ping',
  10: 'pong',
};

/** Names the kind of frame that begins with this byte, such as `text frame`. */
export function frameName(first: number): string {
  const opcode = opcodeOf(first);
  return NAMES[opcode] ?? `frame with the opcode ${opcode}`;
}

/**
 * Checks a frame by its header.
 * @param isMasked whether it has a masking key
 * @param inMessage whether it comes between the fragments of a message
 * @returns undefined for a valid frame
 */
export function frameFault(
  first: number,
  length: number,
  isMasked: boolean,
  inMessage: boolean,
  { sender, compression }: FrameRules,
): FrameFault | undefined {
  const opcode = opcodeOf(first);
  if ((first & (BIT.rsv2 | BIT.rsv3)) !== 0)
    return fault(`RSV2 or RSV3 is set in a ${frameName(first)}, and no extension gives it a meaning`, '5.2');
  const fromOpcode = opcodeFault(opcode, inMessage);
  if ((first & BIT.rsv1) !== 0 && NAMES[opcode] !== undefined) {
    const misplaced = rsv1Fault(first, compression);
    if (misplaced !== undefined) return misplaced;
  }
  if (fromOpcode !== undefined) return fromOpcode;
  if (isControl(first)) {
    if (!isFinal(first))
      return fault(`a control frame is fragmented: a ${frameName(first)} without FIN`, '5.5');
    if (length > MAX_CONTROL_PAYLOAD)
      return fault(
        `a control frame is longer than ${MAX_CONTROL_PAYLOAD} bytes: a ${frameName(first)} of ${length} bytes`,
        '5.5',
      );
    if (opcode === 8 && length === 1) return fault('a close frame has half a code', '5.5.1');
  }
  if (isMasked !== (sender === 'client'))
    return fault(
      sender === 'client' ? 'a frame of the client is not masked' : 'a frame of the server is masked',
      '5.1',
    );
  return length >= MAX_LENGTH
    ? fault('a frame announces more bytes than any message can have', '5.2')
    : undefined;
}

function opcodeFault(opcode: number, inMessage: boolean): FrameFault | undefined {
  if (NAMES[opcode] === undefined) return fault(`a frame has the unknown opcode ${opcode}`, '5.2');
  if (opcode === 0 && !inMessage) return fault('a continuation frame continues no message', '5.4');
  if ((opcode === 1 || opcode === 2) && inMessage)
    return fault(`a ${NAMES[opcode]} begins a message before the fragments of another have ended`, '5.4');
  return undefined;
}

/** RSV1 marks the first frame of a compressed message, and nothing else (RFC 7692, section 6). */
function rsv1Fault(first: number, compression: boolean): FrameFault | undefined {
  const name = frameName(first);
  if (!compression) return fault(`RSV1 is set in a ${name}, and no compression was negotiated`, '5.2');
  if (isControl(first))
    return { what: `RSV1 is set in a ${name}, and control frames are never compressed`, where: RFC7692 };
  if (opcodeOf(first) === 0)
    return {
      what: `RSV1 is set in a ${name}, and only the first frame of a compressed message carries it`,
      where: RFC7692,
    };
  return undefined;
}

const RFC7692 = 'RFC 7692, section 6.1';

function fault(what: string, section: string): FrameFault {
  return { what, where: `RFC 6455, section ${section}` };
}
