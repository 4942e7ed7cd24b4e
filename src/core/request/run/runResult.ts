import type { Range } from '../syntax/range.ts';

/**
 * How a request, a step or an expectation ended.
 * `failed`: an expectation was not met, a wait found nothing, or the connection ended during a wait (JUnit
 * `<failure>`).
 * `error`: it could not be run at all (JUnit `<error>`); RunFailure.cause says why.
 * `skipped`: it was not reached, was cancelled, or is disabled.
 */
export type RunStatus = 'passed' | 'failed' | 'error' | 'skipped';

/**
 * Why it failed, for the exit status of `duplex run`.
 * - `expectation`: 1.
 * - `invalid`: an error in the file, a variable, or a file it names; found before connecting if possible: 2.
 * - `connection`: the handshake or sending failed: 3.
 * - `timeout`: the whole request exceeded its time limit: 1.
 * - `cancelled`: ended by the signal.
 * - `disabled`: by `# @disabled`; this is not a failure.
 */
export type RunCause = 'expectation' | 'invalid' | 'connection' | 'timeout' | 'cancelled' | 'disabled';

/** Why a request failed, at its place in the file. */
export interface RunFailure {
  readonly cause: RunCause;
  /** The code of a diagnostic for `invalid`, a code of shared/errors.ts for `connection`, otherwise the cause. */
  readonly code: string;
  /** One sentence: the expected value, the actual value, and the remedy if one is known. */
  readonly message: string;
  /** The directive, separator or target that failed. */
  readonly range: Range;
  /** The condition as it was judged, variables filled in: `$.price > 100`. */
  readonly expected?: string;
  /** The actual value: `"99"`, `nothing`; cut if it is long. */
  readonly actual?: string;
  /** The row of the message that was judged, as `RunRow` numbers it. */
  readonly seq?: number;
  /** For a wait that found nothing: how many messages came that it did not take. */
  readonly looked?: number;
  /** For a wait that found nothing: the message that came closest. */
  readonly best?: Candidate;
}

/** A message that a `@where` did not match, and how close it came. */
export interface Candidate {
  /** Its row, as `RunRow` numbers it. */
  readonly seq: number;
  /** The first condition that it does not meet, variables filled in. */
  readonly expected: string;
  /** The actual value. */
  readonly actual: string;
  /** From 0 to below 1: the share of the conditions that it meets, plus the similarity of the rest. */
  readonly closeness: number;
}

/** One `@expect`, judged. */
export interface ExpectationResult {
  readonly range: Range;
  readonly status: 'passed' | 'failed';
  readonly expected: string;
  readonly actual: string;
  /** The row of the message that was judged; for the handshake, the `open` or `error` row. As `RunRow` numbers it. */
  readonly seq: number | undefined;
}

export interface StepResult {
  /** Index of the step in its request, from 0. */
  readonly index: number;
  /** The line to show the result at: its separator, or else its first directive or the first line of its payload. */
  readonly range: Range;
  /** From `@label`, or else what the step does: `send {"op": …`, `wait`, `close 1000`. */
  readonly label: string;
  readonly status: RunStatus;
  /** Milliseconds since the run of all requests began; all requests share one clock. */
  readonly startedAt: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Milliseconds between the last message that the request sent and the message that the step took. */
  readonly latency: number | undefined;
  /** The row of the message that it took, as `RunRow` numbers it. */
  readonly received: number | undefined;
  /** The row of the first message that it sent, as `RunRow` numbers it. */
  readonly sent: number | undefined;
  readonly expectations: readonly ExpectationResult[];
  /** In the order of the directives. */
  readonly captures: readonly { readonly name: string; readonly value: string }[];
  readonly failure: RunFailure | undefined;
}

/** The result of one request: one test case. */
export interface RequestResult {
  /** Identifies the request file, as the caller named it. */
  readonly uri: string;
  /** Index of the request in its file, from 0. */
  readonly index: number;
  /** Its name, or its URL as written if it has none. */
  readonly name: string;
  /** The target line. */
  readonly range: Range;
  readonly status: RunStatus;
  /** Milliseconds since the run of all requests began. */
  readonly startedAt: number;
  /** Milliseconds. */
  readonly duration: number;
  /** The `@expect` lines above the target. */
  readonly handshake: readonly ExpectationResult[];
  /** All steps, those that were not reached as `skipped`. */
  readonly steps: readonly StepResult[];
  /** The first failure, which ended the request. */
  readonly failure: RunFailure | undefined;
  /** Where its messages are recorded; undefined if it never tried to connect. */
  readonly session: RunSession | undefined;
  /** Whether certificates were not verified: because of `# @insecure`, or an option that the caller set. */
  readonly insecure?: true;
}

/** The session that a run used, for views that show it. */
export interface RunSession {
  readonly id: string;
  /** The folder of its recording. */
  readonly recording: string | undefined;
}
