import type { ColumnValue } from '../../shared/timelineProtocol.ts';

/** Returns the values of columns in rows: one array per row, in the order of the columns. */
export type PullColumns = (
  rows: readonly number[],
  paths: readonly string[],
) => Promise<readonly (readonly ColumnValue[])[]>;

export interface ColumnCache {
  /** Returns the values of a row in the order of the columns; undefined until they are loaded. */
  readonly get: (seq: number) => readonly ColumnValue[] | undefined;
  /** Loads the missing values of these rows; a change of columns clears the cache. */
  load(paths: readonly string[], rows: readonly number[]): Promise<void>;
}

/** Maximum rows whose values are kept: several screens. */
const MAX_KEPT = 1_000;

/** The values of the user's columns in the rows on screen. A row never changes, so its values are pulled once. */
export function createColumnCache(pull: PullColumns): ColumnCache {
  let values = new Map<number, readonly ColumnValue[]>();
  let key = '';

  return {
    get: (seq) => values.get(seq),
    async load(paths, rows) {
      const wanted = paths.join('\n');
      if (wanted !== key) values = new Map();
      key = wanted;
      if (paths.length === 0) return;
      const missing = rows.filter((seq) => !values.has(seq)).slice(0, MAX_KEPT);
      if (missing.length === 0) return;
      const pulled = await pull(missing, paths);
      // The columns have changed in the meantime.
      if (key !== wanted) return;
      for (const [index, seq] of missing.entries()) if (pulled[index]) values.set(seq, pulled[index]);
      for (const seq of values.keys()) {
        if (values.size <= MAX_KEPT) break;
        values.delete(seq);
      }
    },
  };
}
