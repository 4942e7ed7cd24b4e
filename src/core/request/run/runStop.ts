import { DuplexError, toDuplexError } from '../../../shared/errors.ts';
import type { Planned } from '../plan/stepPlan.ts';
import type { Problem } from '../syntax/diagnostic.ts';
import type { Range } from '../syntax/range.ts';
import type { RunFailure, RunStatus } from './runResult.ts';
import { spellOptions } from '../../session/options/optionName.ts';

/** Thrown within a run to end it. */
export class RunStop extends Error {
  override readonly name = 'RunStop';

  constructor(readonly failure: RunFailure) {
    super(failure.message);
  }
}

/** Ends a run because of an error in its file. */
export function invalid(problems: readonly Problem[]): RunStop {
  const [first] = problems;
  if (!first) throw new Error('The cause is not known.');
  return new RunStop({ cause: 'invalid', ...first });
}

/** @throws RunStop if the plan has problems */
export function planOf<T>(planned: Planned<T>): T {
  if ('plan' in planned) return planned.plan;
  throw invalid(planned.problems);
}

/** Converts anything that was thrown to a failure at a place. Its sentence names options as request files do. */
export function runFailure(thrown: unknown, range: Range): RunFailure {
  const failure = thrown instanceof RunStop ? thrown.failure : causedBy(thrown, range);
  return { ...failure, message: spellOptions(failure.message, 'requestFile') };
}

function causedBy(thrown: unknown, range: Range): RunFailure {
  const { code, message } = thrown instanceof DuplexError ? thrown : toDuplexError(thrown);
  if (code === 'call.cancelled') return { cause: 'cancelled', code, message, range };
  if (code === 'call.timeout') return { cause: 'timeout', code, message, range };
  return { cause: FILE_CODES.has(code) ? 'invalid' : 'connection', code, message, range };
}

/** The errors of reading a file that the request names. */
const FILE_CODES: ReadonlySet<string> = new Set(['file.invalid', 'disk.denied']);

export function statusOf(failure: RunFailure | undefined): RunStatus {
  switch (failure?.cause) {
    case undefined:
      return 'passed';
    case 'expectation':
    case 'timeout':
      return 'failed';
    case 'cancelled':
    case 'disabled':
      return 'skipped';
    default:
      return 'error';
  }
}
