import type { CompiledCondition } from '../condition/compileCondition.ts';
import type { Judged } from '../condition/judged.ts';
import type { Judge } from './judge.ts';
import type { ExpectationResult } from './runResult.ts';

/** Judges all expectations, even after the first failure, to report everything that is wrong with a message. */
export function expectAll(
  conditions: readonly CompiledCondition[],
  judged: Judged,
  seq: number | undefined,
  judge: Judge,
): ExpectationResult[] {
  return conditions.map((condition) => ({
    range: condition.range,
    status: judge.holds(condition, judged) ? 'passed' : 'failed',
    expected: condition.written,
    actual: judge.actual(condition, judged),
    seq,
  }));
}
