import type { ListScroller } from '../list/listScroller.ts';
import { placeForKey, placeOf } from './rowPlace.ts';
import type { RowPlace } from './rowPlace.ts';
import type { RowRange } from './rowRange.ts';
import type { RowSource } from './rowSource.ts';
import { pulledSeq, seqAt } from './shownRows.ts';
import type { ShownRows } from './shownRows.ts';

/** The list whose rows are selected. */
export interface SelectionHost {
  readonly source: RowSource;
  readonly shown: ShownRows;
  readonly scroller: Pick<ListScroller, 'reveal' | 'center'>;
  readonly selected: number | undefined;
  readonly anchor: number | undefined;
  readonly follow: boolean;
  /** The user selected these rows. */
  choose(range: RowRange): void;
  fail(error: unknown): void;
}

/** Knows where in a list the selected row is, also while rows come and where the list leaves it out. */
export class RowSelection {
  readonly #host: SelectionHost;
  #place: RowPlace | undefined;
  /** A row was selected that need not come into view. */
  #staysPut = false;

  constructor(host: SelectionHost) {
    this.#host = host;
  }

  /** Whether a row is selected that the list leaves out. */
  get isLeftOut(): boolean {
    return this.#place?.isExact === false;
  }

  /** Place from which a key moves, if any. */
  placeForKey(key: string): number | undefined {
    // Selected by its place, and not known yet by its number.
    const isUnsettled = this.#host.selected === undefined && this.#place?.seq !== undefined;
    return isUnsettled ? undefined : placeForKey(this.#place, key);
  }

  /** Another row may be selected than before. */
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

  /** The list has more rows. @param isOther it is another list */
  moved(isOther: boolean): void {
    if (isOther) this.#place = undefined;
    if (isOther || this.#place?.isFinal === false) this.#locate(false);
  }

  /** Selects the row at a place. @param extend all from the one where the selection began */
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

  /** All rows that there are now; those that come later are not among them. The list stays where it is. */
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

  /** Finds the selected row's place in the list. */
  #locate(reveal: boolean): void {
    const { selected, shown, source, scroller } = this.#host;
    if (selected === undefined || source.key !== shown.source.key) return;
    const settle = (place: RowPlace): void => {
      this.#place = place;
      if (reveal && place.isExact) scroller.center(place.index);
    };
    // The list's newest rows may be known only to its next source.
    const place = placeOf({ ...shown, source }, selected);
    if (!(place instanceof Promise)) return settle(place);
    place
      .then((found) => {
        if (this.#host.selected === selected && this.#host.shown.cache === shown.cache) settle(found);
      })
      .catch((error: unknown) => this.#host.fail(error));
  }
}
