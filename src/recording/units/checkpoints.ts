import { lastAtMost } from '../../core/search/hitList.ts';

/** Rows or payload bytes after which a decoder's state is saved: the most that must be decoded again to reach a row. */
const EVERY_ROWS = 64;
const EVERY_BYTES = 256 * 1024;

/**
 * A long state is saved only after payloads of this many times its own length, so that the states of a recording fill
 * neither the disk nor the memory; or after this many rows, so that a state is never far from a row. The state of a
 * zlib stream has up to 44 KiB, often 8 KiB: half a MiB of messages is then inflated again, in about 50 ms.
 */
const STATE_COST = 64;
const LONG_ROWS = 2048;

/** The saved states of the decoder, each with the row that follows it. */
export class Checkpoints {
  readonly #rows: number[] = [];
  readonly #states: string[] = [];
  #lines = '';
  /** Payload bytes since the last state, without and with those of the current row. */
  #bytes = 0;
  #current = 0;

  /** @param lines lines of states.jsonl @throws Error if they are not valid */
  constructor(lines: readonly string[] = []) {
    for (const line of lines) {
      const { row, state } = JSON.parse(line) as { row?: unknown; state?: unknown };
      const text = state ?? this.#states.at(-1);
      const last = this.#rows.at(-1) ?? -1;
      if (!Number.isSafeInteger(row) || (row as number) <= last || typeof text !== 'string')
        throw new RangeError('A state of the index is not valid.');
      this.#rows.push(row as number);
      this.#states.push(text);
    }
  }

  /** Whether to save the state before a row. @param bytes bytes of the row's payload */
  isDue(row: number, bytes: number): boolean {
    this.#bytes += this.#current;
    this.#current = bytes;
    const last = this.#rows.at(-1);
    if (last === undefined) return true;
    if (row <= last) return false;
    if (row - last < EVERY_ROWS && this.#bytes < EVERY_BYTES) return false;
    const length = this.#states.at(-1)!.length;
    return length < 1024 || row - last >= LONG_ROWS || this.#bytes >= STATE_COST * length;
  }

  add(row: number, state: string): void {
    const last = this.#states.at(-1);
    const isSame = state === last;
    this.#lines += `${JSON.stringify(isSame ? { row } : { row, state })}\n`;
    this.#rows.push(row);
    // Equal states share one string.
    this.#states.push(isSame ? last : state);
    this.#bytes = 0;
  }

  /** The last state at or before a row. */
  before(row: number): { readonly row: number; readonly state: string } | undefined {
    const at = lastAtMost(this.#rows.length, (index) => this.#rows[index]!, row);
    return at < 0 ? undefined : { row: this.#rows[at]!, state: this.#states[at]! };
  }

  /** Lines for the states that were added since the last call. */
  take(): string {
    const lines = this.#lines;
    this.#lines = '';
    return lines;
  }
}
