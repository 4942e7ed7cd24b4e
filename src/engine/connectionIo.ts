import { randomUUID } from 'node:crypto';
import type { PartialMessage } from '../core/frames/frameScanner.ts';
import type { Role } from '../core/protocol/protocolModule.ts';
import { findProtocol } from '../core/protocol/registry.ts';
import { MessageCounter, RoundTrips } from '../core/session/life/figures.ts';
import { silenceSentence } from '../core/session/life/heartbeat.ts';
import { plainBytes } from '../net/plainBytes.ts';
import type { Connect, Connection, ConnectionHandler, Evidence } from '../net/connection.ts';
import { DuplexError } from '../shared/errors.ts';
import { MAX_CONTROL_PAYLOAD } from '../shared/limits.ts';
import type { ConnectOptions, OutgoingMessage, RoundTrip } from '../shared/session.ts';
import { FLAG } from '../shared/timeline.ts';
import type { NoteDetail } from '../shared/timeline.ts';
import { Conduct } from './conduct.ts';
import { Heartbeat } from './heartbeat.ts';
import type { ExistingRecording, Timeline } from './timeline.ts';

/** Milliseconds after which a ping without a pong counts as lost; a heartbeat's interval replaces it. */
const PING_PATIENCE = 10_000;

/** The kinds of messages and control frames that a proxy passes on. */
export type Passed = OutgoingMessage['kind'] | 'ping' | 'pong';

export function isControlKind(kind: Passed): kind is 'ping' | 'pong' {
  return kind === 'ping' || kind === 'pong';
}

/**
 * `isAwaited`: whether to return a promise that resolves when the kernel has taken the message; it costs more
 * than a short message. `fragmentSize`: bytes of each fragment; undefined: the fragment size of the options.
 */
export type Passing = [isAwaited: boolean, kind: Passed, data: Uint8Array, fragmentSize?: number | undefined];

/** The row of a message that is not sent yet. */
export type WaitingRow = ReturnType<Timeline['addWaiting']>;

export function passOn(
  connection: Connection,
  ...[isAwaited, kind, data, fragmentSize]: Passing
): Promise<void> | void {
  if (isControlKind(kind)) return connection[kind](data);
  if (isAwaited || fragmentSize !== undefined) return connection.send(kind, data, fragmentSize);
  connection.post(kind, data);
}

export interface ConnectionIoHooks extends Pick<ConnectionHandler, 'onOpen' | 'onEnd'> {
  readonly onError: (error: DuplexError, evidence: Evidence) => void;
  readonly timeline: Timeline;
  /** The role of this side. */
  readonly role: Role;
  /** Sends nothing automatically, because its messages are those of a client of a proxy. */
  readonly isPassive: boolean;
  readonly onNote: (note: NoteDetail) => void;
  /** Anything was sent or received. Called for each message, so it must be cheap. */
  readonly onTraffic: () => void;
  /** The counts so far, if a recording is continued. */
  readonly counts: ExistingRecording['counts'] | undefined;
}

/** The input and output of a session, one connection at a time: everything is recorded, counted and timed. */
export class ConnectionIo {
  readonly in: MessageCounter;
  readonly out: MessageCounter;
  /** The automatic messages of the session's protocol. */
  readonly conduct: Conduct;
  readonly #roundTrips = new RoundTrips();
  readonly #holds = new Set<symbol>();
  readonly #heartbeat = new Heartbeat({
    now: () => this.#now(),
    receivedAt: () => this.#receivedAt(),
    bytesRead: () => this.#connection?.bytesRead ?? 0,
    isHeld: () => this.#holds.size > 0,
    ping: (payload) => void this.ping(payload).catch(() => this.#heartbeat.stop()),
    onLost: (silence) => this.#lost(silence),
  });
  #options: ConnectOptions | undefined;
  #connection: Connection | undefined;
  /** The current connection or the previous one: after an error its close frame may still be on the way. */
  #latest: Connection | undefined;

  constructor(private readonly hooks: ConnectionIoHooks) {
    this.conduct = new Conduct({
      role: hooks.role,
      send: (message) => this.send(message, FLAG.automatic),
      uniqueId: () => randomUUID(),
      recorded: {
        rows: () => hooks.timeline.flushed(),
        read: (from, sentOnly) => hooks.timeline.messages(from, sentOnly),
      },
    });
    this.in = new MessageCounter(hooks.counts?.in);
    this.out = new MessageCounter(hooks.counts?.out);
  }

  /** Starts a handshake. A previous connection ends at once, so there are never two. */
  connect(connect: Connect, options: ConnectOptions): void {
    this.#latest?.terminate();
    this.#options = options;
    const { timeline, onTraffic, onOpen, onNote, onError, onEnd } = this.hooks;
    const protocol = findProtocol(options.protocol);
    this.#connection = connect(options, {
      onOpen: (detail) => {
        if (this.#holds.size > 0) this.#connection?.pause();
        const from = timeline.recorder?.next ?? 0;
        onOpen(detail);
        this.#heartbeat.start(options.heartbeat);
        if (!this.hooks.isPassive)
          this.conduct.begin(protocol, { url: options.url, subprotocol: detail.protocol }, from);
      },
      onNote,
      passesOn: this.hooks.isPassive,
      frames: timeline.watchFrames(options.frames),
      onMessage: (kind, payload, flags) => {
        this.in.add(payload.length);
        // A protocol may keep parts of a message. Then the recorder must not move its buffer.
        const { listens } = this.conduct;
        timeline.add(kind, 'in', payload, flags, !listens);
        if (listens) this.conduct.received(kind, plainBytes(payload));
        onTraffic();
      },
      onControl: (kind, direction, payload) => {
        timeline.add(kind, direction, payload);
        if (kind === 'pong' && direction === 'in') this.#roundTrips.received(payload, this.#now());
        onTraffic();
      },
      onError: (error, evidence) => onError(error, evidence ?? {}),
      onEnd: (close) => {
        this.conduct.end();
        this.#heartbeat.stop();
        this.#roundTrips.ended();
        this.#connection = undefined;
        onEnd(close);
      },
    });
    this.#latest = this.#connection;
  }

  /** Starts the close handshake (RFC 6455, section 7.1.2), or cancels the opening handshake. */
  close(code: number, reason: string): void {
    this.#heartbeat.stop();
    this.conduct.finish();
    this.#connection?.close(code, reason);
  }

  terminate(): void {
    this.#connection?.terminate();
  }

  /** Resolves when the transport has ended. */
  get gone(): Promise<void> {
    return this.#latest?.finished ?? Promise.resolve();
  }

  /** False before it is open, and after the first close frame or failure. */
  get canSend(): boolean {
    return this.#connection?.canSend === true;
  }

  /** Bytes waiting to be sent. */
  get bufferedAmount(): number {
    return this.#connection?.bufferedAmount ?? 0;
  }

  /** Bytes that the kernel has taken from the connection, which shows the progress of a long message. */
  get bytesWritten(): number {
    return this.#connection?.bytesWritten ?? 0;
  }

  /** The partly received message. It remains when the connection ends. */
  get arriving(): PartialMessage | undefined {
    return this.#latest?.arriving;
  }

  get roundTrip(): RoundTrip | undefined {
    const heartbeat = this.#options?.heartbeat ?? 0;
    this.#roundTrips.expire(this.#now() - (heartbeat > 0 ? 2 * heartbeat : PING_PATIENCE));
    return this.#roundTrips.figures();
  }

  /**
   * Resolves when the kernel has taken the bytes.
   * @param fragments bytes of each fragment; by default the fragment size of the options
   */
  async send({ kind, data }: OutgoingMessage, flags = 0, fragments?: readonly number[]): Promise<void> {
    const connection = this.#requireConnection('send');
    this.out.add(data.length);
    this.hooks.timeline.add(kind, 'out', data, connection.sendFlags(data.length) | flags);
    this.conduct.sent();
    this.hooks.onTraffic();
    await connection.send(kind, data, fragments);
  }

  /** Records a message that `transmit` sends now or later. */
  record(kind: Passed, data: Uint8Array, flags: number): void {
    const isMessage = kind === 'text' || kind === 'binary';
    if (isMessage) this.out.add(data.length);
    const own = isMessage ? this.#requireConnection('send').sendFlags(data.length) : 0;
    this.hooks.timeline.add(kind, 'out', data, own | flags);
    if (kind === 'ping') this.#roundTrips.sent(data, this.#now());
    this.hooks.onTraffic();
  }

  /**
   * Records a message that is not sent yet. Call `leaves` just before `transmit`, which counts it, or `stays`
   * if it is never sent.
   */
  recordWaiting(kind: OutgoingMessage['kind'], data: Uint8Array, flags: number): WaitingRow {
    const own = this.#connection?.sendFlags(data.length) ?? 0;
    const row = this.hooks.timeline.addWaiting(kind, data, own | flags);
    this.hooks.onTraffic();
    return {
      ...row,
      leaves: () => {
        row.leaves();
        this.out.add(data.length);
        this.hooks.onTraffic();
      },
    };
  }

  /** Sends a message that is already recorded, as `passOn` does. Drops it while the connection is closing. */
  transmit(...passed: Passing): Promise<void> | void {
    if (this.#connection?.canSend === true) return passOn(this.#connection, ...passed);
  }

  /** @param data at most 125 bytes (RFC 6455, section 5.5) */
  async ping(data: Uint8Array): Promise<void> {
    const connection = this.#requireConnection('ping');
    if (data.length > MAX_CONTROL_PAYLOAD)
      throw new DuplexError(
        'call.invalid',
        `A ping has ${data.length} bytes: shorten it to ${MAX_CONTROL_PAYLOAD}.`,
      );
    this.hooks.timeline.add('ping', 'out', data);
    this.#roundTrips.sent(data, this.#now());
    this.hooks.onTraffic();
    await connection.ping(data);
  }

  /** A pong that the connection does not send automatically. */
  async pong(data: Uint8Array): Promise<void> {
    const connection = this.#requireConnection('pong');
    this.hooks.timeline.add('pong', 'out', data);
    this.hooks.onTraffic();
    await connection.pong(data);
  }

  /** Sends a ping at once to find out whether the peer is still there, for example after a sleep of the machine. */
  check(): void {
    this.#heartbeat.restart();
    if (this.#options?.heartbeat === 0 && this.canSend)
      this.ping(new Uint8Array(0)).catch(() => {
        // The connection is ending, and its own rows report it.
      });
  }

  /** Pauses reading from the socket until every hold is released: TCP then slows the server down. */
  hold(): () => void {
    const hold = Symbol('hold');
    this.#holds.add(hold);
    this.#connection?.pause();
    return () => {
      if (!this.#holds.delete(hold) || this.#holds.size > 0) return;
      this.#connection?.resume();
      this.#heartbeat.excuse();
    };
  }

  #requireConnection(what: string): Connection {
    if (this.#connection?.canSend !== true)
      throw new DuplexError(
        'call.invalid',
        this.hooks.role === 'client'
          ? `The server is closing the connection: connect again to ${what}.`
          : `The client is closing the connection: it is too late to ${what}.`,
      );
    return this.#connection;
  }

  #lost(silence: number): void {
    const connection = this.#connection;
    this.hooks.onError(new DuplexError('heartbeat.lost', silenceSentence(silence)), { phase: 'open' });
    connection?.terminate();
  }

  /** Milliseconds since the session began. */
  #now(): number {
    return this.hooks.timeline.now() / 1000;
  }

  #receivedAt(): number | undefined {
    const { lastReceived } = this.hooks.timeline;
    return lastReceived === undefined ? undefined : lastReceived / 1000;
  }
}
