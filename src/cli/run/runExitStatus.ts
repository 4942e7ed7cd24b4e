import type { RequestResult, RunCause } from '../../core/request/run/runResult.ts';
import { EXIT, worst, type ExitStatus } from '../exitStatus.ts';
import type { FileReport } from './reporters/reporter.ts';

const EXIT_OF_CAUSE: Readonly<Record<RunCause, ExitStatus>> = {
  expectation: EXIT.expectation,
  timeout: EXIT.expectation,
  // A request that was not run has not met its expectations.
  cancelled: EXIT.expectation,
  disabled: EXIT.ok,
  invalid: EXIT.usage,
  connection: EXIT.connection,
};

/** The exit status of a whole run. */
export function exitStatusOf(files: readonly FileReport[]): ExitStatus {
  return worst(
    ...files.flatMap(({ problems, results }) => [
      problems.length > 0 ? EXIT.usage : EXIT.ok,
      ...results.map(exitOf),
    ]),
  );
}

function exitOf({ failure }: RequestResult): ExitStatus {
  return failure ? EXIT_OF_CAUSE[failure.cause] : EXIT.ok;
}
