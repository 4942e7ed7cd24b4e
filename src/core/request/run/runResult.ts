import type { Range } from '../syntax/range.ts';

/**
 * How a request, a step or an expectation ended.
 * `failed`: an expectation was not met, a wait found nothing, or the connection ended while one waited (JUnit `<failure>`).
 * `error`: it could not be run at all (JUnit `<error>`); RunFailure.cause says why.
 * `skipped`: it was not reached, it was cancelled, or it is disabled.
 */
export type RunStatus = 'passed' | 'failed' | 'error' | 'skipped';

/**
 * What made it fail, for the exit status of `duplex run`.
 * - `expectation`: 1.
 * - `invalid`: the file, a variable, a file it names; found before anything connects wherever that can be known: 2.
 * - `connection`: the handshake did not come about, or sending failed: 3.
 * - `timeout`: the whole request took longer than it may: 1.
 * - `cancelled`: by the signal.
 * - `disabled`: by `# @disabled`: it was not to run, and that is no failure.
 */
export type RunCause = 'expectation' | 'invalid' | 'connection' | 'timeout' | 'cancelled' | 'disabled';

/** Why a request failed, at its place in the file. */
export interface RunFailure {
  readonly cause: RunCause;
  /** Of a diagnostic for `invalid`, of shared/errors.ts for `connection`, else the cause. */
  readonly code: string;
  /** One sentence: what was expected, what came, and where a remedy is known, the remedy. */
  readonly message: string;
  /** The directive, separator or target that it is about. */
  readonly range: Range;
  /** The condition as it was judged, variables filled in: `$.price > 100`. */
  readonly expected?: string;
  /** What there was instead: `"99"`, `nothing`; cut where it is long. */
  readonly actual?: string;
  /** Number in the recording of the message that was judged. */
  readonly seq?: number;
  /** Of a wait that found nothing: how many messages came that it did not take. */
  readonly looked?: number;
  /** Of a wait that found nothing: the message that came closest. */
  readonly best?: Candidate;
}

/** A message that a `@where` did not match, and how near it was. */
export interface Candidate {
  /** Number in the recording. */
  readonly seq: number;
  /** The first condition that it does not meet, variables filled in. */
  readonly expected: string;
  /** What it has there. */
  readonly actual: string;
  /** From 0 to below 1: the share of the conditions that it meets, and how alike the rest is. */
  readonly closeness: number;
}

/** One `@expect`, judged. */
export interface ExpectationResult {
  readonly range: Range;
  readonly status: 'passed' | 'failed';
  readonly expected: string;
  readonly actual: string;
  /** Number in the recording of the message that it was judged by; the `open` or `error` row for the handshake. */
  readonly seq: number | undefined;
}

export interface StepResult {
  /** Of the step in its request, from 0. */
  readonly index: number;
  /** The line to show the result at: its separator, else its first directive or the first line of its payload. */
  readonly range: Range;
  /** From `@label`, else what the step does: `send {"op": …`, `wait`, `close 1000`. */
  readonly label: string;
  readonly status: RunStatus;
  /** Milliseconds since the run of all requests began: one clock for all of them. */
  readonly startedAt: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Milliseconds from the last message that the request sent to the message that the step took. */
  readonly latency: number | undefined;
  /** Number in the recording of the message that it took. */
  readonly received: number | undefined;
  /** Number in the recording of the first message that it sent. */
  readonly sent: number | undefined;
  readonly expectations: readonly ExpectationResult[];
  /** In the order of their directives. */
  readonly captures: readonly { readonly name: string; readonly value: string }[];
  readonly failure: RunFailure | undefined;
}

/** How one request went: one test case. */
export interface RequestResult {
  /** Of the request file, as the caller named it. */
  readonly uri: string;
  /** Of the request in its file, from 0. */
  readonly index: number;
  /** Its name, or its URL as it is written where it has none. */
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
  /** The first failure, which ended it. */
  readonly failure: RunFailure | undefined;
  /** Where its messages can be read; undefined where it did not come to connecting. */
  readonly session: RunSession | undefined;
  /** Certificates were not verified: `# @insecure`, or the option that a caller set. */
  readonly insecure?: true;
}

/** The session that a run used, for who shows it. */
export interface RunSession {
  readonly id: string;
  /** The folder of its recording. */
  readonly recording: string | undefined;
}
