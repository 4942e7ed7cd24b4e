import { isUtf8 } from 'node:buffer';
import { WebSocket } from 'ws';

/** RFC 6455, section 7.4.1: data that is not consistent with its type. */
const INVALID_DATA = 1007;

/** Bytes up to which looking at each is faster than asking Node. */
const SHORT = 24;

/**
 * `ws` whose messages come also where their text is not valid UTF-8, so that the bytes that a server got wrong can be shown;
 * to be made with `skipUTF8Validation`. Who gets one calls `refuseText` first. Reasons of close frames are judged here.
 */
export class StrictWebSocket extends WebSocket {
  /** Fails the connection because of text that is not valid UTF-8 (RFC 6455, section 8.1), and tells so as an `error`. */
  refuseText(): void {
    super.close(INVALID_DATA);
  }

  /**
   * `ws` calls this too, with the peer's code and the bytes of its reason, to answer its close frame.
   * @param code 1005 sends none (RFC 6455, section 7.1.5)
   */
  override close(code?: number, reason?: string | Buffer): void {
    if (reason === undefined || typeof reason === 'string' || isText(reason)) {
      super.close(code === 1005 ? undefined : code, reason);
      return;
    }
    super.close(INVALID_DATA);
    const text = new TextDecoder().decode(reason);
    this.emit('error', invalidText({ code: code ?? 1005, reason: text }));
  }
}

/** Whether bytes are valid UTF-8. */
export function isText(bytes: Uint8Array): boolean {
  if (bytes.length > SHORT) return isUtf8(bytes);
  let highest = 0;
  for (const byte of bytes) highest |= byte;
  return highest < 0x80 || isUtf8(bytes);
}

/** Text that is not valid UTF-8, as `ws` would report it. */
export interface InvalidText extends Error {
  readonly code: string;
  /** Of a close frame: its code, and its reason with U+FFFD for what is not valid. */
  readonly close?: { readonly code: number; readonly reason: string } | undefined;
}

/** @param close what the close frame said whose reason it is */
export function invalidText(close?: InvalidText['close']): InvalidText {
  return Object.assign(new Error('Invalid WebSocket frame: invalid UTF-8 sequence'), {
    code: 'WS_ERR_INVALID_UTF8',
    ...(close && { close }),
  });
}
