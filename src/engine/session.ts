import { setTimeout as delay } from 'node:timers/promises';
import { MessageCounter } from '../core/session/counters.ts';
import { redactHeaders, redactSubprotocol, redactUrl } from '../core/session/redact.ts';
import { sessionName } from '../core/session/sessionName.ts';
import { isLive, nextState } from '../core/session/stateMachine.ts';
import type { SessionEvent } from '../core/session/stateMachine.ts';
import { invalidCloseCode, invalidCloseReason } from '../core/session/validate.ts';
import type { Connection, RefusedHandshake } from '../net/connection.ts';
import { connectWs } from '../net/wsConnection.ts';
import { removeRecording } from '../recording/removeRecording.ts';
import type { SlabPool } from '../recording/slabPool.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import { MAX_CONTROL_PAYLOAD } from '../shared/limits.ts';
import type { RecordWorkerCalls } from '../shared/recordProtocol.ts';
import type {
  ConnectOptions,
  OutgoingMessage,
  SessionId,
  SessionState,
  SessionSummary,
} from '../shared/session.ts';
import type { CloseDetail, Direction, OpenDetail, Row } from '../shared/timeline.ts';
import { Listeners } from './listeners.ts';
import { Ticker } from './ticker.ts';
import { Timeline } from './timeline.ts';
import type { ExistingRecording, SessionTap } from './timeline.ts';

/** Milliseconds that a disposed session gives its transport to end by itself. */
const LINGER = 500;

export interface SessionParts {
  readonly id: SessionId;
  readonly options: ConnectOptions;
  readonly name?: string | undefined;
  /** Where it is recorded; undefined: nowhere. */
  readonly folder?: string | undefined;
  /** What is in the folder already, to go on with. */
  readonly existing?: ExistingRecording | undefined;
  /** False: the recording is removed when the session ends. */
  readonly keep?: boolean | undefined;
  readonly tap?: SessionTap | undefined;
  readonly recordWorker: () => RecordWorkerCalls;
  readonly slabs: SlabPool;
  readonly onError: (error: DuplexError) => void;
}

/**
 * One session: the one truth about its connection. Panel, tree, status bar and command line subscribe to it.
 * It may connect several times, one connection at a time; all of it goes to one recording.
 */
export class Session {
  readonly id: SessionId;
  readonly folder: string | undefined;
  readonly options: ConnectOptions;
  readonly keep: boolean;
  /** What the engine tells it of its recording. */
  readonly timeline: Timeline;
  readonly #onError: (error: DuplexError) => void;
  readonly #changed = new Listeners();
  readonly #ticker = new Ticker(() => this.#changed.emit());
  readonly #in: MessageCounter;
  readonly #out: MessageCounter;
  readonly #holds = new Set<symbol>();
  readonly #recordWorker: () => RecordWorkerCalls;
  #name: string;
  #state: SessionState;
  #connection: Connection | undefined;
  #protocol = '';
  #extensions = '';
  #tls: SessionSummary['tls'];
  #proxy = '';
  #openedAt: number | undefined;
  #error: DuplexError | undefined;
  #opening: { resolve: () => void; reject: (error: DuplexError) => void } | undefined;
  #onEnded: (() => void)[] = [];
  #transportGone: Promise<void> | undefined;
  #disposing: Promise<void> | undefined;

  constructor(parts: SessionParts) {
    this.id = parts.id;
    this.folder = parts.folder;
    this.options = parts.options;
    this.keep = parts.keep ?? parts.existing?.manifest.keep ?? true;
    this.#name = parts.name ?? sessionName(parts.options.url);
    this.#state = parts.existing ? 'closed' : 'idle';
    this.#in = new MessageCounter(parts.existing?.counts.in);
    this.#out = new MessageCounter(parts.existing?.counts.out);
    this.#onError = parts.onError;
    this.#recordWorker = parts.recordWorker;
    let release: (() => void) | undefined;
    this.timeline = new Timeline(this.#name, parts.options, {
      id: parts.id,
      folder: parts.folder,
      existing: parts.existing,
      keep: this.keep,
      tap: parts.tap,
      worker: parts.recordWorker,
      slabs: parts.slabs,
      onChange: () => this.#ticker.mark(),
      onBehind: (behind) => {
        release?.();
        release = behind ? this.hold() : undefined;
      },
      onFailed: ({ code, message }) => parts.onError(new DuplexError(code, message)),
    });
  }

  get summary(): SessionSummary {
    return {
      id: this.id,
      name: this.#name,
      url: redactUrl(this.options.url),
      state: this.#state,
      protocol: this.#protocol,
      extensions: this.#extensions,
      startedAt: this.timeline.startedAt,
      openedAt: this.#openedAt,
      in: this.#in.snapshot(),
      out: this.#out.snapshot(),
      error: this.#error && { code: this.#error.code, message: this.#error.message },
      firstRow: this.timeline.firstRow,
      recordedBytes: this.timeline.recorder?.bytes ?? 0,
      keep: this.keep,
      unrecorded: this.timeline.unrecorded,
      roundTrip: undefined,
      pendingBytes: this.bufferedAmount,
      lastReceivedAt:
        this.timeline.lastReceived === undefined
          ? undefined
          : this.timeline.startedAt + this.timeline.lastReceived / 1000,
      attempt: undefined,
      tls: this.#tls,
      proxy: this.#proxy,
      insecure: this.options.insecure,
      framesKept: this.options.frames,
    };
  }

  /** Rows that can be read back from the recording. */
  get rows(): number {
    return this.timeline.rows;
  }

  /** State, counters or rows changed: at once for a state, else at most 20 times a second. @returns unsubscribes */
  onDidChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /** Resolves when what is recorded has its files. @throws DuplexError `disk.denied`, `disk.full` */
  async recordingReady(): Promise<void> {
    await this.timeline.recorder?.created;
  }

  /**
   * Resolves when the session is open.
   * @throws DuplexError why the handshake did not come about; `call.invalid` where a connection exists already
   */
  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#disposing !== undefined)
        throw new DuplexError('call.disposed', 'The session was closed: open another one.');
      this.#move('connect', 'connect a session that is not closed');
      this.#error = undefined;
      this.#protocol = this.#extensions = '';
      this.#opening = { resolve, reject };
      this.#connection = connectWs(this.options, {
        onOpen: (detail) => this.#opened(detail),
        onMessage: (kind, payload) => {
          this.#in.add(payload.length);
          this.timeline.add(kind, 'in', payload);
          this.#ticker.mark();
        },
        onControl: (kind, direction, payload) => {
          this.timeline.add(kind, direction, payload);
          this.#ticker.mark();
        },
        onError: (error, refused) => this.#failed(error, refused),
        onEnd: (close) => this.#ended(close),
      });
      this.#transportGone = this.#connection.finished;
    });
  }

  /**
   * Closes with a code and reason (RFC 6455, section 7.4), or cancels a handshake that has not come about.
   * Resolves when it is closed and all of it is recorded. @throws DuplexError `call.invalid` for a code or reason that may not be sent
   */
  async disconnect(code = 1000, reason = ''): Promise<void> {
    const problem = invalidCloseCode(code) ?? invalidCloseReason(reason);
    if (problem !== undefined) throw new DuplexError('call.invalid', problem);
    if (!isLive(this.#state)) return;
    const ended = new Promise<void>((resolve) => this.#onEnded.push(resolve));
    if (this.#state !== 'closing') {
      this.#move('close', 'close');
      this.#connection?.close(code, reason);
    }
    await ended;
    await this.timeline.recorder?.flush();
  }

  /** Ends the connection at once, without a close handshake. */
  terminate(): void {
    this.#connection?.terminate();
  }

  /** Resolves when the bytes were handed to the kernel. @throws DuplexError `call.invalid` where it is not open */
  async send({ kind, data }: OutgoingMessage): Promise<void> {
    let connection = this.#openConnection('send');
    const behind = this.timeline.recorder?.caughtUp();
    if (behind !== undefined) {
      await behind;
      connection = this.#openConnection('send');
    }
    this.#out.add(data.length);
    this.timeline.add(kind, 'out', data);
    this.#ticker.mark();
    await connection.send(kind, data);
  }

  /** @param data at most 125 bytes (RFC 6455, section 5.5) */
  async ping(data: Uint8Array = new Uint8Array(0)): Promise<void> {
    const connection = this.#openConnection('ping');
    if (data.length > MAX_CONTROL_PAYLOAD)
      throw new DuplexError(
        'call.invalid',
        `A ping has ${data.length} bytes: shorten it to ${MAX_CONTROL_PAYLOAD}.`,
      );
    this.timeline.add('ping', 'out', data);
    this.#ticker.mark();
    await connection.ping(data);
  }

  /** Bytes that wait to be sent: they grow where the peer stops reading. */
  get bufferedAmount(): number {
    return this.#connection?.bufferedAmount ?? 0;
  }

  /** Pauses reading from the socket until every hold is released: TCP then slows the server down. */
  hold(): () => void {
    const hold = Symbol('hold');
    this.#holds.add(hold);
    this.#connection?.pause();
    return () => {
      if (this.#holds.delete(hold) && this.#holds.size === 0) this.#connection?.resume();
    };
  }

  async readRows(from: number, count: number): Promise<Row[]> {
    if (this.timeline.recorder === undefined) return [];
    return this.#recordWorker().rows(this.id, from, count);
  }

  rename(name: string): void {
    this.#name = name;
    this.#keep(this.timeline.describe({ name }));
    this.#ticker.now();
  }

  /** Hides the rows so far behind a mark in the timeline; they stay in the recording. */
  clear(): void {
    this.#keep(this.timeline.clear());
    this.#ticker.now();
  }

  /** Ends the connection and the recording, which is removed unless it is kept. The session is of no use after it. */
  dispose(): Promise<void> {
    this.#disposing ??= this.#dispose();
    return this.#disposing;
  }

  async #dispose(): Promise<void> {
    const connection = this.#connection;
    if (isLive(this.#state)) {
      const text = 'The connection ended with its window or program.';
      this.timeline.addDetail('note', 'none', { note: 'ended', text });
      connection?.close(1001, '');
      connection?.terminate();
    }
    // After a protocol error the close frame that tells the peer why is still on its way.
    await Promise.race([this.#transportGone, delay(LINGER, undefined, { ref: false })]);
    await this.timeline.recorder?.close();
    this.#ticker.stop();
    if (!this.keep && this.folder !== undefined) await removeRecording(this.folder);
  }

  #opened(detail: OpenDetail): void {
    this.#protocol = redactSubprotocol(detail.protocol);
    this.#extensions = detail.extensions;
    this.#openedAt = Date.now();
    const { tls, proxy = '' } = detail;
    this.#tls = tls && {
      protocol: tls.protocol,
      cipher: tls.cipher,
      verified: tls.verified,
      validTo: tls.chain[0]?.validTo ?? '',
    };
    this.#proxy = proxy;
    const headers = redactHeaders(detail.headers);
    this.timeline.addDetail('open', 'none', { ...detail, protocol: this.#protocol, headers });
    this.#keep(this.timeline.describe({ responseHeaders: headers }));
    this.#move('opened', 'open');
    if (this.#holds.size > 0) this.#connection?.pause();
    this.#opening?.resolve();
    this.#opening = undefined;
  }

  #failed(error: DuplexError, refused: RefusedHandshake | undefined): void {
    if (error.code !== 'call.cancelled') {
      this.#error = error;
      const evidence = refused && { ...refused, headers: redactHeaders(refused.headers) };
      this.timeline.addDetail('error', 'none', { code: error.code, message: error.message, ...evidence });
    }
    this.#opening?.reject(error);
    this.#opening = undefined;
  }

  #ended(close: (CloseDetail & { readonly direction: Direction }) | undefined): void {
    if (close !== undefined) {
      const { direction, ...detail } = close;
      this.timeline.addDetail('close', direction, detail);
    }
    this.#connection = undefined;
    if (this.#state === 'closing') this.#move('closed', 'end');
    else this.#move(this.#state === 'open' ? 'lost' : 'refused', 'end');
    for (const ended of this.#onEnded.splice(0)) ended();
  }

  #openConnection(what: string): Connection {
    if (this.#state !== 'open' || this.#connection === undefined)
      throw new DuplexError('call.invalid', `The session is ${this.#state}: connect it to ${what}.`);
    // The peer has begun to close: nothing that is sent now would leave.
    if (!this.#connection.canSend)
      throw new DuplexError(
        'call.invalid',
        `The server is closing the connection: connect again to ${what}.`,
      );
    return this.#connection;
  }

  #move(event: SessionEvent, what: string): void {
    const state = nextState(this.#state, event);
    if (state === undefined)
      throw new DuplexError('call.invalid', `The session is ${this.#state}, so it cannot ${what}.`);
    this.#state = state;
    this.#ticker.now();
  }

  /** session.json is a description: where it cannot be written, the rows still are. */
  #keep(written: Promise<void>): void {
    written.catch((error: unknown) => this.#onError(toDuplexError(error)));
  }
}
