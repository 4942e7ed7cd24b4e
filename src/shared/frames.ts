import type { Direction } from './timeline.ts';

/** The opcodes that have a meaning (RFC 6455, section 5.2). */
export const OPCODE_NAMES: Readonly<Partial<Record<number, string>>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

/** One frame as it travelled (RFC 6455, section 5.2). */
export interface FrameRow {
  /** Number of the row that it belongs to. */
  readonly row: number;
  /** Microseconds since the session began, when its header came or left. */
  readonly time: number;
  readonly direction: Exclude<Direction, 'none'>;
  readonly fin: boolean;
  /** Of a message's first frame: it is compressed (RFC 7692, section 6). The row's `size` is its length after inflating. */
  readonly rsv1: boolean;
  readonly rsv2: boolean;
  readonly rsv3: boolean;
  /** Of OPCODE_NAMES, or one that has no meaning. */
  readonly opcode: number;
  /** The masking key, 32 bits in the order of the wire; undefined where the payload is not masked. */
  readonly mask: number | undefined;
  /** Bytes of the header, masking key included. */
  readonly headerLength: number;
  /** Bytes of the payload on the wire. */
  readonly length: number;
  /** False: the connection ended before all of it had come. */
  readonly complete: boolean;
}

/** Some of a row's frames. */
export interface FramePage {
  /** How many the row has; 0 also where the session did not keep them. */
  readonly total: number;
  readonly frames: readonly FrameRow[];
}
