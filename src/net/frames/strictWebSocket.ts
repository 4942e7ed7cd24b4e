import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { WebSocket } from 'ws';
import { takeByPosition } from './receiverBytes.ts';

type Emit = (event: string | symbol, first?: unknown, second?: unknown) => boolean;

/** RFC 6455, section 7.4.1: data that is not consistent with its type. */
const INVALID_DATA = 1007;

/** Bytes up to which a loop is faster than a call of Node. */
const SHORT = 24;

/**
 * `ws` that also delivers messages whose text is not valid UTF-8, so that a server's invalid bytes can be shown. Create
 * it with `skipUTF8Validation`. Call `refuseText` before reporting an invalid text message. It also checks the reasons
 * of close frames.
 */
export class StrictWebSocket extends WebSocket {
  /**
   * Receives each message. It replaces a listener of `message`, because emitting an event costs as much as recording
   * the row.
   */
  onData: (data: Buffer, isBinary: boolean) => void = () => {};

  #answersLate = false;
  /** Sends the answer to the peer's close frame; undefined if no answer is waiting. */
  #answer: (() => void) | undefined;

  /**
   * Takes the messages directly from the receiver of `ws`. Call it once the receiver exists, before it reads.
   * @param answersLate whether to answer the peer's close frame after the messages that came with it, so that a script
   * can answer those first (RFC 6455, section 5.5.1, permits it)
   */
  bypassEvents(answersLate: boolean): void {
    this.#answersLate = answersLate;
    const { _receiver: receiver, _socket: socket } = this as unknown as {
      readonly _receiver: Writable;
      readonly _socket: Socket;
    };
    // This runs before the listener of `ws`, after which no frame can be sent.
    if (answersLate) socket.prependListener('end', () => this.#answer?.());
    const emit = receiver.emit.bind(receiver) as Emit;
    // `ws` passes at most two arguments.
    const direct: Emit = (event, first, second) => {
      if (event !== 'message') return emit(event, first, second);
      this.onData(first as Buffer, second as boolean);
      return true;
    };
    receiver.emit = direct as typeof receiver.emit;
    takeByPosition(receiver);
  }

  /** Fails the connection because of text that is not valid UTF-8 (RFC 6455, section 8.1), and emits an `error`. */
  refuseText(): void {
    super.close(INVALID_DATA);
  }

  /**
   * `ws` also calls this with the peer's code and reason bytes, to answer its close frame.
   * @param code 1005 sends no code (RFC 6455, section 7.1.5)
   */
  override close(code?: number, reason?: string | Buffer): void {
    if (reason === undefined || typeof reason === 'string' || isText(reason)) {
      const isAnswer = code === undefined || typeof reason === 'object';
      if (this.#answersLate && isAnswer) this.#answerLate(code, reason);
      else super.close(code === 1005 ? undefined : code, reason);
      return;
    }
    super.close(INVALID_DATA);
    const text = new TextDecoder().decode(reason);
    this.emit('error', invalidText({ code: code ?? 1005, reason: text }));
  }

  #answerLate(code?: number, reason?: string | Buffer): void {
    this.#answer = () => {
      this.#answer = undefined;
      super.close(code, reason);
    };
    setImmediate(() => this.#answer?.());
  }
}

/** Whether bytes are valid UTF-8. */
export function isText(bytes: Uint8Array): boolean {
  if (bytes.length > SHORT) return isUtf8(bytes);
  let highest = 0;
  for (const byte of bytes) highest |= byte;
  return highest < 0x80 || isUtf8(bytes);
}

/** The error that `ws` would report for text that is not valid UTF-8. */
export interface InvalidText extends Error {
  readonly code: string;
  /** A close frame: its code, and its reason with U+FFFD for invalid bytes. */
  readonly close?: { readonly code: number; readonly reason: string } | undefined;
}

/** @param close the close frame with the invalid reason */
export function invalidText(close?: InvalidText['close']): InvalidText {
  return Object.assign(new Error('Invalid WebSocket frame: invalid UTF-8 sequence'), {
    code: 'WS_ERR_INVALID_UTF8',
    ...(close && { close }),
  });
}
