/** The receiver of `ws`; the types of `ws` do not include it. */
interface Receiver {
  _bufferedBytes: number;
  readonly _buffers: Buffer[];
  readonly _state: number;
  consume(bytes: number): Buffer;
}

/** The state in which the receiver takes a payload; in all others it takes a part of a header. */
const GET_DATA = 4;

/** The longest part of a header that is taken at once: a 64-bit length. */
const MAX_PART = 8;

/**
 * Makes a receiver of `ws` take bytes from its chunks by position. Otherwise it creates two views for each part of a
 * frame, one of the part and one of the rest, which costs more than recording a short message. With this change only
 * payloads get a view. Call it before the receiver gets its first chunk.
 */
export function takeByPosition(target: object): void {
  const receiver = target as Receiver;
  const chunks = receiver._buffers;
  // The receiver reads a part of a header before it takes the next one.
  const part = Buffer.alloc(MAX_PART);
  /** Bytes of the first chunk that are taken. */
  let taken = 0;

  const across = (bytes: number): Buffer => {
    const joined = Buffer.allocUnsafe(bytes);
    for (let done = 0; done < bytes;) {
      const chunk = chunks[0]!;
      const copied = chunk.copy(joined, done, taken, taken + bytes - done);
      done += copied;
      taken += copied;
      if (taken < chunk.length) break;
      chunks.shift();
      taken = 0;
    }
    return joined;
  };

  receiver.consume = (bytes) => {
    receiver._bufferedBytes -= bytes;
    const chunk = chunks[0]!;
    const at = taken;
    const end = at + bytes;
    if (end > chunk.length) return across(bytes);
    if (end < chunk.length) taken = end;
    else {
      chunks.shift();
      taken = 0;
    }
    if (receiver._state === GET_DATA || bytes > MAX_PART) return chunk.subarray(at, end);
    for (let i = 0; i < bytes; i++) part[i] = chunk[at + i]!;
    return part;
  };
}
