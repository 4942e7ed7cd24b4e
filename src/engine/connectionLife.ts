import type { Role } from '../core/protocol/protocolModule.ts';
import { offeredSubprotocols } from '../core/protocol/protocolChoice.ts';
import { isLocal } from '../core/session/options/url.ts';
import { systemNote } from '../core/session/life/systemEvent.ts';
import type { SystemEvent } from '../core/session/life/systemEvent.ts';
import { maskHandshake } from '../core/session/secrets/maskHandshake.ts';
import { isNormalEnd } from '../core/session/life/reconnect.ts';
import type { ConnectionEnd } from '../core/session/life/reconnect.ts';
import { isLive, nextState } from '../core/session/life/stateMachine.ts';
import type { SessionEvent } from '../core/session/life/stateMachine.ts';
import type { Connect } from '../net/connection.ts';
import { createConnector } from '../net/wsConnection.ts';
import type { ResolveProxy } from '../net/dial/dial.ts';
import { DuplexError } from '../shared/errors.ts';
import type { ConnectOptions, SessionState, SessionSummary } from '../shared/session.ts';
import type {
  CloseDetail,
  Direction,
  ErrorDetail,
  HandshakeDetail,
  NoteDetail,
  OpenDetail,
} from '../shared/timeline.ts';
import { ConnectionIo } from './connectionIo.ts';
import type { Evidence } from '../net/connection.ts';
import { Reconnector } from './reconnector.ts';
import type { ExistingRecording, Timeline } from './timeline.ts';

export interface LifeHooks {
  readonly timeline: Timeline;
  readonly options: () => ConnectOptions;
  /** The recording so far, if it is continued. */
  readonly existing: ExistingRecording | undefined;
  /** Whether the machine has no network. */
  readonly isOffline: () => boolean;
  readonly role: Role | undefined;
  /** Sends nothing automatically, because its messages are those of a client of a proxy. */
  readonly isPassive: boolean | undefined;
  /** Connects instead of the client's own connector. */
  readonly connector: Connect | undefined;
  readonly resolveProxy: ResolveProxy;
  readonly onTraffic: () => void;
  /** The state changed. Called at once. */
  readonly onState: () => void;
  /** The handshake succeeded. */
  readonly onOpen: (recorded: OpenDetail) => void;
}

/** The connection part of a summary, with or without an open connection. */
type OpenedConnection = Pick<SessionSummary, 'protocol' | 'extensions' | 'tls' | 'proxy'>;

const NOT_OPENED: OpenedConnection = { protocol: '', extensions: '', tls: undefined, proxy: '' };

const OF_CLIENT = 'This session is the connection of a client: only the client can connect again.';

/** The life cycle of a session's connections: its states, one connection at a time, and the waits between them. */
export class ConnectionLife {
  readonly io: ConnectionIo;
  readonly #reconnector: Reconnector;
  /** One connector for all connections, which share their cookies. */
  readonly #connector: Connect;
  #hasConnected = false;
  #state: SessionState;
  #opened = NOT_OPENED;
  #openedAt: number | undefined;
  #error: DuplexError | undefined;
  /** The close code and reason of an unexpected end. */
  #abnormalEnd: SessionSummary['end'];
  #handshakes: HandshakeDetail | undefined;
  /** The failure since the last attempt began. */
  #failure: Pick<ConnectionEnd, 'error' | 'status' | 'headers'> = {};
  #opening: { resolve: () => void; reject: (error: DuplexError) => void } | undefined;
  #onEnded: (() => void)[] = [];

  constructor(private readonly hooks: LifeHooks) {
    const { timeline, existing, options, isOffline, onTraffic } = hooks;
    this.#state = existing ? 'closed' : 'idle';
    this.#connector = hooks.connector ?? createConnector(hooks.resolveProxy);
    this.io = new ConnectionIo({
      timeline,
      counts: existing?.counts,
      role: hooks.role ?? 'client',
      isPassive: hooks.isPassive ?? false,
      onTraffic,
      onOpen: (detail) => this.#onOpen(detail),
      onNote: (note) =>
        timeline.addDetail('note', 'none', maskHandshake(note as NoteDetail & HandshakeDetail, options())),
      onError: (error, evidence) => this.#onFailed(error, evidence),
      onEnd: (close) => this.#onEnd(close),
    });
    this.#reconnector = new Reconnector({
      options,
      note: (detail) => timeline.addDetail('note', 'none', detail),
      connect: () => this.#connect(),
      isOffline: () => isOffline() && !isLocal(options().url),
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  get isLive(): boolean {
    return isLive(this.#state);
  }

  /** The connection's part of a summary. */
  get summary(): Omit<
    SessionSummary,
    'id' | 'name' | 'url' | 'startedAt' | 'firstRow' | 'recordedBytes' | 'keep' | 'unrecorded'
  > {
    const { startedAt, lastReceived } = this.hooks.timeline;
    const { insecure, frames } = this.hooks.options();
    return {
      ...this.#opened,
      state: this.#state,
      openedAt: this.#openedAt,
      error: this.#error && { code: this.#error.code, message: this.#error.message },
      end: this.#abnormalEnd,
      in: this.io.in.snapshot(),
      out: this.io.out.snapshot(),
      roundTrip: this.io.roundTrip,
      pendingBytes: this.io.bufferedAmount,
      lastReceivedAt: lastReceived === undefined ? undefined : startedAt + lastReceived / 1000,
      attempt: this.#reconnector.attempt,
      insecure,
      framesKept: frames,
    };
  }

  /** The result of the last attempt to connect, including secrets. */
  get handshakes(): HandshakeDetail | undefined {
    return this.#handshakes;
  }

  /**
   * Connects, and resolves when the connection is open. A scheduled reconnect starts at once; if it fails, others may
   * follow.
   * @throws DuplexError with the reason why the handshake failed; `call.invalid` if a connection already exists
   */
  connect(): Promise<void> {
    const isOfClient = this.hooks.role === 'server' || this.hooks.isPassive === true;
    if (isOfClient && this.#hasConnected) return Promise.reject(new DuplexError('call.invalid', OF_CLIENT));
    this.#hasConnected = true;
    return new Promise((resolve, reject) => {
      this.#connect(() => {
        this.#opening = { resolve, reject };
      });
    });
  }

  /**
   * Closes the connection, or cancels a handshake or the wait for a reconnect. Resolves when the connection is closed.
   */
  async disconnect(code: number, reason: string): Promise<void> {
    if (!this.isLive) return;
    const ended = new Promise<void>((resolve) => this.#onEnded.push(resolve));
    if (this.#beginClose()) this.io.close(code, reason);
    await ended;
  }

  /** Ends the connection or the wait for a reconnect at once, without a close handshake. */
  terminate(): void {
    this.#beginClose();
    this.io.terminate();
  }

  /** @throws DuplexError `call.invalid` if the session is not open */
  requireOpen(what: string): void {
    if (this.#state !== 'open')
      throw new DuplexError('call.invalid', `The session is ${this.#state}: connect it to ${what}.`);
  }

  /** Records a failure on this side; the connection continues. */
  report(error: DuplexError): void {
    const recorded = this.#recordedFailure(error, { phase: 'open' });
    this.hooks.timeline.addDetail('error', 'none', recorded);
  }

  /** The machine slept, or its network was lost or came back. @param away milliseconds that the machine slept */
  onSystemEvent(change: SystemEvent, away: number): void {
    const isWaiting = this.#state === 'waiting';
    if (!isWaiting && this.#state !== 'open') return;
    if (change !== 'resumed' && isLocal(this.hooks.options().url)) return;
    this.hooks.timeline.addDetail('note', 'none', systemNote(change, away, isWaiting));
    if (change === 'offline') return;
    if (isWaiting) this.#reconnector.hurry();
    else this.io.check();
  }

  /** @param begun called once the attempt is certain; a reconnect has no caller to inform */
  #connect(begun?: () => void): void {
    const isReconnect = this.#state === 'waiting';
    this.#move('connect', 'connect a session that is not closed');
    begun?.();
    if (isReconnect) this.#reconnector.began();
    else {
      this.#reconnector.reset();
      this.#error = undefined;
      this.#abnormalEnd = undefined;
    }
    this.#opened = NOT_OPENED;
    this.#handshakes = undefined;
    this.#failure = {};
    const options = this.hooks.options();
    this.io.connect(this.#connector, { ...options, subprotocols: offeredSubprotocols(options) });
  }

  #onOpen(detail: OpenDetail): void {
    this.#handshakes = detail;
    const recorded = maskHandshake(detail, this.hooks.options());
    this.#opened = openedConnection(recorded);
    this.#openedAt = Date.now();
    this.#error = undefined;
    this.#abnormalEnd = undefined;
    this.#reconnector.opened();
    this.hooks.timeline.addDetail('open', 'none', recorded);
    this.hooks.onOpen(recorded);
    this.#move('opened', 'open');
    this.#opening?.resolve();
    this.#opening = undefined;
  }

  #onFailed(error: DuplexError, evidence: Evidence): void {
    const recorded = this.#recordedFailure(error, evidence);
    // The response of a server or a proxy may repeat what it received.
    const told = recorded.message === error.message ? error : new DuplexError(error.code, recorded.message);
    if (error.code !== 'call.cancelled') {
      this.#error = told;
      this.#handshakes ??= evidence;
      this.#failure = { error, status: evidence.status, headers: evidence.headers };
      this.hooks.timeline.addDetail('error', 'none', recorded);
    }
    this.#opening?.reject(told);
    this.#opening = undefined;
  }

  #recordedFailure({ code, message }: DuplexError, evidence: Evidence): ErrorDetail {
    return maskHandshake({ code, message, ...evidence }, this.hooks.options());
  }

  #onEnd(close: (CloseDetail & { readonly direction: Direction }) | undefined): void {
    if (close !== undefined) {
      const { direction, ...detail } = close;
      this.hooks.timeline.addDetail('close', direction, detail);
    }
    const byUs = this.#state === 'closing';
    const end: ConnectionEnd = { byUs, close, ...this.#failure };
    if (close !== undefined && end.error === undefined && !isNormalEnd(end))
      this.#abnormalEnd = { code: close.code, reason: close.reason };
    if (this.#reconnector.ended(end)) this.#move('retry', 'reconnect');
    else if (byUs) this.#move('closed', 'end');
    else this.#move(this.#state === 'open' ? 'lost' : 'refused', 'end');
    if (!this.isLive) this.#announceEnd();
  }

  /**
   * Marks the end as requested by us, and ends a wait for a reconnect.
   * @returns whether there is a connection to close
   */
  #beginClose(): boolean {
    const before = this.#state;
    if (!this.isLive || before === 'closing') return false;
    if (before === 'waiting') this.#reconnector.stop();
    this.#move('close', 'close');
    if (before === 'waiting') this.#announceEnd();
    return before !== 'waiting';
  }

  #announceEnd(): void {
    for (const ended of this.#onEnded.splice(0)) ended();
  }

  #move(event: SessionEvent, what: string): void {
    const state = nextState(this.#state, event);
    if (state === undefined)
      throw new DuplexError('call.invalid', `The session is ${this.#state}, so it cannot ${what}.`);
    this.#state = state;
    this.hooks.onState();
  }
}

/** @param detail in its recorded form */
function openedConnection({ protocol, extensions, tls, proxy = '' }: OpenDetail): OpenedConnection {
  if (tls === undefined) return { protocol, extensions, proxy, tls };
  const { cipher, verified, chain } = tls;
  const validTo = chain[0]?.validTo ?? '';
  return { protocol, extensions, proxy, tls: { protocol: tls.protocol, cipher, verified, validTo } };
}
