import { DuplexError } from '../../shared/errors.ts';
import { MiB } from '../../shared/limits.ts';

/** A payload as lines of text. A line is formatted when it is requested, so that the cost depends on what is on screen. */
export interface LineView {
  readonly lines: number;
  /** One line without its line end. Long lines are split (MAX_LINE_CHARS). */
  line(index: number): string;
  /**
   * The whole view as UTF-8, without split lines. Yields the part done, from 0 to 1.
   * @throws DuplexError `call.invalid` if it is longer than a string can be
   */
  text(): Generator<number, Uint8Array<ArrayBuffer>>;
}

/** Bytes that a formatter processes before it yields, so that it can report progress and be cancelled. */
export const SLICE_BYTES = MiB;

/** The longest string in V8. */
const MAX_TEXT = 512 * MiB;

/** Allocates the buffer for the whole text of a view. */
export function allocateText(bytes: number): Uint8Array<ArrayBuffer> {
  if (bytes <= MAX_TEXT) return new Uint8Array(bytes);
  const sentence = `In this view the message is ${Math.ceil(bytes / MiB)} MiB long, too long to copy. Save the message to a file instead.`;
  throw new DuplexError('call.invalid', sentence);
}

const CHUNK_BITS = 16;
const CHUNK_LINES = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_LINES - 1;

/** The payload offset of each line of a view, at five bytes per line, for messages of millions of lines. */
export interface LineTable {
  readonly length: number;
  /** @param style 0 to 255, defined by the view: an indentation, or how the line continues the previous one */
  add(offset: number, style: number): void;
  offset(line: number): number;
  style(line: number): number;
}

/** Grows in chunks, which avoids copying and doubling the memory. Offsets are below 4 GiB. */
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
