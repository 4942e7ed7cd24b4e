import { detailOf } from '../read/rowDetail.ts';

/** The remark of an export that leaves them out. */
export const HANDSHAKE_LEFT = 'The bytes and the certificates of handshakes are left out.';

/** @param payload payload of an `open` or `error` row */
export function hasBytesOfHandshake(payload: Uint8Array): boolean {
  const { exchanges, tls } = detailOf(payload);
  return exchanges !== undefined || tls !== undefined;
}
