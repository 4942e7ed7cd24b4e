import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { PartialMessage } from '../core/frames/frameScanner.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import { MAX_PENDING_PONGS } from '../shared/limits.ts';
import type { ConnectOptions } from '../shared/session.ts';
import { FLAG } from '../shared/timeline.ts';
import { evidenceOf, newTrace } from './connection.ts';
import type { Connect, Connection, ConnectionHandler, Evidence, FragmentSize } from './connection.ts';
import { shortenReads } from './dial/blockReads.ts';
import type { ResolveProxy } from './dial/dial.ts';
import { type EndFacts, endText, lostError } from './failure/connectionEnd.ts';
import { classify } from './failure/connectionError.ts';
import { timeOutError } from './failure/handshakeFailure.ts';
import { cutOffFailure, type FrameFailure, frameFailure, tooManyPings } from './frames/frameFailure.ts';
import { FrameTap } from './frames/frameTap.ts';
import { bytesTaken, createFraming, firstBytesOf } from './frames/framing.ts';
import { invalidText, isText } from './frames/strictWebSocket.ts';
import type { InvalidText, StrictWebSocket } from './frames/strictWebSocket.ts';
import { Cookies } from './handshake/cookies.ts';
import { compresses } from './handshake/deflate.ts';
import type { PerMessageDeflate } from './handshake/deflate.ts';
import { openHandshake } from './handshake/handshake.ts';
import type { HandshakeAttempt, HandshakeContext, Opened } from './handshake/handshake.ts';
import { plainBytes } from './plainBytes.ts';
import { targetOf } from './target.ts';

/** How a message is sent. */
interface MessageForm {
  readonly binary: boolean;
  readonly compress: boolean;
}

/** Milliseconds after a peer's end of TCP, without a close frame, until the connection is ended. */
const END_PATIENCE = 300;

/** Milliseconds between two looks at whether a last frame has left. */
const END_POLL = 10;

/** The inputs of a connection's handshake. */
type OwnAttempt = Omit<HandshakeAttempt, keyof HandshakeContext>;

/**
 * One connection of either side: its handshake, then frames by `ws`. Options are already validated (connectOptions).
 */
class WsConnection implements Connection {
  #framed: StrictWebSocket | undefined;
  #tap: FrameTap | undefined;
  #deflate: PerMessageDeflate | undefined;
  #tcp: Socket | undefined;
  #tcpError: Error | undefined;
  /**
   * When bytes were last handed to the transport, and when the peer ended TCP; in milliseconds of `performance.now()`.
   */
  #sentAt = 0;
  #endedAt: number | undefined;
  #isTruncated: () => boolean = () => false;
  #host: string;
  #ended = false;
  #closeRequested = false;
  #corked = false;
  #pendingPongs = 0;
  #firstBytes: () => string | undefined = () => undefined;
  /** Messages in fragments wait for the previous one, and others for messages in fragments. */
  #sending: Promise<void> = Promise.resolve();
  #inFragments = 0;
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
    // Our own timer, because an idle time-out of the socket never fires if an answer drips in.
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
        if (!this.#ended) handler.onNote?.(note);
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
    const form = this.#formOf(kind, payload.length);
    const whole = (): Promise<void> => this.#handOver((framed, done) => framed.send(payload, form, done));
    if (fragmentSize === 0 && this.#inFragments === 0) return whole();
    this.#inFragments++;
    const sent = this.#sending
      .then(() => (fragmentSize === 0 ? whole() : this.#sendFragments(payload, form, fragmentSize)))
      .finally(() => this.#inFragments--);
    // The next message does not fail because this one did.
    this.#sending = sent.catch(() => {});
    return sent;
  }

  post(kind: 'text' | 'binary', payload: Uint8Array): void {
    if (!this.#framed || !this.canSend) return;
    if (this.options.fragmentSize > 0 || this.#inFragments > 0)
      return void this.send(kind, payload).catch(() => {});
    this.#cork();
    this.#framed.send(payload, this.#formOf(kind, payload.length));
  }

  sendFlags(bytes: number): number {
    const own = this.peer === 'client' ? 'server' : 'client';
    return compresses(this.#deflate, bytes, own) ? FLAG.compressed : 0;
  }

  ping(payload: Uint8Array): Promise<void> {
    return this.#handOver((framed, done) => framed.ping(payload, undefined, done));
  }

  pong(payload: Uint8Array): Promise<void> {
    return this.#handOver((framed, done) => framed.pong(payload, undefined, done));
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
    // The handshake was cancelled while its result was on the way through the event loop.
    if (this.#ended) {
      opened.socket.destroy();
      this.#finish();
      return;
    }
    this.#tcp = opened.socket;
    if (this.handler.passesOn) shortenReads(opened.socket);
    this.#host = opened.host;
    this.#trace.phase = 'open';
    // ws does not report the socket's own errors (ECONNRESET), and only closes with 1006.
    opened.socket.on('error', (error) => (this.#tcpError = error));
    opened.socket.once('end', () => (this.#endedAt = performance.now()));
    this.#isTruncated = opened.isTruncated;
    this.#deflate = opened.deflate;
    this.#tap = new FrameTap(opened.socket, {
      maxPayload: this.options.maxPayload,
      sender: this.peer,
      inflates: opened.deflate !== undefined,
      observer: this.handler.frames,
    });
    const own = this.peer === 'client' ? 'server' : 'client';
    createFraming(opened, this.options, own, (framed) => {
      this.#framed = framed;
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
      // Unsent data would keep a connection alive whose peer is gone.
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
    // First, so that the following events cause no more sending.
    framed.refuseText();
    this.#endWhenSent(framed);
    this.handler.onMessage('text', data, flags | FLAG.invalidUtf8);
    this.#failBy(invalidText());
  }

  /** Ends TCP behind the close frame, as `ws` does for the faults that it finds (RFC 6455, section 7.1.7). */
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
    this.#sentAt = performance.now();
    framed.pong(data, undefined, () => this.#pendingPongs--);
    this.handler.onControl('pong', 'out', data);
  }

  #cancel(): void {
    this.#fail(new DuplexError('call.cancelled', 'Connecting was cancelled.'));
  }

  /**
   * The session's state follows the error; the transport may close in the background.
   * @param close the server's close frame, if one came
   */
  #fail(
    error: DuplexError,
    evidence: FrameFailure['evidence'] = {},
    close: { readonly code: number; readonly reason: string } = { code: 1006, reason: '' },
  ): void {
    if (this.#ended) return;
    this.handler.onError(error, { ...this.#evidence(), ...evidence });
    this.#end(close.code, close.reason, undefined, false);
    // Deferred while it is open: the close frame that tells the peer why is still on its way.
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
    return {
      host: this.#host,
      by,
      isTruncated: this.#isTruncated(),
      closeSent: this.#closeRequested,
      idle: (this.#endedAt ?? performance.now()) - Math.max(heardAt, this.#sentAt),
      hasTravelled: this.#sentAt > 0 || (this.#tap?.frames ?? 0) > 0,
    };
  }

  #evidence(): Evidence {
    if (this.#framed === undefined) return evidenceOf(this.#trace);
    // `onOpen` has already reported the handshake.
    const firstBytes = this.#firstBytes();
    return { phase: 'open', ...(firstBytes === undefined ? {} : { firstBytes }) };
  }

  /** @param text the part of the explanation that close frames do not give */
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

  #formOf(kind: 'text' | 'binary', bytes: number): MessageForm {
    return { binary: kind === 'binary', compress: this.sendFlags(bytes) > 0 };
  }

  async #sendFragments(payload: Uint8Array, form: MessageForm, size: FragmentSize): Promise<void> {
    for (let at = 0, count = 1, fin = false; !fin; count++) {
      const end = at + (typeof size === 'number' ? size : (size[count - 1] ?? Infinity));
      fin = typeof size === 'number' ? end >= payload.length : count >= size.length;
      const part = payload.subarray(at, fin ? payload.length : end);
      // Each fragment waits until the previous one has left, so that urgent frames, such as a pong, can go between.
      await this.#handOver((framed, done) => framed.send(part, { ...form, fin }, done));
      at = end;
    }
  }

  #handOver(hand: (framed: WebSocket, done: (error?: Error | null) => void) => void): Promise<void> {
    const framed = this.#framed;
    if (framed === undefined)
      return Promise.reject(new DuplexError('call.invalid', 'The connection is not open: wait until it is.'));
    this.#cork();
    return new Promise((resolve, reject) => {
      hand(framed, (error) => {
        if (error) reject(classify(error, this.#host, this.options));
        // When a socket is destroyed, Node reports its pending write as done.
        else if (this.#tcp?.destroyed)
          reject(
            new DuplexError('tcp.reset', 'The connection ended before the message had left completely.'),
          );
        else resolve();
      });
    });
  }

  /** Messages of one turn of the event loop leave in one write: a separate write costs more than a small message. */
  #cork(): void {
    if (this.#corked || this.#tcp === undefined) return;
    this.#corked = true;
    this.#sentAt = performance.now();
    this.#tcp.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#tcp?.uncork();
    });
  }
}

/**
 * Creates the connections of one session. They share the cookies that servers set.
 * @param resolveProxy returns the proxy that the environment sets for a URL; by default none
 */
export function createConnector(resolveProxy: ResolveProxy = () => Promise.resolve(undefined)): Connect {
  const context = { cookies: new Cookies(), resolveProxy };
  return (options, handler) =>
    new WsConnection(options, handler, (attempt) => openHandshake({ ...context, ...attempt }));
}

/**
 * The server's side of a connection after its handshake; sentences name the client by `opened.host`. Its messages are no
 * Buffers, because a server or a proxy keeps them to answer or to pass on.
 */
export function adoptClient(opened: Opened, options: ConnectOptions, handler: ConnectionHandler): Connection {
  const onMessage: ConnectionHandler['onMessage'] = (kind, payload, flags) =>
    handler.onMessage(kind, plainBytes(payload), flags);
  return new WsConnection(options, { ...handler, onMessage }, () => Promise.resolve(opened), 'client');
}
