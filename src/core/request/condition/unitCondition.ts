import type { DecodedUnit } from '../../protocol/unit.ts';
import { judgedMessage } from './judged.ts';
import { compileSearchCondition } from './searchCondition.ts';

/** A message, and its unit if it decodes to one. */
export interface JudgedUnit {
  readonly kind: 'text' | 'binary';
  readonly data: Uint8Array;
  readonly unit: DecodedUnit | undefined;
}

/** May run for ever, depending on a pattern. @throws RangeError if a pattern exceeds the limits of the engine */
export type UnitTest = (judged: JudgedUnit) => boolean;

/**
 * Compiles conditions of request files as a test of one unit, which meets one of each list.
 * @throws DuplexError `call.invalid` that says what is wrong with a condition
 */
export function unitTest(conditions: readonly (readonly string[])[]): UnitTest {
  const lists = conditions.map((list) => list.map((each) => compileSearchCondition(each).compiled));
  return ({ kind, data, unit }) => {
    const facts = { kind, size: data.length, latency: 0, close: undefined, handshake: undefined };
    const judged = judgedMessage(data, { ...facts, unit });
    return lists.every((list) => list.some((condition) => condition.holds(judged)));
  };
}
