/**
 * A view of a Buffer's bytes that is no Buffer: `slice` of a Buffer is a view, too, and its bytes are lost when their buffer is
 * moved to a worker. Creating one costs a tenth of what receiving a short message costs, so it is not created for
 * messages that are only recorded.
 */
export function plainBytes({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

/**
 * A copy to send later. A short one lies in Node's pool: a buffer of its own costs ten times as much to allocate. It is a
 * Buffer, because sending needs one: do not change it, and do not take its `slice` for a copy.
 */
export function copyToSend(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafe(bytes.length);
  copy.set(bytes);
  return copy;
}
