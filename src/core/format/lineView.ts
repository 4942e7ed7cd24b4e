import { DuplexError } from '../../shared/errors.ts';
import { MiB } from '../../shared/limits.ts';

/** A payload as lines to look at: drawn when asked for, so that a view costs what is on the screen. */
export interface LineView {
  readonly lines: number;
  /** One line without its end; long lines come as several (MAX_LINE_CHARS). */
  line(index: number): string;
  /**
   * The whole view as UTF-8; no line is cut here. Yields the part done, from 0 to 1.
   * @throws DuplexError `call.invalid` where that is more than any clipboard or string holds
   */
  text(): Generator<number, Uint8Array<ArrayBuffer>>;
}

/** Bytes that a formatter works on before it yields, so that it can be cancelled and tell its progress. */
export const SLICE = MiB;

/** A string cannot be longer in V8. */
const MAX_TEXT = 512 * MiB;

/** Room for the whole text of a view. */
export function allocateText(bytes: number): Uint8Array<ArrayBuffer> {
  if (bytes <= MAX_TEXT) return new Uint8Array(bytes);
  const sentence = `In this view the message is ${Math.ceil(bytes / MiB)} MiB long, too long to copy. Save the message to a file instead.`;
  throw new DuplexError('call.invalid', sentence);
}
