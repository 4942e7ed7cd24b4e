import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { DuplexError } from '../shared/errors.ts';
import { MAX_BUFFERED_CHUNKS, MAX_PENDING_PONGS } from '../shared/limits.ts';
import type { ConnectOptions } from '../shared/session.ts';
import { classify, connectionError, hostOf } from './connectionError.ts';
import type { Connect, Connection, ConnectionHandler, RefusedHandshake } from './connection.ts';
import {
  headersOf,
  readBody,
  redirectTarget,
  refusal,
  requestHeaders,
  sameOrigin,
  subprotocolProblem,
} from './handshake.ts';

/** Opens a connection over `ws`. Options are valid already (connectOptions); everything else is told to the handler. */
export const connectWs: Connect = (options, handler) => new WsConnection(options, handler);

/** Milliseconds that the body of a refused handshake may take. */
const BODY_PATIENCE = 2_000;

class WsConnection implements Connection {
  #socket: WebSocket;
  #opened = false;
  #ended = false;
  #closeRequested = false;
  #pendingPongs = 0;
  #redirects = 0;
  #answer: RefusedHandshake | undefined;
  #tcp: Socket | undefined;
  #tcpError: Error | undefined;
  #corked = false;
  readonly #handshakeTimer: NodeJS.Timeout;
  #finish: () => void = () => {};
  readonly finished = new Promise<void>((resolve) => (this.#finish = resolve));

  constructor(
    private readonly options: ConnectOptions,
    private readonly handler: ConnectionHandler,
  ) {
    this.#handshakeTimer = setTimeout(() => this.#timeOut(), options.handshakeTimeout);
    this.#socket = this.#start(options.url);
  }

  get canSend(): boolean {
    return !this.#ended && this.#socket.readyState === WebSocket.OPEN;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  get bytesRead(): number {
    return this.#tcp?.bytesRead ?? 0;
  }

  send(kind: 'text' | 'binary', payload: Uint8Array): Promise<void> {
    return this.#handOver((done) => this.#socket.send(payload, { binary: kind === 'binary' }, done));
  }

  ping(payload: Uint8Array): Promise<void> {
    return this.#handOver((done) => this.#socket.ping(payload, undefined, done));
  }

  close(code: number, reason: string): void {
    this.#closeRequested = true;
    if (this.#opened) this.#socket.close(code, reason);
    else this.#cancel();
  }

  terminate(): void {
    if (!this.#opened) this.#cancel();
    this.#socket.terminate();
    this.#end(1006, '');
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #start(url: string): WebSocket {
    const socket = new WebSocket(url, [...this.options.subprotocols], {
      headers: requestHeaders(this.options.headers),
      closeTimeout: this.options.closeTimeout,
      perMessageDeflate: this.options.deflate,
      maxPayload: this.options.maxPayload,
      maxFragments: this.options.maxFragments,
      maxBufferedChunks: MAX_BUFFERED_CHUNKS,
      // Pongs are ours to send, so that they are counted and shown like all that travels.
      autoPong: false,
    } as WebSocket.ClientOptions);
    socket.on('upgrade', (response) => this.#onUpgrade(response));
    socket.on('unexpected-response', (_request, response) => this.#onRefused(socket, response));
    socket.on('open', () => this.#onOpen());
    socket.on('message', (data, isBinary) => {
      if (!this.#ended) this.handler.onMessage(isBinary ? 'binary' : 'text', data as Buffer);
    });
    socket.on('ping', (data) => this.#onPing(data));
    socket.on('pong', (data) => {
      if (!this.#ended) this.handler.onControl('pong', 'in', data);
    });
    socket.on('error', (error) => {
      if (socket === this.#socket) this.#fail(this.#reasonOf(error));
    });
    socket.on('close', (code, reason) => {
      if (socket !== this.#socket) return;
      if (code === 1006 && this.#tcpError) this.#fail(classify(this.#tcpError, this.options));
      this.#end(code, reason.toString('utf8'));
      this.#finish();
    });
    return socket;
  }

  #onUpgrade(response: IncomingMessage): void {
    this.#answer = { status: response.statusCode ?? 101, headers: headersOf(response), body: '' };
    this.#tcp = response.socket;
    // ws keeps the socket's own errors (ECONNRESET) to itself and only closes, with 1006 where it was too early.
    response.socket.on('error', (error) => {
      if (this.#opened) this.#tcpError = error;
      else this.#fail(this.#reasonOf(error));
    });
  }

  #onOpen(): void {
    clearTimeout(this.#handshakeTimer);
    this.#opened = true;
    const { protocol, extensions } = this.#socket;
    const { status = 101, headers = [] } = this.#answer ?? {};
    const negotiated =
      headers.find(([name]) => name.toLowerCase() === 'sec-websocket-extensions')?.[1] ?? extensions;
    this.handler.onOpen({ status, protocol, extensions: negotiated, headers });
  }

  #onPing(data: Buffer): void {
    if (this.#ended) return;
    this.handler.onControl('ping', 'in', data);
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#pendingPongs >= MAX_PENDING_PONGS) {
      this.#fail(connectionError('limit.pings', this.options));
      return;
    }
    this.#pendingPongs++;
    this.#socket.pong(data, undefined, () => this.#pendingPongs--);
    this.handler.onControl('pong', 'out', data);
  }

  #onRefused(socket: WebSocket, response: IncomingMessage): void {
    const target = redirectTarget(response, socket.url);
    if (
      target !== undefined &&
      sameOrigin(target, socket.url) &&
      this.#redirects < this.options.maxRedirects
    ) {
      this.#redirects++;
      try {
        this.#socket = this.#start(target);
      } catch (error) {
        // A server's Location is hostile input: what the transport refuses of it fails the handshake, nothing more.
        this.#fail(classify(error instanceof Error ? error : new Error(String(error)), this.options));
      }
      socket.terminate();
      return;
    }
    const error = target === undefined ? refusal(response, this.options) : this.#badRedirect(socket, target);
    const [status, headers] = [response.statusCode ?? 0, headersOf(response)];
    this.#answer = { status, headers, body: '' };
    // The answer is there: from now on only its body is waited for.
    clearTimeout(this.#handshakeTimer);
    void readBody(response, Math.min(BODY_PATIENCE, this.options.handshakeTimeout)).then((body) => {
      this.#answer = { status, headers, body };
      this.#fail(error);
    });
  }

  #badRedirect(socket: WebSocket, target: string): DuplexError {
    const here = sameOrigin(target, socket.url);
    const sentence = here
      ? `${hostOf(this.options.url)} redirects more than ${this.options.maxRedirects} times: its redirects may form a circle.`
      : `${hostOf(this.options.url)} redirects to another origin, ${hostOf(target)}: connect to that one if you trust it.`;
    return new DuplexError('handshake.redirect', sentence);
  }

  #reasonOf(error: Error): DuplexError {
    if (this.#opened) return classify(error, this.options);
    const answered = this.#answer?.headers.find(
      ([name]) => name.toLowerCase() === 'sec-websocket-protocol',
    )?.[1];
    const subprotocol = /subprotocol/.test(error.message) && subprotocolProblem(answered, this.options);
    return subprotocol || classify(error, this.options);
  }

  #cancel(): void {
    this.#fail(new DuplexError('call.cancelled', 'Connecting was cancelled.'));
  }

  #timeOut(): void {
    const seconds = this.options.handshakeTimeout / 1000;
    const host = hostOf(this.options.url);
    this.#fail(
      new DuplexError(
        'handshake.timeout',
        `${host} did not complete the handshake within ${seconds} s: check that a WebSocket server answers there, or raise the time-out.`,
      ),
    );
  }

  /** The session's state follows the error; the transport may take its closing time in the background. */
  #fail(error: DuplexError): void {
    if (this.#ended) return;
    clearTimeout(this.#handshakeTimer);
    this.handler.onError(error, this.#opened ? undefined : this.#answer);
    this.#end(1006, '');
    if (this.#socket.readyState === WebSocket.CONNECTING || error.code === 'limit.pings')
      this.#socket.terminate();
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#handshakeTimer);
    const direction = this.#closeRequested ? 'out' : 'in';
    this.handler.onEnd(this.#opened ? { code, reason, clean: code !== 1006, direction } : undefined);
  }

  #handOver(hand: (done: (error?: Error | null) => void) => void): Promise<void> {
    this.#cork();
    return new Promise((resolve, reject) => {
      hand((error) => {
        if (error) reject(classify(error, this.options));
        else resolve();
      });
    });
  }

  /** What is sent in one turn leaves in one write: a write of its own costs more than a small message. */
  #cork(): void {
    if (this.#corked || this.#tcp === undefined) return;
    this.#corked = true;
    this.#tcp.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#tcp?.uncork();
    });
  }
}
