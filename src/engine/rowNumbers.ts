/**
 * Maps the numbers of a session's rows to the numbers in its recording. Both are the same until the disk
 * fails: unrecorded rows have numbers too, so the numbers of later rows are higher than those in the
 * recording. No number is used twice.
 */
export class RowNumbers {
  #next = 0;
  /**
   * From `seq` on, rows have number `seq - shift` in the recording; undefined: they are not recorded. Ordered by `seq`.
   */
  readonly #stretches: { readonly seq: number; readonly shift: number | undefined }[] = [];
  #shift: number | undefined = 0;
  /** Rows before `seq` with number `row` or later in the recording did not reach the disk. */
  readonly #restarts: { readonly seq: number; readonly row: number }[] = [];

  /** The number of the next row. */
  get next(): number {
    return this.#next;
  }

  /** A row was added. @param row its number in the recording; undefined if it is not recorded @returns its number */
  add(row: number | undefined): number {
    // A continued recording begins with the number of its next row.
    if (row !== undefined && row > this.#next) this.#next = row;
    const seq = this.#next++;
    const shift = row === undefined ? undefined : seq - row;
    if (shift !== this.#shift) {
      this.#shift = shift;
      this.#stretches.push({ seq, shift });
    }
    return seq;
  }

  /**
   * The next recorded row gets number `row` in the recording: earlier rows with that number or a later one are lost.
   */
  restart(row: number): void {
    this.#restarts.push({ seq: this.#next, row });
  }

  /** The row's number in the recording; undefined if it is not recorded. */
  rowOf(seq: number): number | undefined {
    let shift: number | undefined = 0;
    for (const stretch of this.#stretches) if (stretch.seq <= seq) ({ shift } = stretch);
    if (shift === undefined) return undefined;
    const row = seq - shift;
    return this.#restarts.some((restart) => seq < restart.seq && row >= restart.row) ? undefined : row;
  }
}
