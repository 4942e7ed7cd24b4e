import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { DuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { FragmentSize } from '../connection.ts';
import { classify } from '../failure/connectionError.ts';
import { compresses, type PerMessageDeflate } from '../handshake/deflate.ts';

/** The form in which a message is sent. */
interface MessageForm {
  readonly binary: boolean;
  readonly compress: boolean;
}

/** The connection below the frames. */
interface Transport {
  readonly socket: Socket;
  /** The peer as host:port, for error messages. */
  readonly host: string;
  readonly deflate: PerMessageDeflate | undefined;
}

/** Sends the messages and control frames of one open connection, in the order of the calls. */
export class FrameSender {
  #corked = false;
  #sentAt = 0;
  /** Fragmented messages wait for the previous message; other messages wait only for fragmented ones. */
  #sending: Promise<void> = Promise.resolve();
  #inFragments = 0;

  /** @param own the sending side */
  constructor(
    private readonly framed: WebSocket,
    private readonly transport: Transport,
    private readonly options: ConnectOptions,
    private readonly own: 'client' | 'server',
  ) {}

  /** When bytes were last handed to the transport, in milliseconds of `performance.now()`; 0: never. */
  get sentAt(): number {
    return this.#sentAt;
  }

  /** Sends as `Connection.send` does. */
  send(kind: 'text' | 'binary', payload: Uint8Array, fragmentSize: FragmentSize): Promise<void> {
    const form = this.#formOf(kind, payload.length);
    const whole = (): Promise<void> => this.#handOver((done) => this.framed.send(payload, form, done));
    if (fragmentSize === 0 && this.#inFragments === 0) return whole();
    this.#inFragments++;
    const sent = this.#sending
      .then(() => (fragmentSize === 0 ? whole() : this.#sendFragments(payload, form, fragmentSize)))
      .finally(() => this.#inFragments--);
    // A failure does not affect the next message.
    this.#sending = sent.catch(() => {});
    return sent;
  }

  /** Sends as `Connection.post` does. The connection must be able to send. */
  post(kind: 'text' | 'binary', payload: Uint8Array): void {
    const { fragmentSize } = this.options;
    if (fragmentSize > 0 || this.#inFragments > 0)
      return void this.send(kind, payload, fragmentSize).catch(() => {});
    this.#cork();
    this.framed.send(payload, this.#formOf(kind, payload.length));
  }

  /** The FLAG bits of a message of this size. */
  flagsOf(bytes: number): number {
    return compresses(this.transport.deflate, bytes, this.own) ? FLAG.compressed : 0;
  }

  ping(payload: Uint8Array): Promise<void> {
    return this.#handOver((done) => this.framed.ping(payload, undefined, done));
  }

  pong(payload: Uint8Array): Promise<void> {
    return this.#handOver((done) => this.framed.pong(payload, undefined, done));
  }

  /** Answers a ping. @param onSent called when the pong has left or can no longer leave */
  answer(payload: Uint8Array, onSent: () => void): void {
    this.#sentAt = performance.now();
    this.framed.pong(payload, undefined, onSent);
  }

  #formOf(kind: 'text' | 'binary', bytes: number): MessageForm {
    return { binary: kind === 'binary', compress: this.flagsOf(bytes) > 0 };
  }

  async #sendFragments(payload: Uint8Array, form: MessageForm, size: FragmentSize): Promise<void> {
    for (let at = 0, count = 1, fin = false; !fin; count++) {
      const end = at + (typeof size === 'number' ? size : (size[count - 1] ?? Infinity));
      fin = typeof size === 'number' ? end >= payload.length : count >= size.length;
      const part = payload.subarray(at, fin ? payload.length : end);
      // Each fragment waits until the previous one has left, so that urgent frames, such as a pong, can go in between.
      await this.#handOver((done) => this.framed.send(part, { ...form, fin }, done));
      at = end;
    }
  }

  #handOver(hand: (done: (error?: Error | null) => void) => void): Promise<void> {
    this.#cork();
    return new Promise((resolve, reject) => {
      hand((error) => {
        if (error) reject(classify(error, this.transport.host, this.options));
        // When a socket is destroyed, Node reports its pending write as done.
        else if (this.transport.socket.destroyed)
          reject(
            new DuplexError('tcp.reset', 'The connection ended before the message had left completely.'),
          );
        else resolve();
      });
    });
  }

  /** Messages of one turn of the event loop leave in one write: a separate write costs more than a small message. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#sentAt = performance.now();
    const { socket } = this.transport;
    socket.cork();
    process.nextTick(() => {
      this.#corked = false;
      socket.uncork();
    });
  }
}
