import type { ListScroller } from '../list/listScroller.ts';
import { placeForKey, rowPlace, pulledSeq, seqAt } from '../rows/rowSource.ts';
import type { RowPlace, RowSource, ShownRows } from '../rows/rowSource.ts';

/** A selection: all rows between two row numbers, both included. */
export interface SelectionRange {
  /** The row at which the selection began. */
  readonly anchor: number;
  /** The row at which it ends. Keys move from this row, and the inspector shows it. */
  readonly focus: number;
}

/** @param anchor undefined if one row is selected */
export function selectionRange(
  focus: number | undefined,
  anchor: number | undefined,
): SelectionRange | undefined {
  return focus === undefined ? undefined : { anchor: anchor ?? focus, focus };
}

/** The first row, and the row after the last one. */
export function bounds({ anchor, focus }: SelectionRange): { readonly from: number; readonly end: number } {
  return { from: Math.min(anchor, focus), end: Math.max(anchor, focus) + 1 };
}

export function isWithin(range: SelectionRange | undefined, seq: number): boolean {
  if (range === undefined) return false;
  const { from, end } = bounds(range);
  return seq >= from && seq < end;
}

/** The list whose rows are selected. */
export interface SelectionHost {
  readonly source: RowSource;
  readonly shown: ShownRows;
  readonly scroller: Pick<ListScroller, 'reveal' | 'center'>;
  readonly selected: number | undefined;
  readonly anchor: number | undefined;
  readonly follow: boolean;
  /** The user selected these rows. */
  choose(range: SelectionRange): void;
  fail(error: unknown): void;
}

/** Tracks the index of the selected row while rows are added and while a filter hides it. */
export class RowSelection {
  readonly #host: SelectionHost;
  #place: RowPlace | undefined;
  /** The next selection must not scroll. */
  #staysPut = false;

  constructor(host: SelectionHost) {
    this.#host = host;
  }

  /** Whether the selected row is filtered out. */
  get isLeftOut(): boolean {
    return this.#place?.isExact === false;
  }

  /** Index from which a key moves; undefined if there is none. */
  placeForKey(key: string): number | undefined {
    // The row was selected by its index, and its number is not known yet.
    const isUnsettled = this.#host.selected === undefined && this.#place?.seq !== undefined;
    return isUnsettled ? undefined : placeForKey(this.#place, key);
  }

  /** Call it when the selected row may have changed. */
  changed(): void {
    const { selected, follow, scroller } = this.#host;
    if (selected !== this.#place?.seq) {
      this.#place = undefined;
      this.#locate(!follow);
    } else if (this.#place !== undefined && !follow && !this.#staysPut) {
      scroller.reveal(this.#place.index);
    }
    this.#staysPut = false;
  }

  /** Call it when the list has more rows. @param isOther whether it is another list */
  moved(isOther: boolean): void {
    if (isOther) this.#place = undefined;
    if (isOther || this.#place?.isFinal === false) this.#locate(false);
  }

  /** Selects the row at an index. @param extend whether to extend the selection to it */
  select(index: number, extend: boolean): void {
    const { shown, scroller } = this.#host;
    const place: RowPlace = { seq: seqAt(shown, index), index, isExact: true, isFinal: true };
    this.#place = place;
    if (place.seq !== undefined) return this.#choose(place.seq, extend);
    scroller.reveal(index);
    pulledSeq(shown, index)
      .then((seq) => {
        if (this.#place !== place || seq === undefined) return;
        this.#place = { ...place, seq };
        this.#choose(seq, extend);
      })
      .catch((error: unknown) => this.#host.fail(error));
  }

  /** Selects all rows that exist now, without scrolling. Later rows are not included. */
  async selectAll(): Promise<void> {
    const { shown, selected } = this.#host;
    const last = shown.end - 1;
    const [anchor, focus] = await Promise.all([pulledSeq(shown, 0), pulledSeq(shown, last)]);
    if (anchor === undefined || focus === undefined || shown !== this.#host.shown) return;
    this.#place = { seq: focus, index: last, isExact: true, isFinal: true };
    this.#staysPut = selected !== focus;
    this.#host.choose({ anchor, focus });
  }

  #choose(focus: number, extend: boolean): void {
    const { anchor, selected } = this.#host;
    this.#host.choose({ anchor: extend ? (anchor ?? selected ?? focus) : focus, focus });
  }

  /** Finds the index of the selected row. */
  #locate(reveal: boolean): void {
    const { selected, shown, source, scroller } = this.#host;
    if (selected === undefined || source.key !== shown.source.key) return;
    const settle = (place: RowPlace): void => {
      this.#place = place;
      if (reveal && place.isExact) scroller.center(place.index);
    };
    // Only the current source knows the newest rows.
    const place = rowPlace({ ...shown, source }, selected);
    if (!(place instanceof Promise)) return settle(place);
    place
      .then((found) => {
        if (this.#host.selected === selected && this.#host.shown.cache === shown.cache) settle(found);
      })
      .catch((error: unknown) => this.#host.fail(error));
  }
}
