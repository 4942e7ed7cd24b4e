/** Bytes a piece. A multiple of three, so that the pieces' base64 may be joined. */
const PIECE_BYTES = 3 * 1024 * 1024;

/** Valid UTF-8 as strings that end between two characters: no string of V8's holds a whole gigabyte. */
export function* utf8Pieces(payload: Uint8Array): Generator<string> {
  const bytes = asBuffer(payload);
  for (let from = 0; from < bytes.length;) {
    let to = Math.min(from + PIECE_BYTES, bytes.length);
    while (to < bytes.length && isContinuation(bytes[to]) && to > from + 1) to--;
    yield bytes.toString('utf8', from, to);
    from = to;
  }
}

export function* base64Pieces(payload: Uint8Array): Generator<string> {
  const bytes = asBuffer(payload);
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    yield bytes.toString('base64', from, Math.min(from + PIECE_BYTES, bytes.length));
  }
}

/** Whether a byte goes on with a character that began before it. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** The same bytes with Buffer's methods, not copied. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
