/**
 * A view of a Buffer's bytes that is no Buffer: `slice` of a Buffer is a view, too, and its bytes are lost when their buffer is
 * moved to a worker. Creating one costs a tenth of what receiving a short message costs, so it is not created for
 * messages that are only recorded.
 */
export function plainBytes({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}
