import { columnSteps, columnValues } from '../../core/protocol/json/columnValue.ts';
import type { ColumnValue } from '../../shared/timelineProtocol.ts';
import type { RecordingReader } from './reader.ts';

/**
 * The values at JSONPaths in rows, in the order of the rows and the paths. Yields after each row.
 * @throws DuplexError `call.invalid` if a path does not lead to one value, or a row does not exist
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
