import type { DuplexError } from '../../../shared/errors.ts';
import type { Opening } from '../../protocol/protocolModule.ts';
import type { Encoded, VerbCall } from '../../protocol/verb.ts';
import type { Kind, Direction } from '../../../shared/timeline.ts';
import type { SchemaCheck } from '../condition/compileCondition.ts';
import type { HandshakeAnswer } from '../condition/judged.ts';
import type { Problem } from '../syntax/diagnostic.ts';
import type { GivenOptions } from '../../session/options/connectOptions.ts';
import type { Scope } from '../variables/scope.ts';
import type { Request, RequestFile } from '../syntax/tree.ts';
import type { RequestResult, RunSession, StepResult } from './runResult.ts';

/** A request in its file. */
export interface PlacedRequest {
  /** Of the request file: a URI or a path, whatever the ports understand. */
  readonly uri: string;
  readonly file: RequestFile;
  readonly request: Request;
}

/** A row of the session as it happens. `payload` is a view that is valid during the call only. */
export interface RunRow {
  readonly seq: number;
  /** Microseconds since the session began. */
  readonly time: number;
  readonly kind: Kind;
  readonly direction: Direction;
  readonly payload: Uint8Array;
  /** Whether the session sent it by itself, because of its protocol. */
  readonly automatic: boolean;
}

/** How a handshake ended that had an HTTP answer. */
export type Answered =
  | { readonly open: true; readonly answer: HandshakeAnswer }
  /** Refused: `error` says by what. */
  | { readonly open: false; readonly answer: HandshakeAnswer; readonly error: DuplexError };

/** One connection of a run. Its rows come through the listener that `connect` was given. */
export interface RunConnection {
  readonly session: RunSession;
  /** Certificates are not verified. */
  readonly insecure: boolean;
  /**
   * Resolves when the handshake is through, agreed or refused by an HTTP answer; `open` tells which.
   * @throws DuplexError why there was no answer, or one that is none
   */
  readonly answered: Promise<Answered>;
  /** Resolves when the bytes were handed to the kernel. */
  send(kind: 'text' | 'binary', data: Uint8Array): Promise<void>;
  /** What a verb of the connection's protocol sends. Ids and what else later verbs need are kept with the connection. */
  encode(call: VerbCall): Encoded;
  /** Resolves when the server has accepted or refused what a verb opened. */
  opening(): Promise<Opening>;
  ping(data: Uint8Array): Promise<void>;
  /** Resolves when the connection is closed and all of it is recorded; at once where it is closed already. */
  close(code: number, reason: string): Promise<void>;
  /** Ends it at once, a handshake too. */
  terminate(): void;
  /** Pauses reading from the socket until the function that it answers is called. */
  hold(): () => void;
  /** The payload of a row again, for a message that was too large to keep in memory. */
  read(seq: number): Promise<Uint8Array>;
}

/** What a run needs from outside; src/engine/runner implements it on sessions. */
export interface RunPorts {
  /**
   * Starts to connect. Every row of the session goes to `onRow`, from the `open` or `error` row on.
   * @param opensByVerb the protocol is opened by a step, not by the connection itself
   */
  connect(
    placed: PlacedRequest,
    options: GivenOptions,
    onRow: (row: RunRow) => void,
    opensByVerb: boolean,
  ): RunConnection;
  /**
   * Values for one run of a request: environments read, secrets and prompts asked for, before anything connects. They stay
   * what they are from its handshake to its end; the run adds what it captures.
   * @returns the scope, or what stands in the way, each at its place
   */
  variables(
    placed: PlacedRequest,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly scope: Scope } | { readonly problems: readonly Problem[] }>;
  /** A file that a request names: relative to the request file's folder, or absolute. @throws DuplexError */
  readFile(path: string, uri: string): Promise<Uint8Array>;
  /** Whether a file can be read, asked before anything connects. @throws DuplexError why it cannot */
  checkFile(path: string, uri: string): Promise<void>;
  /** A JSON Schema of a file. @throws DuplexError where it cannot be read or is none */
  schema(path: string, uri: string): Promise<SchemaCheck>;
  /** Runs work that may never end by itself: a regular expression. @throws DuplexError `file.invalid` that says so */
  bounded<T>(work: () => T): T;
  /** Milliseconds on a clock that never goes back. */
  now(): number;
}

/** What happens during a run, as it happens: decorations, the Test Explorer and reporters draw from it. */
export type RunEvent =
  | { readonly kind: 'requestStarted'; readonly placed: PlacedRequest; readonly startedAt: number }
  /** A session exists: a panel can show it from now on. */
  | { readonly kind: 'connecting'; readonly placed: PlacedRequest; readonly session: RunSession }
  | { readonly kind: 'stepStarted'; readonly placed: PlacedRequest; readonly index: number }
  /** `passed`, `failed` or `error`; steps that are not reached have no event. */
  | { readonly kind: 'stepEnded'; readonly placed: PlacedRequest; readonly result: StepResult }
  | { readonly kind: 'requestEnded'; readonly placed: PlacedRequest; readonly result: RequestResult };

export interface RunOptions {
  /** Of a whole request, in milliseconds, from its start to its end; undefined: only what its waits say. */
  readonly timeout?: number | undefined;
  /** Ends what runs, and begins nothing more: what it hits is `skipped`. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}
