import { randomUUID } from 'node:crypto';
import type { PartialMessage } from '../core/frames/frameScanner.ts';
import { findProtocol } from '../core/protocol/registry.ts';
import { MessageCounter, RoundTrips } from '../core/session/life/figures.ts';
import { silenceSentence } from '../core/session/life/heartbeat.ts';
import type { Connect, Connection, ConnectionHandler, Evidence } from '../net/connection.ts';
import { DuplexError } from '../shared/errors.ts';
import { MAX_CONTROL_PAYLOAD } from '../shared/limits.ts';
import type { ConnectOptions, OutgoingMessage, RoundTrip } from '../shared/session.ts';
import { FLAG } from '../shared/timeline.ts';
import type { NoteDetail } from '../shared/timeline.ts';
import { Conduct } from './conduct.ts';
import { Heartbeat } from './heartbeat.ts';
import type { ExistingRecording, Timeline } from './timeline.ts';

/** Milliseconds after which a ping without a pong counts as lost where no heartbeat says otherwise. */
const PING_PATIENCE = 10_000;

export interface ConnectionIoHooks extends Pick<ConnectionHandler, 'onOpen' | 'onEnd'> {
  readonly onError: (error: DuplexError, evidence: Evidence) => void;
  readonly timeline: Timeline;
  readonly onNote: (note: NoteDetail) => void;
  /** Something travelled. Called for each message: cheap. */
  readonly onTraffic: () => void;
  /** Counts of before, where a recording goes on. */
  readonly counts: ExistingRecording['counts'] | undefined;
}

/** The wire of a session, one connection at a time: what travels over it is recorded, counted and timed. */
export class ConnectionIo {
  readonly in: MessageCounter;
  readonly out: MessageCounter;
  /** What its protocol, where one is named, does by itself. */
  readonly conduct = new Conduct({
    send: (message) => this.send(message, FLAG.automatic),
    uniqueId: () => randomUUID(),
  });
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
  /** The connection or the one before it: after an error its close frame may still be on the way. */
  #latest: Connection | undefined;

  constructor(private readonly hooks: ConnectionIoHooks) {
    this.in = new MessageCounter(hooks.counts?.in);
    this.out = new MessageCounter(hooks.counts?.out);
  }

  /** Begins a handshake. What is left of the connection before ends at once: there are never two. */
  connect(connect: Connect, options: ConnectOptions): void {
    this.#latest?.terminate();
    this.#options = options;
    const { timeline, onTraffic, onOpen, onNote, onError, onEnd } = this.hooks;
    const protocol = findProtocol(options.protocol);
    this.#connection = connect(options, {
      onOpen: (detail) => {
        if (this.#holds.size > 0) this.#connection?.pause();
        onOpen(detail);
        this.#heartbeat.start(options.heartbeat);
        if (protocol) this.conduct.begin(protocol, { url: options.url, subprotocol: detail.protocol });
      },
      onNote,
      frames: timeline.watchFrames(options.frames),
      onMessage: (kind, payload, flags) => {
        this.in.add(payload.length);
        // A protocol may keep parts of a message; of others, nobody uses the buffer after this turn.
        timeline.add(kind, 'in', payload, flags, protocol === undefined);
        this.conduct.received(kind, payload);
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

  /** Starts the close handshake (RFC 6455, section 7.1.2), or cancels the opening one. */
  close(code: number, reason: string): void {
    this.#heartbeat.stop();
    this.conduct.finish();
    this.#connection?.close(code, reason);
  }

  terminate(): void {
    this.#connection?.terminate();
  }

  /** Resolves when the transport is gone. */
  get gone(): Promise<void> {
    return this.#latest?.finished ?? Promise.resolve();
  }

  /** False before it is open, and from the first close frame or failure on. */
  get canSend(): boolean {
    return this.#connection?.canSend === true;
  }

  /** Bytes that wait to be sent. */
  get bufferedAmount(): number {
    return this.#connection?.bufferedAmount ?? 0;
  }

  /** Bytes that the kernel has taken from the connection: they tell that a long message is leaving. */
  get bytesWritten(): number {
    return this.#connection?.bytesWritten ?? 0;
  }

  /** The message of which a part has come. Kept when the connection ends. */
  get arriving(): PartialMessage | undefined {
    return this.#latest?.arriving;
  }

  get roundTrip(): RoundTrip | undefined {
    const heartbeat = this.#options?.heartbeat ?? 0;
    this.#roundTrips.expire(this.#now() - (heartbeat > 0 ? 2 * heartbeat : PING_PATIENCE));
    return this.#roundTrips.figures();
  }

  /** Resolves when the bytes were handed to the kernel. */
  async send({ kind, data }: OutgoingMessage, flags = 0): Promise<void> {
    const connection = this.#sending('send');
    this.out.add(data.length);
    this.hooks.timeline.add(kind, 'out', data, connection.sendFlags(data.length) | flags);
    this.conduct.sent();
    this.hooks.onTraffic();
    await connection.send(kind, data);
  }

  /** @param data at most 125 bytes (RFC 6455, section 5.5) */
  async ping(data: Uint8Array): Promise<void> {
    const connection = this.#sending('ping');
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

  /** A pong that the connection does not send by itself. */
  async pong(data: Uint8Array): Promise<void> {
    const connection = this.#sending('pong');
    this.hooks.timeline.add('pong', 'out', data);
    this.hooks.onTraffic();
    await connection.pong(data);
  }

  /** After a time that says nothing about the peer: a ping at once tells whether it is still there. */
  check(): void {
    this.#heartbeat.restart();
    if (this.#options?.heartbeat === 0 && this.canSend)
      this.ping(new Uint8Array(0)).catch(() => {
        // The connection is ending: its own rows tell how.
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

  #sending(what: string): Connection {
    if (this.#connection?.canSend !== true)
      throw new DuplexError(
        'call.invalid',
        `The server is closing the connection: connect again to ${what}.`,
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
