import type { Role } from './protocolModule.ts';

/**
 * 53 bits of what a call and its reply have in common (cyrb53, public domain), never 0. An index of pairs compares numbers: texts
 * would take many times the memory.
 * @param caller the side that called: both may count from 1
 */
export function pairHash(caller: Role, key: string): number {
  let h1 = caller === 'client' ? 0xdeadbeef : 0x7ac1e5ab;
  let h2 = 0x41c6ce57;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    h1 = Math.imul(h1 ^ code, 2654435761);
    h2 = Math.imul(h2 ^ code, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return (h2 >>> 0) + (h1 & 0x1fffff) * 2 ** 32 || 1;
}
