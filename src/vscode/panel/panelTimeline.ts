import { DuplexError } from '../../shared/errors.ts';
import { MiB } from '../../shared/limits.ts';
import type { QueryWorkerCalls } from '../../shared/queryProtocol.ts';
import { transfer } from '../../shared/rpc.ts';
import type { PanelTimelineCalls, RowSpan, RowSet, RowStatistics } from '../../shared/timelineProtocol.ts';
import type { OfferedRows } from '../exports/pickRows.ts';
import { checkIndex, checkPaths, checkRows } from './checks.ts';
import type { RunningSearch } from './panelSearches.ts';

/** The part of a session that these calls need. */
export interface TimelineSession {
  readonly folder: string | undefined;
  /** Rows that can be read back. */
  readonly rows: number;
  readonly summary: { readonly firstRow: number };
  rowAtTime(time: number): Promise<number>;
}

export interface TimelineParts {
  /** Identifies this panel: the query worker keeps its counts by this name. */
  readonly name: string;
  readonly session: TimelineSession;
  /** Starts the query worker on first use. */
  readonly query: () => Pick<QueryWorkerCalls, 'statistics' | 'text' | 'columnValues' | 'rates' | 'endRates'>;
  readonly search: (name: unknown) => Pick<RunningSearch, 'position' | 'hitNumbers'>;
  readonly copyText: (text: Uint8Array) => Promise<void>;
  readonly saveRows: (folder: string, rows: RowSet) => Promise<void>;
  /** Exports the rows that the user chooses: an offered set, or others within `all`. */
  readonly exportRows: (folder: string, all: RowSpan, offered: OfferedRows) => Promise<void>;
}

export interface PanelTimeline {
  readonly calls: PanelTimelineCalls;
  /** Frees the counts of this panel. */
  readonly dispose: () => Promise<void>;
}

/** Maximum bytes to copy: a larger text makes the clipboard of a desktop stall. */
const MAX_COPY = 64 * MiB;

/** Maximum row numbers per call of the worker: 8 MB. */
const PAGE_ROWS = 1_000_000;

/** Serves the calls of a panel's timeline, except those that read rows. */
export function panelTimeline(parts: TimelineParts): PanelTimeline {
  const { session, name, query } = parts;
  let hasRates = false;

  const folder = (): string => {
    if (session.folder !== undefined) return session.folder;
    throw new DuplexError('call.invalid', 'This session is not recorded: its messages cannot be read back.');
  };

  /** The rows of a range in sets of at most `most`; with a search, only its hits among them. */
  async function* sets(from: unknown, end: unknown, search: unknown, most: number): AsyncGenerator<RowSet> {
    const range = { from: checkIndex(from), end: Math.min(checkIndex(end), session.rows) };
    // A missing argument arrives as null.
    if (search === undefined || search === null) {
      yield range;
      return;
    }
    const found = parts.search(search);
    const [first, last] = await Promise.all([found.position(range.from), found.position(range.end)]);
    for (let at = first; at < last;) {
      const numbers = new Float64Array(await found.hitNumbers(at, Math.min(most, last - at)));
      if (numbers.length === 0) return;
      at += numbers.length;
      yield { numbers };
    }
  }

  const one = async (from: unknown, end: unknown, search: unknown): Promise<RowSet> => {
    for await (const set of sets(from, end, search, Infinity)) return set;
    return { from: 0, end: 0 };
  };

  /** The number of rows in the result of `one`. */
  const rowsAmong = async (from: unknown, end: unknown, search: unknown): Promise<number> => {
    const [first, last] = [checkIndex(from), Math.min(checkIndex(end), session.rows)];
    if (search === undefined || search === null) return Math.max(0, last - first);
    const found = parts.search(search);
    return (await found.position(last)) - (await found.position(first));
  };

  const calls: PanelTimelineCalls = {
    async rowAtTime(time) {
      if (typeof time !== 'number' || !Number.isFinite(time)) return session.rowAtTime(checkIndex(time));
      return session.rowAtTime(time);
    },
    async rangeStatistics(from, end, search) {
      let sum: RowStatistics | undefined;
      for await (const set of sets(from, end, search, PAGE_ROWS))
        sum = added(sum, await query().statistics(folder(), moved(set)));
      return sum ?? NOTHING;
    },
    async copyRange(from, end, search) {
      const set = await one(from, end, search);
      await parts.copyText(await query().text(folder(), moved(set), MAX_COPY));
    },
    async saveRange(from, end, search) {
      await parts.saveRows(folder(), await one(from, end, search));
    },
    async exportRows(seq, selected, search) {
      const row = checkIndex(seq);
      const all = { from: session.summary.firstRow, end: session.rows };
      const isSearch = search !== undefined && search !== null;
      const offer = async ({ from, end }: RowSpan) => ({
        count: await rowsAmong(from, end, search),
        rows: () => one(from, end, search),
      });
      await parts.exportRows(folder(), all, {
        row: { seq: row, rows: async () => ({ from: row, end: row + 1 }) },
        ...(selected && { selected: await offer(selected) }),
        ...(isSearch && { filtered: await offer(all) }),
      });
    },
    async columnValues(rows, paths) {
      return query().columnValues(folder(), checkRows(rows), checkPaths(paths));
    },
    async rates() {
      hasRates = true;
      return query().rates(name, folder(), session.summary.firstRow, session.rows);
    },
  };

  return {
    calls,
    async dispose() {
      if (hasRates) await query().endRates(name);
      hasRates = false;
    },
  };
}

/** Transfers the numbers to the worker instead of copying them. */
function moved(set: RowSet): RowSet {
  return 'numbers' in set ? transfer(set, [set.numbers.buffer]) : set;
}

const NOTHING: RowStatistics = {
  rows: 0,
  in: { messages: 0, bytes: 0 },
  out: { messages: 0, bytes: 0 },
  firstTime: 0,
  lastTime: 0,
};

function added(sum: RowStatistics | undefined, next: RowStatistics): RowStatistics {
  if (sum === undefined || sum.rows === 0) return next;
  if (next.rows === 0) return sum;
  const both = (direction: 'in' | 'out') => ({
    messages: sum[direction].messages + next[direction].messages,
    bytes: sum[direction].bytes + next[direction].bytes,
  });
  return {
    rows: sum.rows + next.rows,
    in: both('in'),
    out: both('out'),
    firstTime: sum.firstTime,
    lastTime: next.lastTime,
  };
}
