import type { Role } from './protocolModule.ts';

/** The low half of FNV's 64-bit prime 2^40 + 0x1b3. */
const PRIME = 0x1b3;

/**
 * Hashes the key that a call and its reply share to 53 bits, never 0. An index of pairs compares numbers, because texts
 * would take many times the memory. The hash is 64-bit FNV-1a (Fowler, Noll, Vo) over the caller and the UTF-16 units of the
 * key, with the upper 11 bits folded into the lower ones.
 * @param caller the side that called: both sides may count from 1
 */
export function pairHash(caller: Role, key: string): number {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let i = -1; i < key.length; i++) {
    low ^= i >= 0 ? key.charCodeAt(i) : caller === 'client' ? 1 : 2;
    const product = (low >>> 0) * PRIME;
    high = (Math.imul(high, PRIME) + (low << 8) + ((product / 2 ** 32) | 0)) | 0;
    low = product | 0;
  }
  return (high & 0x1fffff) * 2 ** 32 + ((low ^ (high >>> 21)) >>> 0) || 1;
}
