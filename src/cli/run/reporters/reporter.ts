import type { RequestResult } from '../../../core/request/run/runResult.ts';
import type { ErrorDetail } from '../../../shared/timeline.ts';
import type { ExitStatus } from '../../exitStatus.ts';
import type { LocatedProblem } from '../../requestFiles/locatedProblem.ts';

/** The result of one request, and further facts about its connection. */
export interface RequestReport extends RequestResult {
  /** The server's response to a refused handshake. */
  readonly refusal?: Pick<ErrorDetail, 'status' | 'headers' | 'body'>;
}

/** The note about a request without certificate verification in reports for people. */
export const INSECURE = 'certificates were not verified (insecure)';

/** The result of one request file, with masked secrets. */
export interface FileReport {
  /** The displayed path. */
  readonly name: string;
  /** Errors that belong to no request, such as an unreadable file. The other requests ran. */
  readonly problems: readonly LocatedProblem[];
  /** Warnings, and ignored parts of the file. Its requests ran. */
  readonly warnings: readonly LocatedProblem[];
  /** The results in the order in which the requests ended. */
  readonly results: readonly RequestReport[];
  /** Duration in milliseconds. */
  readonly duration: number;
}

export interface RunReport {
  /** The files in the order of the arguments. */
  readonly files: readonly FileReport[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Duration in milliseconds. */
  readonly duration: number;
  readonly status: ExitStatus;
}

/** Receives the progress of a run. Files may overlap, and so may the requests of one file. */
export interface Reporter {
  fileStarted?(name: string, warnings: readonly LocatedProblem[]): void;
  requestEnded?(name: string, result: RequestReport): void;
  fileEnded?(report: FileReport): void;
  ended(report: RunReport): void;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** The number of requests that could not run, and of files with problems of their own. */
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
