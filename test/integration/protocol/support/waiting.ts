import type { Unit } from '../../../../src/shared/units.ts';

/** Resolves when a condition holds. @throws after `patience` milliseconds */
export async function until(condition: () => boolean, patience = 5_000): Promise<void> {
  const end = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${patience} ms: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The payload as JSON.parse reads it. */
export function payloadOf({ payload }: Unit): unknown {
  return payload && (JSON.parse(payload.content) as unknown);
}
