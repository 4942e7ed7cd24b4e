/** Line and character from 0. Characters are UTF-16 units: the positions of VS Code and LSP. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** The start is included, the end is not. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A piece of a line as it is written. */
export interface Text {
  readonly text: string;
  readonly range: Range;
}

export function rangeInLine(line: number, from: number, to: number): Range {
  return { start: { line, character: from }, end: { line, character: to } };
}

/** The range from the start of one to the end of another. */
export function rangeAcross(first: Range, last: Range): Range {
  return { start: first.start, end: last.end };
}

export function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}

export function contains(outer: Range, inner: Range): boolean {
  return compare(outer.start, inner.start) <= 0 && compare(inner.end, outer.end) <= 0;
}

/** The piece of a line from one character up to another. */
export function textInLine(line: number, text: string, from: number, to: number): Text {
  return { text: text.slice(from, to), range: rangeInLine(line, from, to) };
}
