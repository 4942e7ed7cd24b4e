import type { Engine } from '../../engine/engine.ts';
import type { LineRow, Recording } from '../../engine/recordingFile.ts';
import type { Search } from '../../engine/search.ts';
import type { UnitGate } from '../../engine/unitGate.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Query } from '../../shared/queryProtocol.ts';
import type { RowRange } from '../optionValues.ts';
import { printSentence } from '../output/printSentence.ts';

const PAGE_ROWS = 2000;

/** Row numbers per request to a search. */
const PAGE_HITS = 16_384;

/** If two hits are at most this far apart, the rows between them are read and skipped. */
const GAP_ROWS = 8;

export interface LogRow {
  readonly row: LineRow;
  readonly payload: Uint8Array;
}

/** Rows of a recording with their payloads, in pages. */
export function* rowsIn(recording: Recording, { first, last }: RowRange): Generator<LogRow[]> {
  const end = Math.min(recording.rows, last + 1);
  for (let seq = first; seq < end;) {
    const page = recording.readPage(seq, Math.min(PAGE_ROWS, end - seq));
    if (page.length === 0) return;
    yield page.map(({ row, payload }, i) => logRow(seq + i, row, payload));
    seq += page.length;
  }
}

/**
 * The numbers of the rows that match a query, in order.
 * @throws DuplexError with the reason if the search ends early
 */
export async function* numbersFound(
  engine: Engine,
  recording: Recording,
  folder: string,
  { first, last }: RowRange,
  query: Query,
  gate?: UnitGate,
): AsyncGenerator<Float64Array> {
  const to = Math.min(recording.rows, last + 1);
  const search = engine.search(folder, query, { from: first, to, ...(gate && { gate }) });
  try {
    yield* numbersOf(search);
    const { skipped } = search.state;
    if (skipped > 0)
      printSentence(`${skipped} rows were left out: they are too large, or nested too deep, to search.`);
  } finally {
    await search.dispose();
  }
}

async function* numbersOf(search: Search): AsyncGenerator<Float64Array> {
  for (let given = 0; ;) {
    const { hits, done, error } = search.state;
    if (error !== undefined) throw new DuplexError(error.code, error.message);
    if (given < hits) {
      const numbers = await search.hitNumbers(given, PAGE_HITS);
      if (numbers.length === 0) throw new DuplexError('internal', 'The search has lost its hits.');
      given += numbers.length;
      yield numbers;
    } else if (done) return;
    else await change(search);
  }
}

function change(search: Search): Promise<void> {
  return new Promise((resolve) => {
    const stop = search.onDidChange(() => {
      stop();
      resolve();
    });
  });
}

/** Rows by number, in order. Rows that are close together share a read. */
export function* pagesOf(recording: Recording, numbers: Float64Array): Generator<LogRow[]> {
  for (let at = 0; at < numbers.length;) {
    const first = numbers[at]!;
    let to = at + 1;
    while (
      to < numbers.length &&
      numbers[to]! - numbers[to - 1]! <= GAP_ROWS &&
      numbers[to]! - first < PAGE_ROWS
    )
      to++;
    const page = recording.readPage(first, numbers[to - 1]! - first + 1);
    if (page.length === 0) return;
    const rows: LogRow[] = [];
    for (const [i, { row, payload }] of page.entries()) {
      if (numbers[at] !== first + i) continue;
      rows.push(logRow(first + i, row, payload));
      at++;
    }
    yield rows;
  }
}

function logRow(
  seq: number,
  { time, kind, direction, flags = 0 }: Omit<LineRow, 'seq'>,
  payload: Uint8Array,
): LogRow {
  return { row: { seq, time, kind, direction, flags }, payload };
}

/**
 * Yields pages until the signal aborts, even while the next page is being searched.
 * @throws the reason of the signal
 */
export async function* untilAborted<T>(
  pages: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const iterator = Symbol.asyncIterator in pages ? pages[Symbol.asyncIterator]() : pages[Symbol.iterator]();
  let abort = (): void => {};
  signal.addEventListener('abort', () => abort(), { once: true });
  for (;;) {
    signal.throwIfAborted();
    // Each page has its own promise, because a race with one promise of the signal would keep every page until the end.
    const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
      abort = () => reject(signal.reason as Error);
      Promise.resolve(iterator.next()).then(resolve, reject);
    });
    if (next.done) return;
    yield next.value;
  }
}
