/**
 * A view of a Buffer's bytes as a plain Uint8Array. `slice` of a Buffer is a view, whose bytes are lost when the buffer
 * moves to a worker. Creating the plain view costs a tenth of receiving a short message, so messages that are only
 * recorded get none.
 */
export function plainBytes({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

/**
 * A copy of bytes to send later. Short copies share Node's pool, because allocating a separate buffer costs ten times
 * as much. The result is a Buffer, because sending needs one: do not modify it, and do not use its `slice` as a copy.
 */
export function copyToSend(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafe(bytes.length);
  copy.set(bytes);
  return copy;
}
