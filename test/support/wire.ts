import type { Socket } from 'node:net';

/** A server's frame of any length (RFC 6455, section 5.2): first byte, then the payload, unmasked. */
export function wireFrame(first: number, payload: Uint8Array | string = ''): Buffer {
  const bytes = Buffer.from(payload as string);
  return Buffer.concat([wireHeader(first, bytes.length), bytes]);
}

/** The header alone, of a payload of `length` bytes that follows, or never does. */
export function wireHeader(first: number, length: number): Buffer {
  if (length < 126) return Buffer.from([first, length]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = first;
  header[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

export function closePayload(code: number, reason: Uint8Array | string = ''): Buffer {
  return Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason as string)]);
}

/** A client's frame as it came. */
export interface ReceivedFrame {
  /** FIN, RSV1 to RSV3 and the opcode. */
  readonly first: number;
  readonly masked: boolean;
  /** Unmasked. */
  readonly payload: Buffer;
}

/** Takes a client's bytes apart into frames, as they come. */
export function readFrames(socket: Socket, onFrame: (frame: ReceivedFrame) => void): void {
  let pieces: Buffer[] = [];
  let held = 0;
  let needed = 0;
  socket.on('data', (chunk: Buffer) => {
    pieces.push(chunk);
    held += chunk.length;
    // Put together only when a frame is whole: a large one comes in a thousand pieces.
    if (held < needed) return;
    let bytes = Buffer.concat(pieces);
    for (;;) {
      const length = frameLength(bytes);
      needed = length ?? 0;
      if (length === undefined || bytes.length < length) break;
      onFrame(parse(bytes.subarray(0, length)));
      bytes = bytes.subarray(length);
    }
    pieces = [bytes];
    held = bytes.length;
  });
}

/** Bytes of the frame at the start; undefined where its header is not all there. */
function frameLength(bytes: Buffer): number | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const header = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (bytes[1]! & 0x80 ? 4 : 0);
  if (bytes.length < header) return undefined;
  if (short < 126) return header + short;
  return header + (short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)));
}

function parse(frame: Buffer): ReceivedFrame {
  const short = frame[1]! & 0x7f;
  const masked = (frame[1]! & 0x80) !== 0;
  const at = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
  const payload = Buffer.from(frame.subarray(at + (masked ? 4 : 0)));
  if (masked) for (let i = 0; i < payload.length; i++) payload[i]! ^= frame[at + (i & 3)]!;
  return { first: frame[0]!, masked, payload };
}

/**
 * The frames of a client (RFC 6455, section 5.3) with the content of those of a server. The last frame may be a header whose
 * payload is cut off.
 */
export function maskFrames(frames: Uint8Array, key = Buffer.from([0x37, 0xfa, 0x21, 0x3d])): Buffer {
  const bytes = Buffer.from(frames);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const short = bytes[at + 1]! & 0x7f;
    const header = Buffer.from(bytes.subarray(at, at + 2 + (short === 126 ? 2 : short === 127 ? 8 : 0)));
    const end = at + Math.min(frameLength(bytes.subarray(at))!, bytes.length - at);
    const payload = Buffer.from(bytes.subarray(at + header.length, end));
    header[1]! |= 0x80;
    for (let i = 0; i < payload.length; i++) payload[i]! ^= key[i & 3]!;
    parts.push(header, key, payload);
    at = end;
  }
  return Buffer.concat(parts);
}
