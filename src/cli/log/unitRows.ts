import { isUnknownProtocol } from '../../core/protocol/protocolChoice.ts';
import { AUTO_PROTOCOL } from '../../core/protocol/registry.ts';
import { UnitReader } from '../../core/protocol/unitReader.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Recording } from '../../engine/recordingFile.ts';
import type { Units } from '../../engine/unitIndexes.ts';
import { MAX_PULL } from '../../shared/limits.ts';
import type { Query } from '../../shared/queryProtocol.ts';
import type { UnitQuery } from '../../shared/unitIndexProtocol.ts';
import type { UnitList, UnitType } from '../../shared/units.ts';
import type { RowRange } from '../optionValues.ts';
import { printSentence } from '../output/printSentence.ts';
import { type UnitFilter, unitsOf } from '../output/unitLines.ts';
import { type LogRow, pagesOf, rowsIn } from '../recordings/logRows.ts';

export interface UnitRowsOptions {
  /** The option `protocol`; undefined: that of the session. */
  readonly protocol: string | undefined;
  /** The option `decode`; undefined: that of the session. */
  readonly decode: readonly string[] | undefined;
  readonly range: RowRange;
  readonly filter: UnitFilter;
  /** Whether rows are decoded. */
  readonly shown: boolean;
  /** Numbers of the rows that a search found, in order; undefined: there is no search. */
  readonly hits: AsyncIterable<Float64Array> | undefined;
}

/**
 * Yields rows with their units. If units select rows, only the rows that the index of units lists are decoded;
 * otherwise every row is decoded on the way.
 */
export function unitRows(engine: Engine, folder: string, recording: Recording, options: UnitRowsOptions) {
  const { filter, range, shown, hits } = options;
  const protocol = protocolOf(recording, options.protocol);
  const decode = options.decode ?? recording.manifest.decode ?? [];
  let page = new Map<number, UnitList | undefined>();
  return {
    /** The units of a row of the last page. */
    units: (seq: number): UnitList | undefined => page.get(seq),
    async *pages(): AsyncGenerator<LogRow[]> {
      if (filter.types.length === 0 && filter.names.length === 0) {
        const isHit = await hitTest(hits);
        const decoding = await engine.schemas.decoding(decode, recording.manifest.role);
        const reader = new UnitReader({ protocol, url: recording.manifest.url, decoding });
        // Starts with the first row: the meaning of a row may depend on earlier ones.
        for (const rows of rowsIn(recording, { first: 0, last: range.last })) {
          page = new Map(
            rows.map(({ row, payload }) => [row.seq, unitsOf(reader, row, payload, recording.manifest.role)]),
          );
          yield rows.filter(({ row }) => row.seq >= range.first && isHit(row.seq));
        }
        return;
      }
      const units = engine.units(folder, { protocol, pairs: undefined, decode });
      try {
        await units.ready();
        const isHit = await hitTest(hits);
        const numbers = await units.rowsWith(queryOf(filter), range.first, Infinity);
        for (const rows of pagesOf(recording, numbers)) {
          const kept = rows.filter(({ row }) => row.seq <= range.last && isHit(row.seq));
          if (shown) page = await decodedPage(units, kept);
          yield kept;
        }
      } finally {
        await units.dispose();
      }
    },
  };
}

/** The option `protocol`, or else that of the session; says so if the session had a table that is unknown here. */
export function protocolOf({ manifest }: Recording, chosen: string | undefined): string {
  const protocol = chosen ?? manifest.protocol ?? AUTO_PROTOCOL;
  if (isUnknownProtocol(protocol))
    printSentence(
      `The session spoke the protocol “${protocol}”, which is unknown here: name its table with --protocol FILE.protocol.json.`,
    );
  return protocol;
}

function queryOf({ types, names }: UnitFilter): UnitQuery {
  return {
    ...(types.length > 0 && { types: types as readonly UnitType[] }),
    ...(names.length > 0 && { names }),
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

async function hitTest(hits: AsyncIterable<Float64Array> | undefined): Promise<(seq: number) => boolean> {
  if (!hits) return () => true;
  const found = new Set<number>();
  for await (const numbers of hits) for (const number of numbers) found.add(number);
  return (seq) => found.has(seq);
}

/** Whether a query also selects by other properties than units. */
export function asksForRows(query: Query | undefined): query is Query {
  return query !== undefined && Object.keys(query).length > 0;
}
