import type { Direction } from './timeline.ts';

/** The opcodes that RFC 6455, section 5.2 defines. */
export const OPCODE_NAMES: Readonly<Partial<Record<number, string>>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

/** One frame as it was transmitted (RFC 6455, section 5.2). */
export interface FrameRow {
  /** Number of the frame's row. */
  readonly row: number;
  /** Microseconds since the session began, when the header was received or sent. */
  readonly time: number;
  readonly direction: Exclude<Direction, 'none'>;
  readonly fin: boolean;
  /**
   * For a message's first frame: whether it is compressed (RFC 7692, section 6). The row's `size` is its length after
   * inflating.
   */
  readonly rsv1: boolean;
  readonly rsv2: boolean;
  readonly rsv3: boolean;
  /** A key of OPCODE_NAMES, or a reserved opcode. */
  readonly opcode: number;
  /** The masking key, 32 bits in wire order; undefined if the payload is not masked. */
  readonly mask: number | undefined;
  /** Bytes of the header, including the masking key. */
  readonly headerLength: number;
  /** Bytes of the payload on the wire. */
  readonly length: number;
  /** False if the connection ended in the middle of the frame. */
  readonly complete: boolean;
  /** `client` if the frame was transmitted between a client and the proxy. Absent: between the proxy and its target. */
  readonly side?: 'client';
}

/** Some of a row's frames. */
export interface FramePage {
  /** Number of frames of the row; 0 also if the session did not record frames. */
  readonly total: number;
  readonly frames: readonly FrameRow[];
}
