import { UnitReader } from '../../core/protocol/unitReader.ts';
import type { Recording } from '../../engine/recordingFile.ts';
import type { Query } from '../../shared/queryProtocol.ts';
import type { UnitList } from '../../shared/units.ts';
import type { RowRange } from '../optionValues.ts';
import { hasUnit, type UnitFilter, unitsOf } from '../output/unitLines.ts';
import { type LogRow, rowsIn } from '../recordings/logRows.ts';

export interface UnitRowsOptions {
  /** The option `protocol`; undefined: as the session had it. */
  readonly protocol: string | undefined;
  readonly range: RowRange;
  readonly filter: UnitFilter;
  /** Numbers of the rows that a search found, in order; undefined: there is no search. */
  readonly hits: AsyncIterable<Float64Array> | undefined;
}

/** Rows with what they decode to. All rows are read from the first on: what a row means may depend on those before it. */
export function unitRows(recording: Recording, options: UnitRowsOptions) {
  const { manifest } = recording;
  const reader = new UnitReader({
    protocol: options.protocol ?? manifest.protocol ?? 'auto',
    url: manifest.url,
  });
  let page = new Map<number, UnitList | undefined>();
  return {
    /** Of a row of the page that was given last. */
    units: (seq: number): UnitList | undefined => page.get(seq),
    async *pages(): AsyncGenerator<LogRow[]> {
      const { range, filter } = options;
      const isHit = await hitTest(options.hits);
      const filters = filter.types.length > 0 || filter.names.length > 0;
      for (const rows of rowsIn(recording, { first: 0, last: range.last })) {
        page = new Map();
        const kept: LogRow[] = [];
        for (const each of rows) {
          const list = unitsOf(reader, each.row, each.payload);
          if (each.row.seq < range.first || (filters && !hasUnit(list, filter)) || !isHit(each.row.seq))
            continue;
          page.set(each.row.seq, list);
          kept.push(each);
        }
        yield kept;
      }
    },
  };
}

async function hitTest(hits: AsyncIterable<Float64Array> | undefined): Promise<(seq: number) => boolean> {
  if (!hits) return () => true;
  const found = new Set<number>();
  for await (const numbers of hits) for (const number of numbers) found.add(number);
  return (seq) => found.has(seq);
}

/** Whether a query asks for more than units. */
export function asksForRows(query: Query | undefined): query is Query {
  return query !== undefined && Object.keys(query).length > 0;
}
