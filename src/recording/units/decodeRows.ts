import { MAX_DECODED_BYTES } from '../../core/protocol/limits.ts';
import type { Role } from '../../core/protocol/protocolModule.ts';
import { senderOf, type UnitReader } from '../../core/protocol/unitReader.ts';
import type { DecodedRow } from '../../shared/unitIndexProtocol.ts';
import type { RecordingReader } from '../read/reader.ts';
import { detailOf } from '../read/rowDetail.ts';
import type { UnitIndex } from './unitIndex.ts';

/** Rows per read between a state and the wanted row. */
const PAGE_ROWS = 64;

/** Maximum rows between a state and a row that is decoded from it. */
const MAX_DISTANCE = 4096;

/**
 * Decodes rows, each from the last saved state before it. Yields after each row.
 * @param numbers ascending row numbers; those far after the indexed rows are skipped
 */
export function* decodeRows(
  index: UnitIndex,
  reader: RecordingReader,
  numbers: readonly number[],
): Generator<void, DecodedRow[]> {
  const decoded: DecodedRow[] = [];
  let units: UnitReader | undefined;
  /** The next row for `units`. */
  let next = 0;
  for (const row of numbers) {
    const state = index.checkpoint(row);
    // Rows that are not indexed yet are decoded from the last state.
    if (!state || row - state.row > MAX_DISTANCE) break;
    if (!units || next > row || next < state.row) {
      units = index.createReader();
      units.restore(state.state);
      next = state.row;
    }
    while (next <= row) {
      const page = reader.page(next, Math.min(PAGE_ROWS, row + 1 - next));
      if (page.length === 0) return decoded;
      for (const { row: found, payload } of page) {
        const from = senderOf(found.direction, reader.manifest.role);
        const list = readRow(units, found.kind, from, payload, next === row);
        if (next === row) decoded.push({ row, ...(list && { list }) });
        next++;
      }
      yield;
    }
  }
  return decoded;
}

function readRow(units: UnitReader, kind: string, from: Role, payload: Uint8Array, isWanted: boolean) {
  if (kind === 'open') {
    const { protocol } = detailOf(payload);
    units.opened(typeof protocol === 'string' ? protocol : '');
    return undefined;
  }
  if (kind !== 'text' && kind !== 'binary') return undefined;
  const data = payload.subarray(0, MAX_DECODED_BYTES + 1);
  if (isWanted) return units.list(kind, from, data);
  units.read({ kind, from, data });
  return undefined;
}
