import type { Mark } from '../../shared/queryProtocol.ts';
import type { MarkSource, RowMarks } from '../rows/rowSource.ts';

export interface MarkedPart {
  readonly text: string;
  readonly isMarked: boolean;
}

/** Splits a text at marks. Marks are sorted and disjoint; parts beyond the text are dropped. */
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

export interface MarkCache {
  /** The matches in a row's text, possibly none; undefined if the row is not known to be a hit. */
  readonly get: (seq: number) => RowMarks | undefined;
  /** Loads the hits among rows `from` to `end` (excluded), unless none can have been added since the last call. */
  load(source: MarkSource | undefined, from: number, end: number): Promise<void>;
}

/** Caches the hits of one range: the visible rows. */
export function createMarkCache(): MarkCache {
  let marks = new Map<number, RowMarks>();
  let known = { key: '', from: 0, end: 0, scanned: 0, isFinal: true };

  return {
    get: (seq) => marks.get(seq),
    async load(source, from, end) {
      if (source === undefined) {
        marks = new Map();
        known = { key: '', from: 0, end: 0, scanned: 0, isFinal: true };
        return;
      }
      const { key, scanned } = source;
      if (key !== known.key) marks = new Map();
      const isWithin = key === known.key && from >= known.from && end <= known.end;
      if (isWithin && (known.isFinal || scanned === known.scanned)) return;
      const next = { key, from, end, scanned, isFinal: end <= from || source.covers(end - 1) };
      const hits = end > from && scanned > 0 ? await source.hitsBetween(from, end) : [];
      known = next;
      marks = new Map(hits.map((hit) => [hit.seq, hit]));
    },
  };
}
