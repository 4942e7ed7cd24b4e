import { columnSteps, columnValues } from '../../../../src/core/protocol/json/columnValue.ts';
import { ROW_BYTES, writeRow } from '../../../../src/recording/layout.ts';
import { RateBuckets } from '../../../../src/recording/read/rates.ts';
import type { PanelTimelineCalls, RowStatistics } from '../../../../src/shared/timelineProtocol.ts';
import type { Row } from '../../../../src/shared/timeline.ts';

export interface FakeRows {
  readonly firstRow: () => number;
  readonly rows: () => number;
  readonly row: (seq: number) => Row;
  readonly payload: (seq: number) => Uint8Array;
  /** Of the rows from `from` up to `end`, those that a search of the page has found. */
  readonly hits: (search: string, from: number, end: number) => Promise<readonly Row[]>;
}

/** Rows that are counted for the chart: of a longer session the first ones, which keep an even pace. */
const MOST_COUNTED = 20_000;

/** Answers what the timeline asks besides its rows, as the host does, from rows in memory. */
export function fakeTimeline({ firstRow, rows, row, payload, hits }: FakeRows): PanelTimelineCalls {
  const range = async (from: number, end: number, search?: string): Promise<readonly Row[]> =>
    // A missing argument arrives as null.
    (search ?? undefined) === undefined
      ? Array.from({ length: Math.max(0, Math.min(end, rows()) - from) }, (_, i) => row(from + i))
      : hits(search!, from, end);

  const statistics = (all: readonly Row[]): RowStatistics => {
    const of = (direction: string) => {
      const messages = all.filter(
        (each) => each.direction === direction && (each.kind === 'text' || each.kind === 'binary'),
      );
      return { messages: messages.length, bytes: messages.reduce((sum, { size }) => sum + size, 0) };
    };
    return {
      rows: all.length,
      in: of('in'),
      out: of('out'),
      firstTime: all[0]?.time ?? 0,
      lastTime: all.at(-1)?.time ?? 0,
    };
  };

  return {
    async rowAtTime(time) {
      let low = 0;
      let high = rows();
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        if (row(middle).time < time) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    rangeStatistics: async (from, end, search) => statistics(await range(from, end, search)),
    columnValues: async (numbers, paths) =>
      numbers.map((seq) =>
        columnValues({ ...row(seq), payload: () => payload(seq) }, paths.map(columnSteps)),
      ),
    copyRange: async () => undefined,
    saveRange: async () => undefined,
    exportRows: async () => undefined,
    async rates() {
      const buckets = new RateBuckets();
      const view = new DataView(new ArrayBuffer(ROW_BYTES));
      const all = rows() - firstRow();
      // Fewer rows at the same pace and over the same time, so that ten million take no longer than the test.
      const step = Math.max(1, Math.ceil(all / MOST_COUNTED));
      for (let seq = firstRow(); seq < rows(); seq += step) {
        const { size, stored, time, kind, direction, flags } = row(seq);
        writeRow(view, 0, 0, size, stored, time, kind, direction, flags);
        buckets.add(view, 1);
      }
      return buckets.rates(rows());
    },
  };
}
