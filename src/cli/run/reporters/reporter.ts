import type { RequestResult } from '../../../core/request/run/runResult.ts';
import type { ErrorDetail } from '../../../shared/timeline.ts';
import type { ExitStatus } from '../../exitStatus.ts';
import type { LocatedProblem } from '../../requestFiles/locatedProblem.ts';

/** How one request went, and what its connection did besides. */
export interface RequestReport extends RequestResult {
  /** What the server answered to a handshake that it refused. */
  readonly refusal?: Pick<ErrorDetail, 'status' | 'headers' | 'body'>;
}

/** What reports for people say of a request without verified certificates. */
export const INSECURE = 'certificates were not verified (insecure)';

/** How one request file went. Secrets are masked in it. */
export interface FileReport {
  /** As it is shown. */
  readonly name: string;
  /** Errors that belong to no request, such as a file that cannot be read: the requests beside them were run. */
  readonly problems: readonly LocatedProblem[];
  /** Warnings, and what of the file is ignored. The requests were run all the same. */
  readonly warnings: readonly LocatedProblem[];
  /** In the order in which they ended. */
  readonly results: readonly RequestReport[];
  /** Milliseconds. */
  readonly duration: number;
}

export interface RunReport {
  /** In the order in which they were named. */
  readonly files: readonly FileReport[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly status: ExitStatus;
}

/** Tells how a run goes. Files may overlap, the requests of one file too. */
export interface Reporter {
  fileStarted?(name: string, warnings: readonly LocatedProblem[]): void;
  requestEnded?(name: string, result: RequestReport): void;
  fileEnded?(report: FileReport): void;
  ended(report: RunReport): void;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** What could not be run: requests, and files with problems of their own. */
  readonly errors: number;
  readonly skipped: number;
}

export function countsOf(files: readonly FileReport[]): Counts {
  const results = files.flatMap((file) => file.results);
  const of = (status: RequestResult['status']): number =>
    results.filter((result) => result.status === status).length;
  return {
    passed: of('passed'),
    failed: of('failed'),
    errors: of('error') + files.filter(({ problems }) => problems.length > 0).length,
    skipped: of('skipped'),
  };
}
