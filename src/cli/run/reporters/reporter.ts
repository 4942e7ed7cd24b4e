import type { RequestResult } from '../../../core/request/run/runResult.ts';
import type { ErrorDetail } from '../../../shared/timeline.ts';
import type { ExitStatus } from '../../exitStatus.ts';
import type { LocatedProblem } from '../../requestFiles/locatedProblem.ts';

/** The result of one request, and further facts about its connection. */
export interface RequestReport extends RequestResult {
  /** The server's answer to a refused handshake. */
  readonly refusal?: Pick<ErrorDetail, 'status' | 'headers' | 'body'>;
}

/** The note in reports for people about a request without certificate verification. */
export const INSECURE = 'certificates were not verified (insecure)';

/** The result of one request file. Secrets are masked in it. */
export interface FileReport {
  /** The path as it is displayed. */
  readonly name: string;
  /** Errors that belong to no request, such as an unreadable file. The other requests were run. */
  readonly problems: readonly LocatedProblem[];
  /** Warnings and ignored parts of the file. Its requests were run. */
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

/** Reports the progress of a run. Files may overlap, and so may the requests of one file. */
export interface Reporter {
  fileStarted?(name: string, warnings: readonly LocatedProblem[]): void;
  requestEnded?(name: string, result: RequestReport): void;
  fileEnded?(report: FileReport): void;
  ended(report: RunReport): void;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** The number of requests, and of files with problems of their own, that could not be run. */
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
