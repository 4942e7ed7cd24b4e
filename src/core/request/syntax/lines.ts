/** One line without its line end. */
export interface Line {
  readonly number: number;
  /** The offset of its start in the reader's text. */
  readonly offset: number;
  readonly text: string;
}

export interface LineReader {
  /**
   * Removes a byte order mark and converts every line end to LF, so that lines and characters match those of an editor.
   */
  readonly text: string;
  peek(): Line | undefined;
  next(): Line | undefined;
  /** The line that `next` returned last. */
  readonly last: Line;
}

/** Reads a text line by line, so that only lines in use take memory. */
export function createLineReader(source: string): LineReader {
  let text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
  let ahead: Line | undefined = lineAt(text, 0, 0);
  let last = ahead;
  return {
    text,
    peek: () => ahead,
    next() {
      if (ahead === undefined) return undefined;
      last = ahead;
      const offset = last.offset + last.text.length + 1;
      ahead = offset <= text.length ? lineAt(text, last.number + 1, offset) : undefined;
      return last;
    },
    get last() {
      return last;
    },
  };
}

function lineAt(text: string, number: number, offset: number): Line {
  const end = text.indexOf('\n', offset);
  return { number, offset, text: text.slice(offset, end === -1 ? undefined : end) };
}

export function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** The blanks at the start of a line. */
export function indentation(text: string): number {
  return text.length - text.trimStart().length;
}
