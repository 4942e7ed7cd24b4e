import type { DuplexError } from '../../../shared/errors.ts';
import type { Compression } from '../../codec/compression.ts';
import type { ProtobufType } from '../../codec/protobuf/protobufSchema.ts';
import type { Decoding } from '../../protocol/decode/decoding.ts';
import type { Opening, Role } from '../../protocol/protocolModule.ts';
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
  /** Identifies the request file: a URI or a path, whichever the ports understand. */
  readonly uri: string;
  readonly file: RequestFile;
  readonly request: Request;
}

/** A row of the session when it happens. `payload` is a view that is valid only during the call. */
export interface RunRow {
  /** Its number in the session, from 0: that in the recording too, unless the disk failed to take an earlier row. */
  readonly seq: number;
  /** Microseconds since the session began. */
  readonly time: number;
  readonly kind: Kind;
  readonly direction: Direction;
  readonly payload: Uint8Array;
  /** Whether the session sent it automatically, as its protocol requires. */
  readonly automatic: boolean;
}

/** The result of a handshake that got an HTTP answer. */
export type HandshakeResult =
  | { readonly open: true; readonly answer: HandshakeAnswer }
  /** If it was refused, `error` says why. */
  | { readonly open: false; readonly answer: HandshakeAnswer; readonly error: DuplexError };

/** One connection of a run. Its rows go to the listener that `connect` was given. */
export interface RunConnection {
  readonly session: RunSession;
  /** Whether certificate verification is off. */
  readonly insecure: boolean;
  /**
   * Resolves when the handshake is complete, accepted or refused by an HTTP answer; `open` says which.
   * @throws DuplexError that says why there was no answer or an invalid one
   */
  readonly answered: Promise<HandshakeResult>;
  /** Resolves when the kernel has taken the bytes. */
  send(kind: 'text' | 'binary', data: Uint8Array): Promise<void>;
  /** Encodes a verb of the connection's protocol. The connection keeps ids and other state that later verbs need. */
  encode(call: VerbCall): Encoded;
  /** Resolves when the server has accepted or refused what a verb opened. */
  opening(): Promise<Opening>;
  ping(data: Uint8Array): Promise<void>;
  /** Resolves when the connection is closed and fully recorded; immediately if it is already closed. */
  close(code: number, reason: string): Promise<void>;
  /** Ends the connection at once, even during the handshake. */
  terminate(): void;
  /** Pauses reading from the socket until the returned function is called. */
  hold(): () => void;
  /** Reads the payload of a row again, for a message that was too large to keep in memory. */
  read(seq: number): Promise<Uint8Array>;
}

/** What the steps of a run or of a script need from outside the core; src/engine/runner implements it. */
export interface StepPorts {
  /**
   * Reads a file that a request names, relative to the request file's folder or absolute.
   * @param maxBytes by default those of a message
   * @throws DuplexError `disk.denied`, or `file.invalid` if it is larger
   */
  readFile(path: string, uri: string, maxBytes?: number): Promise<Uint8Array>;
  /** Compresses a payload. */
  compress(format: Compression, data: Uint8Array): Promise<Uint8Array>;
  /**
   * A message type of a `.proto` file or of a descriptor set, whose path is as for `readFile`.
   * @throws DuplexError that says why it cannot be read or what is wrong with it
   */
  protobufType(message: string, path: string, uri: string): Promise<ProtobufType>;
  /**
   * Prepares decoding by the rules of the option `decode`.
   * @param own the side that `in` and `out` are seen from
   * @param rules of the request; undefined: those that apply where a request has none
   */
  decoding(rules: readonly string[] | undefined, uri: string, own: Role): Promise<Decoding | undefined>;
  /** Checks that a file can be read; called before anything connects. @throws DuplexError that says why it cannot */
  checkFile(path: string, uri: string): Promise<void>;
  /** Loads a JSON Schema from a file. @throws DuplexError if it cannot be read or is not a schema */
  schema(path: string, uri: string): Promise<SchemaCheck>;
  /**
   * Runs work that may never end, such as a regular expression.
   * @throws DuplexError `file.invalid` if it takes too long
   */
  bounded<T>(work: () => T): T;
  /** Milliseconds on a monotonic clock. */
  now(): number;
}

/** The environment of a run. */
export interface RunPorts extends StepPorts {
  /**
   * Starts to connect. Every row of the session goes to `onRow`, starting with the `open` or `error` row.
   * @param opensByVerb whether a step opens the protocol, not the connection itself
   */
  connect(
    placed: PlacedRequest,
    options: GivenOptions,
    onRow: (row: RunRow) => void,
    opensByVerb: boolean,
  ): RunConnection;
  /**
   * Resolves the values for one run of a request before anything connects: reads environments and asks for secrets and
   * prompts. The values stay the same for the whole run; captures are added to them.
   * @returns the scope, or the problems, each at its place
   */
  variables(
    placed: PlacedRequest,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly scope: Scope } | { readonly problems: readonly Problem[] }>;
}

/** The events of a run when they happen, for decorations, the Test Explorer and reporters. */
export type RunEvent =
  | { readonly kind: 'requestStarted'; readonly placed: PlacedRequest; readonly startedAt: number }
  /** A session exists, and a panel can show it from now on. */
  | { readonly kind: 'connecting'; readonly placed: PlacedRequest; readonly session: RunSession }
  | { readonly kind: 'stepStarted'; readonly placed: PlacedRequest; readonly index: number }
  /** `passed`, `failed` or `error`; steps that are not reached have no event. */
  | { readonly kind: 'stepEnded'; readonly placed: PlacedRequest; readonly result: StepResult }
  | { readonly kind: 'requestEnded'; readonly placed: PlacedRequest; readonly result: RequestResult };

export interface RunOptions {
  /** Time limit of a whole request in milliseconds; undefined: only its waits have limits. */
  readonly timeout?: number | undefined;
  /** Ends the running requests and starts no more; the interrupted ones are `skipped`. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}
