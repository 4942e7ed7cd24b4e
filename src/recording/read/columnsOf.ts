import { columnSteps, columnValues } from '../../core/protocol/json/columnValue.ts';
import type { ColumnValue } from '../../shared/timelineProtocol.ts';
import type { RecordingReader } from './reader.ts';

/**
 * The values at JSONPaths of rows, in the order of both. Pauses after each row.
 * @throws DuplexError `call.invalid` for a path that does not lead to one value, or a row that does not exist
 */
export function* columnsOf(
  reader: RecordingReader,
  rows: readonly number[],
  paths: readonly string[],
): Generator<void, ColumnValue[][]> {
  const columns = paths.map(columnSteps);
  const values: ColumnValue[][] = [];
  for (const seq of rows) {
    const { kind, size, stored } = reader.row(seq);
    values.push(columnValues({ kind, size, stored, payload: () => reader.payload(seq) }, columns));
    yield;
  }
  return values;
}
