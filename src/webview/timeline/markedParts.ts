import type { Mark } from '../../shared/queryProtocol.ts';

export interface MarkedPart {
  readonly text: string;
  readonly isMarked: boolean;
}

/** Cuts a text where marks begin and end. Marks are in order and apart; what lies beyond the text is left out. */
export function markedParts(text: string, marks: readonly Mark[]): MarkedPart[] {
  const parts: MarkedPart[] = [];
  let at = 0;
  const add = (end: number, isMarked: boolean): void => {
    if (end > at) parts.push({ text: text.slice(at, end), isMarked });
    at = Math.max(at, end);
  };
  for (const [start, end] of marks) {
    add(Math.min(start, text.length), false);
    add(Math.min(end, text.length), true);
  }
  add(text.length, false);
  return parts;
}
