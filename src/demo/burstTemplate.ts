/** A frame of a burst; only the number differs between messages. */
export interface BurstTemplate {
  /** The frame's header and the payload up to the filler. */
  readonly head: Buffer;
  /** The text that fills the payload, repeated and cut to `fillerBytes`. */
  readonly filler: Buffer;
  readonly fillerBytes: number;
  readonly tail: Buffer;
  /** Offset and count of the number's digits in the frame. `pad` fills unused digits. */
  readonly numberAt: number;
  readonly digits: number;
  readonly pad: number;
  /** The whole frame if it is small; otherwise undefined. */
  readonly whole: Buffer | undefined;
}

const FILLER = Buffer.alloc(1024 * 1024, 'x');
const SMALL = 64 * 1024;
const SPACE = 0x20;
const ZERO = 0x30;

/**
 * Builds messages of exactly `size` bytes, numbered from 0 to `count - 1`: `{"n": 12,"pad":"xxx"}`, in less space
 * `{"n": 12 }`, and if no JSON fits, only the last digits of the number.
 */
export function burstTemplate(count: number, size: number): BurstTemplate {
  const width = String(count - 1).length;
  const shape = shapeOf(width, size);
  const header = textFrameHeader(size);
  const head = Buffer.concat([header, Buffer.from(shape.before + ' '.repeat(shape.digits) + shape.between)]);
  const tail = Buffer.from(shape.after);
  const fillerBytes = header.length + size - head.length - tail.length;
  const small = header.length + size <= SMALL;
  return {
    head,
    filler: FILLER,
    fillerBytes,
    tail,
    numberAt: header.length + shape.before.length,
    digits: shape.digits,
    pad: shape.pad,
    whole: small ? Buffer.concat([head, FILLER.subarray(0, fillerBytes), tail]) : undefined,
  };
}

/** Writes `value` into the frame at `offset`, right-aligned. If it is too long, only its last digits are written. */
export function writeNumber(
  frame: Uint8Array,
  offset: number,
  value: number,
  { numberAt, digits, pad }: BurstTemplate,
): void {
  const first = offset + numberAt;
  let rest = value;
  for (let at = first + digits - 1; at >= first; at--) {
    frame[at] = rest > 0 || at === first + digits - 1 ? ZERO + (rest % 10) : pad;
    rest = Math.floor(rest / 10);
  }
}

interface Shape {
  readonly before: string;
  readonly digits: number;
  readonly pad: number;
  readonly between: string;
  readonly after: string;
}

function shapeOf(width: number, size: number): Shape {
  const before = '{"n":';
  const between = ',"pad":"';
  const after = '"}';
  const padded = before.length + width + between.length + after.length;
  if (size >= padded) return { before, digits: width, pad: SPACE, between, after };
  if (size > before.length + width) {
    return { before, digits: size - before.length - 1, pad: SPACE, between: '', after: '}' };
  }
  return { before: '', digits: size, pad: ZERO, between: '', after: '' };
}

/** The header of one complete, unmasked text message from a server (RFC 6455, section 5.2). */
function textFrameHeader(length: number): Buffer {
  const finText = 0x81;
  if (length < 126) return Buffer.from([finText, length]);
  if (length < 65_536) return Buffer.from([finText, 126, length >> 8, length & 0xff]);
  const header = Buffer.alloc(10);
  header[0] = finText;
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
