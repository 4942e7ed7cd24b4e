import type { UnitFiles } from './unitFiles.ts';
import { emptyUnit, readUnit, UNIT_BYTES, type UnitRecord, unitRow } from './unitLayout.ts';

/** Records per read. */
const SCAN_RECORDS = 32_768;

/** The records in the file of an index. */
export class UnitRecords {
  readonly #one = new DataView(new ArrayBuffer(UNIT_BYTES));

  constructor(private readonly files: Pick<UnitFiles, 'extent' | 'read'>) {}

  /** Yields records from number `from` on, in one reused object; undefined after each block. */
  *scan(from: number): Generator<UnitRecord | undefined> {
    const unit = emptyUnit();
    const { records } = this.files.extent;
    const bytes = new Uint8Array(Math.min(SCAN_RECORDS, Math.max(0, records - from)) * UNIT_BYTES);
    const view = new DataView(bytes.buffer);
    for (let at = from; at < records;) {
      const count = Math.min(this.files.read(bytes, at), records - at);
      if (count === 0) return;
      for (let record = 0; record < count; record++) {
        readUnit(view, record, unit);
        yield unit;
      }
      at += count;
      yield undefined;
    }
  }

  read(record: number): UnitRecord {
    const unit = emptyUnit();
    this.#load(record);
    readUnit(this.#one, 0, unit);
    return unit;
  }

  /** Number of the first record of a row or a later one. */
  recordOf(row: number): number {
    let low = 0;
    let high = this.files.extent.records;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      this.#load(middle);
      if (unitRow(this.#one, 0) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #load(record: number): void {
    this.files.read(new Uint8Array(this.#one.buffer), record);
  }
}
