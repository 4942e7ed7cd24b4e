import type { UnitFilter } from '../../core/request/condition/unitFilter.ts';
import { isUnknownProtocol } from '../../core/protocol/protocolChoice.ts';
import { AUTO_PROTOCOL } from '../../core/protocol/registry.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Recording } from '../../engine/recordingFile.ts';
import type { Units } from '../../engine/unitIndexes.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { UnitQuery } from '../../shared/unitIndexProtocol.ts';
import type { UnitType } from '../../shared/units.ts';
import type { RowRange } from '../optionValues.ts';
import { printSentence } from '../output/printSentence.ts';
import type { LogQuery } from './logQuery.ts';
import { type LogRow, numbersFound, pagesOf } from './logRows.ts';

/**
 * The index of units that a selection needs; undefined if it needs none. Call `dispose` at the end.
 * @throws DuplexError `call.invalid` if the filter names a row that the recording does not have
 */
export function selectionIndex(
  engine: Engine,
  recording: Recording,
  folder: string,
  { units, how }: LogQuery,
): Units | undefined {
  if (!units || Object.keys(indexQuery(units)).length === 0) return undefined;
  const { operation = 0 } = units;
  if (operation >= recording.rows)
    throw new DuplexError(
      'call.invalid',
      `The recording has no row ${operation}: it has ${recording.rows} rows, counted from 0.`,
    );
  const decode = how.decode ?? recording.manifest.decode ?? [];
  return engine.units(folder, { protocol: protocolOf(recording, how.protocol), pairs: undefined, decode });
}

/**
 * The numbers of the selected rows, in order, as they are found.
 * @param index the result of `selectionIndex`
 * @throws DuplexError with the reason if the search ends early
 */
export async function* selectedNumbers(
  engine: Engine,
  recording: Recording,
  folder: string,
  range: RowRange,
  { query, units, how }: LogQuery,
  index: Units | undefined,
): AsyncGenerator<Float64Array> {
  const gate = units && index && { units: index, only: indexQuery(units) };
  const conditions = units?.conditions ?? [];
  if (conditions.length === 0) {
    yield* numbersFound(engine, recording, folder, range, query, gate);
    return;
  }
  const { text, ...facts } = query;
  const isHit = await hitTest(text && numbersFound(engine, recording, folder, range, query));
  const asked = { ...facts, conditions, decoded: how };
  for await (const numbers of numbersFound(engine, recording, folder, range, asked, gate))
    yield numbers.filter(isHit);
}

/** The selected rows, in pages. */
export async function* selectedRows(
  engine: Engine,
  recording: Recording,
  folder: string,
  range: RowRange,
  selection: LogQuery,
): AsyncGenerator<LogRow[]> {
  const index = selectionIndex(engine, recording, folder, selection);
  try {
    for await (const numbers of selectedNumbers(engine, recording, folder, range, selection, index))
      yield* pagesOf(recording, numbers);
  } finally {
    await index?.dispose();
  }
}

/** @param numbers numbers of the matching rows; undefined: every row */
export async function hitTest(
  numbers: AsyncIterable<Float64Array> | undefined,
): Promise<(seq: number) => boolean> {
  if (!numbers) return () => true;
  const found = new Set<number>();
  for await (const part of numbers) for (const number of part) found.add(number);
  return (seq) => found.has(seq);
}

/**
 * The option `protocol`, or the protocol of the session. Prints a sentence if the session had a table that is unknown
 * here.
 */
export function protocolOf({ manifest }: Recording, chosen: string | undefined): string {
  const protocol = chosen ?? manifest.protocol ?? AUTO_PROTOCOL;
  if (isUnknownProtocol(protocol))
    printSentence(
      `The session spoke the protocol “${protocol}”, which is unknown here: name its table with --protocol FILE.protocol.json.`,
    );
  return protocol;
}

function indexQuery({ types, names, operation }: UnitFilter): UnitQuery {
  return {
    ...(types.length > 0 && { types: types as readonly UnitType[] }),
    ...(names.length > 0 && { names }),
    ...(operation !== undefined && { operation }),
  };
}
