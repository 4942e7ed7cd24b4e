import { compileConditionMatcher } from '../../../../src/core/request/condition/searchCondition.ts';
import { compileText } from '../../../../src/core/search/compileText.ts';
import { previewMarks } from '../../../../src/core/search/previewMarks.ts';
import type { TextMatcher } from '../../../../src/core/search/textMatcher.ts';
import type { PanelQuery, PanelSearchCalls, PanelSearchState } from '../../../../src/shared/panelProtocol.ts';
import { DuplexError } from '../../../../src/shared/errors.ts';
import type { Hit } from '../../../../src/shared/queryProtocol.ts';
import { FLAG } from '../../../../src/shared/timeline.ts';
import type { Row } from '../../../../src/shared/timeline.ts';
import type { Unit } from '../../../../src/shared/units.ts';

export interface FakeSearches {
  readonly calls: PanelSearchCalls;
  /** Names of those that were not ended. */
  readonly running: ReadonlySet<string>;
  /** The row up to which the searches have scanned; beyond it they are still at work. */
  limit: number;
  /** Scans the rows up to `limit`, and reports the result to the page. */
  goOn(): void;
}

export interface SearchedRows {
  firstRow(): number;
  rows(): number;
  row(seq: number): Row;
  payload(seq: number): Uint8Array;
  units(seq: number): readonly Unit[];
}

interface Running {
  readonly query: PanelQuery;
  readonly matcher: TextMatcher | undefined;
  readonly from: number;
  readonly hits: number[];
  folded: number;
  next: number;
}

/** By the ids alone: the index knows more (recording/units/operation.ts). */
function isSameOperation(asked: readonly Unit[], units: readonly Unit[]): boolean {
  const idsOf = ({ id, replyTo }: Unit) => [id, replyTo].filter((key) => key !== undefined);
  const wanted = new Set(asked.flatMap(idsOf));
  return units.some((unit) => idsOf(unit).some((key) => wanted.has(key)));
}

/** Searches rows in memory by the rules of core/search. */
export function fakeSearches(
  rows: SearchedRows,
  report: (states: readonly PanelSearchState[]) => void,
): FakeSearches {
  const running = new Map<string, Running>();

  const isFolded = ({ kind, flags }: Row, units: readonly Unit[]): boolean =>
    kind === 'ping' ||
    kind === 'pong' ||
    (flags & FLAG.automatic) !== 0 ||
    (units.length > 0 && units.every(({ heartbeat }) => heartbeat));

  const matches = (job: Running, seq: number): boolean => {
    const { query, matcher } = job;
    const row = rows.row(seq);
    const units = rows.units(seq);
    if (query.directions && !query.directions.includes(row.direction)) return false;
    if (query.kinds && !query.kinds.includes(row.kind)) return false;
    const { types, names, operation } = query.units ?? {};
    const isWanted = ({ type, name }: Unit): boolean =>
      (types?.includes(type) ?? true) && (names?.includes(name) ?? true);
    if (query.units && !units.some(isWanted)) return false;
    if (operation !== undefined && !isSameOperation(rows.units(operation), units)) return false;
    if (query.folds && isFolded(row, units)) {
      job.folded++;
      return false;
    }
    if (matcher === undefined) return true;
    if (matcher.kinds && !matcher.kinds.includes(row.kind)) return false;
    if (matcher.testFacts) return matcher.testFacts({ kind: row.kind, size: row.size, latency: undefined });
    const subject = matcher.subject(new TextDecoder().decode(rows.payload(seq)));
    return subject !== undefined && matcher.test(subject);
  };

  const goOn = (): void => {
    const states = [...running].map(([search, job]): PanelSearchState => {
      const end = Math.min(rows.rows(), fake.limit);
      for (; job.next < end; job.next++) if (matches(job, job.next)) job.hits.push(job.next);
      const total = rows.rows() - job.from;
      const scanned = job.next - job.from;
      const state = { hits: job.hits.length, scanned, total, done: scanned >= total, skipped: 0 };
      const folded = job.query.folds && !job.query.text && { folded: job.folded };
      return { ...state, ...folded, error: undefined, search };
    });
    if (states.length > 0) report(states);
  };

  const find = (name: string): Running => {
    const job = running.get(name);
    if (job === undefined) throw new DuplexError('call.cancelled', 'This search was ended: search again.');
    return job;
  };
  const before = (job: Running, seq: number): number => job.hits.filter((hit) => hit < seq).length;
  const hits = ({ hits: found, matcher, query }: Running, from: number, count: number): Hit[] =>
    found.slice(from, from + count).map((seq) => {
      const row = rows.row(seq);
      if (query.decoded && matcher && row.summary !== undefined)
        return { ...row, marks: matcher.ranges(row.summary), inSummary: true };
      const marks = matcher ? previewMarks(matcher, row.kind, row.preview, rows.payload(seq), false) : [];
      return { ...row, marks };
    });

  const fake: FakeSearches = {
    running: new Set(),
    limit: Infinity,
    goOn,
    calls: {
      async startSearch(search, query) {
        const matcher =
          query.text && (await compileText(query.text, async (pattern) => compileConditionMatcher(pattern)));
        const from = rows.firstRow();
        running.set(search, { query, matcher, from, hits: [], folded: 0, next: from });
        setTimeout(goOn);
      },
      hits: async (search, from, count) => hits(find(search), from, count),
      async hitsBetween(search, from, end) {
        const job = find(search);
        const first = before(job, from);
        return hits(job, first, before(job, end) - first);
      },
      hitPosition: async (search, seq) => before(find(search), seq),
      endSearch(search) {
        running.delete(search);
      },
    },
  };
  Object.defineProperty(fake, 'running', { get: () => new Set(running.keys()) });
  return fake;
}
