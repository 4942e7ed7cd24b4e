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
