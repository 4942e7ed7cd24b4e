/**
 * The numbers of a session's rows as they happen, beside those in its recording. Both are the same until the disk fails: a row
 * that is not recorded has a number too, so the later ones are ahead of those on disk from then on. No number is given twice.
 */
export class RowNumbers {
  #next = 0;
  /** From `seq` on, rows have number `seq - shift` in the recording; undefined: they are not in it. In order of `seq`. */
  readonly #stretches: { readonly seq: number; readonly shift: number | undefined }[] = [];
  #shift: number | undefined = 0;
  /** Rows before `seq` that had number `row` in the recording, or a later one, did not reach the disk. */
  readonly #restarts: { readonly seq: number; readonly row: number }[] = [];

  /** The number of the next row. */
  get next(): number {
    return this.#next;
  }

  /** A row happened. @param row its number in the recording; undefined where it is not recorded @returns its number */
  add(row: number | undefined): number {
    // A recording that is continued begins with the number of its next row.
    if (row !== undefined && row > this.#next) this.#next = row;
    const seq = this.#next++;
    const shift = row === undefined ? undefined : seq - row;
    if (shift !== this.#shift) {
      this.#shift = shift;
      this.#stretches.push({ seq, shift });
    }
    return seq;
  }

  /** The next row that is recorded gets number `row` there: what had it before is lost. */
  restart(row: number): void {
    this.#restarts.push({ seq: this.#next, row });
  }

  /** Where a row is in the recording; undefined where it is not there. */
  rowOf(seq: number): number | undefined {
    let shift: number | undefined = 0;
    for (const stretch of this.#stretches) if (stretch.seq <= seq) ({ shift } = stretch);
    if (shift === undefined) return undefined;
    const row = seq - shift;
    return this.#restarts.some((restart) => seq < restart.seq && row >= restart.row) ? undefined : row;
  }
}
