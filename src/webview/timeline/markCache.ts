import type { Hit, Mark } from '../../shared/queryProtocol.ts';

/** A search whose hits are marked among other rows. */
export interface MarkSource {
  readonly key: string;
  /** Rows that it has looked at; what it says about a row does not change after that. */
  readonly scanned: number;
  covers(seq: number): boolean;
  hitsBetween(from: number, end: number): Promise<readonly Hit[]>;
}

export interface MarkCache {
  /** What matches in a row's preview, which may be nothing; undefined where the row is no hit, as far as is known. */
  readonly get: (seq: number) => readonly Mark[] | undefined;
  /** Asks for the hits among rows `from` up to but not including `end`, where more can be known than before. */
  load(source: MarkSource | undefined, from: number, end: number): Promise<void>;
}

/** Hits among the rows in view. Those of one range only: the next one is a call away. */
export function createMarkCache(): MarkCache {
  let marks = new Map<number, readonly Mark[]>();
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
      marks = new Map(hits.map((hit) => [hit.seq, hit.marks]));
    },
  };
}
