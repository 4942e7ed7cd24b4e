import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { PartialMessage } from '../core/frames/frameScanner.ts';
import { maskDeep } from '../core/session/secrets/maskSecrets.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import { MAX_PENDING_PONGS } from '../shared/limits.ts';
import type { ConnectOptions } from '../shared/session.ts';
import { FLAG } from '../shared/timeline.ts';
import { evidenceOf, newTrace } from './connection.ts';
import type { Connect, Connection, ConnectionHandler, Evidence, FragmentSize } from './connection.ts';
import { shortenReads } from './dial/blockReads.ts';
import type { ResolveProxy } from './dial/dial.ts';
import { type EndFacts, endText, lostError } from './failure/connectionEnd.ts';
import { timeOutError } from './failure/handshakeFailure.ts';
import { cutOffFailure, type FrameFailure, frameFailure, tooManyPings } from './frames/frameFailure.ts';
import { FrameSender } from './frames/frameSender.ts';
import { FrameTap } from './frames/frameTap.ts';
import { bytesTaken, createFraming, firstBytesOf } from './frames/framing.ts';
import { invalidText, isText } from './frames/strictWebSocket.ts';
import type { InvalidText, StrictWebSocket } from './frames/strictWebSocket.ts';
import { Cookies } from './handshake/cookies.ts';
import { openHandshake } from './handshake/handshake.ts';
import type { HandshakeAttempt, HandshakeContext, Opened } from './handshake/handshake.ts';
import { negotiate } from './handshake/negotiate.ts';
import { plainBytes } from './plainBytes.ts';
import { targetOf } from './target.ts';

/** Milliseconds from a peer's end of TCP without a close frame until the connection is ended. */
const END_PATIENCE = 300;

/** Milliseconds between checks whether the last frame has left. */
const END_POLL = 10;

/** The inputs of a connection's handshake. */
type OwnAttempt = Omit<HandshakeAttempt, keyof HandshakeContext>;

/**
 * One connection of either side: its handshake, then its frames, which `ws` reads and writes. The options are already
 * valid (connectOptions).
 */
class WsConnection implements Connection {
  #framed: StrictWebSocket | undefined;
  #sender: FrameSender | undefined;
  #tap: FrameTap | undefined;
  #tcp: Socket | undefined;
  #tcpError: Error | undefined;
  /** When the peer ended TCP, in milliseconds of `performance.now()`. */
  #endedAt: number | undefined;
  #isTruncated: () => boolean = () => false;
  #host: string;
  #ended = false;
  #closeRequested = false;
  #pendingPongs = 0;
  #firstBytes: () => string | undefined = () => undefined;
  readonly #trace = newTrace();
  readonly #giveUp = new AbortController();
  readonly #handshakeTimer: NodeJS.Timeout;
  #finish: () => void = () => {};
  readonly finished = new Promise<void>((resolve) => (this.#finish = resolve));

  constructor(
    private readonly options: ConnectOptions,
    private readonly handler: ConnectionHandler,
    open: (attempt: OwnAttempt) => Promise<Opened>,
    private readonly peer: 'client' | 'server' = 'server',
  ) {
    this.#host = targetOf(options.url).address;
    // An own timer, because an idle time-out of the socket never fires if a response drips in.
    this.#handshakeTimer = setTimeout(
      () => this.#fail(timeOutError(this.#host, this.#trace, options)),
      options.handshakeTimeout,
    );
    open({
      options,
      trace: this.#trace,
      signal: this.#giveUp.signal,
      onRefused: () => clearTimeout(this.#handshakeTimer),
      onNote: (note) => {
        if (!this.#ended) handler.onNote?.(maskDeep(note, this.#trace.secrets));
      },
    }).then(
      (opened) => this.#adopt(opened),
      (error: unknown) => {
        this.#fail(toDuplexError(error));
        this.#finish();
      },
    );
  }

  get canSend(): boolean {
    return !this.#ended && this.#framed?.readyState === WebSocket.OPEN;
  }

  get bufferedAmount(): number {
    return this.#framed?.bufferedAmount ?? 0;
  }

  get bytesRead(): number {
    return this.#tcp?.bytesRead ?? 0;
  }

  get bytesWritten(): number {
    return this.#tcp === undefined ? 0 : bytesTaken(this.#tcp);
  }

  get arriving(): PartialMessage | undefined {
    return this.#tap?.partial;
  }

  send(
    kind: 'text' | 'binary',
    payload: Uint8Array,
    fragmentSize: FragmentSize = this.options.fragmentSize,
  ): Promise<void> {
    return this.#sender?.send(kind, payload, fragmentSize) ?? notOpen();
  }

  post(kind: 'text' | 'binary', payload: Uint8Array): void {
    if (this.canSend) this.#sender?.post(kind, payload);
  }

  sendFlags(bytes: number): number {
    return this.#sender?.flagsOf(bytes) ?? 0;
  }

  ping(payload: Uint8Array): Promise<void> {
    return this.#sender?.ping(payload) ?? notOpen();
  }

  pong(payload: Uint8Array): Promise<void> {
    return this.#sender?.pong(payload) ?? notOpen();
  }

  close(code: number, reason: string): void {
    this.#closeRequested = true;
    if (this.#framed) this.#framed.close(code, reason);
    else this.#cancel();
  }

  terminate(): void {
    if (!this.#framed) this.#cancel();
    this.#framed?.terminate();
    this.#end(1006, '', this.#framed && endText(this.#endFacts('here'), this.options));
  }

  pause(): void {
    this.#framed?.pause();
  }

  resume(): void {
    this.#framed?.resume();
  }

  #adopt(opened: Opened): void {
    clearTimeout(this.#handshakeTimer);
    // The handshake was cancelled after it had succeeded and before this turn of the event loop.
    if (this.#ended) {
      opened.socket.destroy();
      this.#finish();
      return;
    }
    this.#tcp = opened.socket;
    if (this.handler.passesOn) shortenReads(opened.socket);
    this.#host = opened.host;
    this.#trace.phase = 'open';
    // `ws` does not report the socket's own errors (ECONNRESET), and only closes with 1006.
    opened.socket.on('error', (error) => (this.#tcpError = error));
    opened.socket.once('end', () => (this.#endedAt = performance.now()));
    this.#isTruncated = opened.isTruncated;
    this.#tap = new FrameTap(opened.socket, {
      maxPayload: this.options.maxPayload,
      sender: this.peer,
      inflates: opened.deflate !== undefined,
      observer: this.handler.frames,
    });
    const own = this.peer === 'client' ? 'server' : 'client';
    createFraming(opened, this.options, own, (framed) => {
      this.#framed = framed;
      this.#sender = new FrameSender(framed, opened, this.options, own);
      this.#listen(framed, opened);
    });
    this.#firstBytes = firstBytesOf(opened.socket);
  }

  #listen(framed: StrictWebSocket, { detail, socket }: Opened): void {
    framed.on('open', () => this.handler.onOpen(detail));
    framed.onData = (data, isBinary) => this.#onMessage(framed, data, isBinary);
    framed.on('ping', (data) => this.#onPing(framed, plainBytes(data)));
    framed.on('pong', (data) => {
      if (!this.#ended) this.handler.onControl('pong', 'in', plainBytes(data));
    });
    framed.on('error', (error) => this.#failBy(error));
    socket.once('end', () => {
      // Unsent data would keep a connection alive after its peer is gone.
      if (framed.readyState === WebSocket.OPEN) setTimeout(() => socket.destroy(), END_PATIENCE);
    });
    framed.on('close', (code, reason) => {
      if (code === 1006) this.#onLost();
      else this.#end(code, reason.toString('utf8'));
      this.#finish();
    });
  }

  #onMessage(framed: StrictWebSocket, data: Uint8Array, isBinary: boolean): void {
    if (this.#ended) return;
    const flags = this.#tap?.nextFlags() ?? 0;
    if (this.#tap?.nextIsValidText() === true || isBinary || isText(data)) {
      this.handler.onMessage(isBinary ? 'binary' : 'text', data, flags);
      return;
    }
    // This comes first, so that the following events cause no more sending.
    framed.refuseText();
    this.#endWhenSent(framed);
    this.handler.onMessage('text', data, flags | FLAG.invalidUtf8);
    this.#failBy(invalidText());
  }

  /** Ends TCP after the close frame, as `ws` does for the faults that it finds (RFC 6455, section 7.1.7). */
  #endWhenSent(framed: WebSocket): void {
    if (framed.bufferedAmount === 0) this.#tcp?.end();
    else if (framed.readyState !== WebSocket.CLOSED) setTimeout(() => this.#endWhenSent(framed), END_POLL);
  }

  #onPing(framed: WebSocket, data: Uint8Array): void {
    if (this.#ended) return;
    this.handler.onControl('ping', 'in', data);
    if (!this.options.autoPong || framed.readyState !== WebSocket.OPEN) return;
    if (this.#pendingPongs >= MAX_PENDING_PONGS) {
      this.#fail(tooManyPings(this.#host, this.peer));
      framed.terminate();
      return;
    }
    this.#pendingPongs++;
    this.#sender?.answer(data, () => this.#pendingPongs--);
    this.handler.onControl('pong', 'out', data);
  }

  #cancel(): void {
    this.#fail(new DuplexError('call.cancelled', 'Connecting was cancelled.'));
  }

  /**
   * The session's state follows the error; the transport may close in the background.
   * @param close the server's close frame, if one arrived
   */
  #fail(
    error: DuplexError,
    evidence: FrameFailure['evidence'] = {},
    close: { readonly code: number; readonly reason: string } = { code: 1006, reason: '' },
  ): void {
    if (this.#ended) return;
    this.handler.onError(error, { ...this.#evidence(), ...evidence });
    this.#end(close.code, close.reason, undefined, false);
    // Only a handshake is abandoned at once: an open connection first sends the close frame that tells the peer the
    // reason.
    if (this.#framed === undefined) this.#giveUp.abort(error);
  }

  /** Handles the transport's error of an open connection. */
  #failBy(error: Error | InvalidText): void {
    const { oversize, partial, fault } = this.#tap ?? {};
    const failure = frameFailure(error, this.#host, this.options, { oversize, partial, fault }, this.peer);
    if (failure) this.#fail(failure.error, failure.evidence, 'close' in error ? error.close : undefined);
    else this.#fail(lostError(error, this.#endFacts('peer'), this.options));
  }

  /** TCP ended without a close frame from the server. */
  #onLost(): void {
    const { partial, partialFrame } = this.#tap ?? {};
    const failure = this.#closeRequested
      ? undefined
      : cutOffFailure(this.#host, partial, partialFrame, this.#tcpError, this.peer);
    if (failure) this.#fail(failure.error, failure.evidence);
    else if (this.#tcpError) this.#failBy(this.#tcpError);
    const by = this.#endedAt === undefined && this.#closeRequested ? 'here' : 'peer';
    this.#end(1006, '', endText(this.#endFacts(by), this.options));
  }

  #endFacts(by: EndFacts['by']): EndFacts {
    const heardAt = this.#tap?.heardAt ?? 0;
    const sentAt = this.#sender?.sentAt ?? 0;
    return {
      host: this.#host,
      by,
      isTruncated: this.#isTruncated(),
      closeSent: this.#closeRequested,
      idle: (this.#endedAt ?? performance.now()) - Math.max(heardAt, sentAt),
      hasTravelled: sentAt > 0 || (this.#tap?.frames ?? 0) > 0,
    };
  }

  #evidence(): Evidence {
    if (this.#framed === undefined) return evidenceOf(this.#trace);
    // `onOpen` has already reported the handshake.
    const firstBytes = this.#firstBytes();
    return { phase: 'open', ...(firstBytes === undefined ? {} : { firstBytes }) };
  }

  /** @param text the part of the explanation that the close frame does not give */
  #end(code: number, reason: string, text?: string, clean = code !== 1006): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tap?.stop();
    clearTimeout(this.#handshakeTimer);
    const direction = this.#closeRequested ? 'out' : 'in';
    this.handler.onEnd(
      this.#framed ? { code, reason, clean, ...(text !== undefined && { text }), direction } : undefined,
    );
  }
}

function notOpen(): Promise<never> {
  return Promise.reject(new DuplexError('call.invalid', 'The connection is not open: wait until it is.'));
}

/**
 * Creates the connections of one session. They share the cookies that servers set.
 * @param resolveProxy returns the proxy that the environment names for a URL; by default none
 */
export function createConnector(resolveProxy: ResolveProxy = () => Promise.resolve(undefined)): Connect {
  const context = { cookies: new Cookies(), resolveProxy };
  return (options, handler) =>
    new WsConnection(options, handler, async (own) => {
      const attempt = { ...context, ...own };
      return openHandshake(attempt, await negotiate(attempt));
    });
}

/**
 * The server's side of a connection after its handshake. Error messages name the client by `opened.host`. Its payloads
 * are not Buffers, because a server or a proxy keeps them to answer or to pass on.
 */
export function adoptClient(opened: Opened, options: ConnectOptions, handler: ConnectionHandler): Connection {
  const onMessage: ConnectionHandler['onMessage'] = (kind, payload, flags) =>
    handler.onMessage(kind, plainBytes(payload), flags);
  return new WsConnection(options, { ...handler, onMessage }, () => Promise.resolve(opened), 'client');
}
