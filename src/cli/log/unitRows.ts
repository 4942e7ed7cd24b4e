import { UnitReader } from '../../core/protocol/unitReader.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Recording } from '../../engine/recordingFile.ts';
import type { Units } from '../../engine/unitIndexes.ts';
import { MAX_PULL } from '../../shared/limits.ts';
import type { UnitList } from '../../shared/units.ts';
import type { RowRange } from '../optionValues.ts';
import { unitsOf } from '../output/unitLines.ts';
import type { DecodeHow, LogQuery } from '../recordings/logQuery.ts';
import { type LogRow, pagesOf, rowsIn } from '../recordings/logRows.ts';
import { hitTest, protocolOf, selectedNumbers, selectionIndex } from '../recordings/selectedRows.ts';

export interface UnitRowsOptions {
  readonly range: RowRange;
  /** The rows to print; undefined: all rows of the range. */
  readonly selection: LogQuery | undefined;
  readonly how: DecodeHow;
}

/**
 * Yields rows with their units. If the index of units selects the rows, only those are decoded; otherwise every row is.
 */
export function createUnitRows(
  engine: Engine,
  folder: string,
  recording: Recording,
  { range, selection, how }: UnitRowsOptions,
) {
  let page = new Map<number, UnitList | undefined>();

  async function* listed(index: Units): AsyncGenerator<LogRow[]> {
    for await (const numbers of selectedNumbers(engine, recording, folder, range, selection!, index))
      for (const rows of pagesOf(recording, numbers)) {
        page = await decodedPage(index, rows);
        yield rows;
      }
  }

  async function* all(): AsyncGenerator<LogRow[]> {
    const { manifest } = recording;
    const isHit = await hitTest(
      selection && selectedNumbers(engine, recording, folder, range, selection, undefined),
    );
    const decoding = await engine.schemas.decoding(how.decode ?? manifest.decode ?? [], manifest.role);
    const protocol = protocolOf(recording, how.protocol);
    const reader = new UnitReader({ protocol, url: manifest.url, decoding });
    // Decoding begins with the first row, because the meaning of a row may depend on earlier ones.
    for (const rows of rowsIn(recording, { first: 0, last: range.last })) {
      page = new Map(rows.map(({ row, payload }) => [row.seq, unitsOf(reader, row, payload, manifest.role)]));
      yield rows.filter(({ row }) => row.seq >= range.first && isHit(row.seq));
    }
  }

  return {
    /** The units of a row of the last page. */
    units: (seq: number): UnitList | undefined => page.get(seq),
    async *pages(): AsyncGenerator<LogRow[]> {
      const index = selection && selectionIndex(engine, recording, folder, selection);
      try {
        yield* index ? listed(index) : all();
      } finally {
        await index?.dispose();
      }
    },
  };
}

async function decodedPage(
  units: Units,
  rows: readonly LogRow[],
): Promise<Map<number, UnitList | undefined>> {
  const page = new Map<number, UnitList | undefined>();
  for (let at = 0; at < rows.length; at += MAX_PULL) {
    const numbers = rows.slice(at, at + MAX_PULL).map(({ row }) => row.seq);
    for (const { row, list } of await units.decode(numbers)) page.set(row, list);
  }
  return page;
}
