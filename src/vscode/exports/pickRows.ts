import { l10n, window } from 'vscode';
import { parseFilter } from '../../core/search/parseQuery.ts';
import type { Engine } from '../../engine/engine.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Query } from '../../shared/queryProtocol.ts';
import type { RowSpan, RowSet } from '../../shared/timelineProtocol.ts';
import { withDelayedProgress, type ReportShare } from '../delayedProgress.ts';
import { inertCheck, inertText } from '../inertText.ts';

/** Row numbers per request to a search. */
const PAGE_HITS = 65_536;
/** Milliseconds that a search may take before it shows progress. */
const PROGRESS_DELAY = 500;

/** A set of rows that a view offers. */
interface OfferedSet {
  readonly count: number;
  /** Called only for the chosen set. */
  readonly rows: () => Promise<RowSet>;
}

/** The sets that a view offers in addition to all rows: the row of its menu, its selection, and its filtered rows. */
export interface OfferedRows {
  readonly row?: { readonly seq: number; readonly rows: () => Promise<RowSet> };
  readonly selected?: OfferedSet;
  readonly filtered?: OfferedSet;
}

/**
 * Asks which rows of a recording to take: all, a range, those of a filter, or an offered set.
 * @returns undefined if the user cancelled
 */
export async function pickRows(
  engine: Engine,
  folder: string,
  all: RowSpan,
  { row, selected, filtered }: OfferedRows = {},
): Promise<RowSet | undefined> {
  const offered = [
    selected && { label: l10n.t('Selected Rows'), ...described(selected) },
    row && { label: l10n.t('Row #{0}', row.seq), description: '', rows: row.rows },
    filtered && { label: l10n.t('Filtered Rows'), ...described(filtered) },
  ].filter((each) => each !== undefined);
  const choices = {
    all: { label: l10n.t('All Rows'), description: (all.end - all.from).toLocaleString() },
    range: { label: l10n.t('Range…'), detail: l10n.t('rows by their numbers, such as 100..199') },
    filter: {
      label: l10n.t('Filter…'),
      detail: l10n.t('rows of a direction, kind or size, such as in text size>1KiB'),
    },
  };
  const picked = await window.showQuickPick([...offered, ...Object.values(choices)], {
    title: l10n.t('Export'),
    placeHolder: l10n.t('Which rows?'),
  });
  if (picked === undefined || picked === choices.all) return picked && all;
  if (picked === choices.range) {
    const text = await ask(
      l10n.t('First and last row, as in 100..199'),
      (each) => parseRowSpan(each, all) !== undefined,
    );
    return text === undefined ? undefined : parseRowSpan(text, all);
  }
  const chosen = offered.find((each) => each === picked);
  if (chosen) return chosen.rows();
  const words = await ask(
    l10n.t('For example: in text size>1KiB'),
    (each) => !('problem' in parseFilter(each)),
  );
  return words === undefined ? undefined : filteredRows(engine, folder, words, all);
}

function described({ count, rows }: OfferedSet): { description: string; rows: () => Promise<RowSet> } {
  return { description: count.toLocaleString(), rows };
}

function ask(prompt: string, isValid: (text: string) => boolean): Promise<string | undefined> {
  return Promise.resolve(
    window.showInputBox({
      title: l10n.t('Export'),
      prompt: inertText(prompt),
      validateInput: inertCheck((text) => (isValid(text) ? undefined : prompt)),
    }),
  );
}

/** Parses `100..199`, `100..` or `..199`, limited to the existing rows. */
export function parseRowSpan(text: string, { from, end }: RowSpan): RowSpan | undefined {
  const [, first = '', dots, last = ''] = /^\s*(\d{0,15})(\.\.)?(\d{0,15})\s*$/.exec(text) ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? from : Number(first);
  const stop = last === '' ? (dots === undefined ? start : end - 1) : Number(last);
  return start > stop ? undefined : { from: Math.max(start, from), end: Math.min(stop + 1, end) };
}

/**
 * The rows that a filter's words select. Shows progress with Cancel while a long recording is searched.
 * @throws DuplexError `call.invalid` for unknown words, `call.cancelled`, and errors of the search
 */
export async function filteredRows(
  engine: Pick<Engine, 'search'>,
  folder: string,
  words: string,
  { from, end }: RowSpan,
): Promise<RowSet> {
  const parsed = parseFilter(words);
  if ('problem' in parsed) throw new DuplexError('call.invalid', parsed.problem);
  const query: Query = parsed.filter;
  const search = engine.search(folder, query, { from, to: end });
  const cancelled = new AbortController();
  const cancel = (): void =>
    cancelled.abort(new DuplexError('call.cancelled', l10n.t('The search was cancelled.')));
  try {
    return await withDelayedProgress(
      { title: l10n.t('Searching'), delay: PROGRESS_DELAY, cancel },
      (report) => allHits(search, cancelled.signal, report),
    );
  } finally {
    await search.dispose();
  }
}

/** @throws DuplexError the reason of the signal, and errors of the search */
async function allHits(
  search: ReturnType<Engine['search']>,
  signal: AbortSignal,
  report: ReportShare,
): Promise<RowSet> {
  const parts: Float64Array[] = [];
  for (let given = 0; ;) {
    signal.throwIfAborted();
    const { hits, done, error, scanned, total } = search.state;
    if (error) throw new DuplexError(error.code, error.message);
    report(total > 0 ? scanned / total : 0);
    if (given < hits) {
      const numbers = await search.hitNumbers(given, PAGE_HITS);
      // A search can return every hit that it has counted.
      if (numbers.length === 0) throw new DuplexError('internal', 'The search has lost its hits.');
      given += numbers.length;
      parts.push(numbers);
    } else if (done) break;
    else await changeOf(search, signal);
  }
  const numbers = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    numbers.set(part, at);
    at += part.length;
  }
  return { numbers };
}

/** Resolves at the next change of a search, or when the signal aborts. */
function changeOf(search: ReturnType<Engine['search']>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = search.onDidChange(over);
    signal.addEventListener('abort', over);
    function over(): void {
      stop();
      signal.removeEventListener('abort', over);
      resolve();
    }
  });
}
