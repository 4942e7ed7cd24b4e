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

const CHUNK_BITS = 16;
const CHUNK_LINES = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_LINES - 1;

/** Where each line of a view starts in the payload: five bytes a line, so that a message of millions of lines stays cheap. */
export interface LineTable {
  readonly length: number;
  /** @param style what the view needs to draw the line, 0 to 255: its indentation, or how it continues the line before it */
  add(offset: number, style: number): void;
  offset(line: number): number;
  style(line: number): number;
}

/** Grows by chunks, so that no growth copies what is there or needs twice its memory. Offsets are below 4 GiB. */
export function createLineTable(): LineTable {
  const offsets: Uint32Array[] = [];
  const styles: Uint8Array[] = [];
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(offset, style) {
      const index = length & CHUNK_MASK;
      if (index === 0) {
        offsets.push(new Uint32Array(CHUNK_LINES));
        styles.push(new Uint8Array(CHUNK_LINES));
      }
      const chunk = offsets.length - 1;
      offsets[chunk]![index] = offset;
      styles[chunk]![index] = style;
      length++;
    },
    offset(line) {
      return offsets[line >>> CHUNK_BITS]?.[line & CHUNK_MASK] ?? 0;
    },
    style(line) {
      return styles[line >>> CHUNK_BITS]?.[line & CHUNK_MASK] ?? 0;
    },
  };
}
