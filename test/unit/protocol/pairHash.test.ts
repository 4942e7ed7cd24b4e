import { describe, expect, it } from 'vitest';
import { pairHash } from '../../../src/core/protocol/pairHash.ts';

/** The definition in integers of any size: xor with the unit, multiply by the prime, keep 64 bits; then fold. */
function reference(caller: 'client' | 'server', key: string): number {
  let hash = 0xcbf29ce484222325n;
  for (const unit of [caller === 'client' ? 1 : 2, ...Array.from(key, (each) => each.charCodeAt(0))])
    hash = BigInt.asUintN(64, (hash ^ BigInt(unit)) * 0x100000001b3n);
  return Number(BigInt.asUintN(53, hash) ^ (hash >> 53n));
}

describe('the hash of a pair', () => {
  it.each(['', '1', '"a-1"', 'é\u{ffff}', '"/chat" 17', 'x'.repeat(1000)])(
    'is folded FNV-1a for %j',
    (key) => {
      expect(pairHash('client', key)).toBe(reference('client', key));
      expect(pairHash('server', key)).toBe(reference('server', key));
    },
  );

  it('differs by side and key, and is never 0', () => {
    const hashes = new Set<number>();
    for (let id = 0; id < 100_000; id++)
      for (const side of ['client', 'server'] as const) hashes.add(pairHash(side, `${id}`));
    expect(hashes.size).toBe(200_000);
    for (const hash of hashes)
      if (!Number.isSafeInteger(hash) || hash <= 0) expect(hash).toBe('a safe integer');
  });

  it('spreads consecutive ids over all buckets', () => {
    const buckets = new Array<number>(256).fill(0);
    for (let id = 0; id < 25_600; id++) buckets[pairHash('client', `${id}`) % 256]!++;
    for (const count of buckets) {
      expect(count).toBeGreaterThan(50);
      expect(count).toBeLessThan(150);
    }
  });
});
