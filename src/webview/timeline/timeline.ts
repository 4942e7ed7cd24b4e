import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { ref } from 'lit/directives/ref.js';
import { toDuplexError } from '../../shared/errors.ts';
import { emit } from '../emit.ts';
import { coalesce } from '../list/coalesce.ts';
import { ListScroller } from '../list/listScroller.ts';
import { createPageCache } from '../list/pageCache.ts';
import type { PageCache } from '../list/pageCache.ts';
import { baseStyles, listStyles } from '../styles.ts';
import { TEXT } from '../texts.ts';
import { createMarkCache } from './markCache.ts';
import type { MarkSource } from './markCache.ts';
import { rowKey } from './rowKeys.ts';
import { NO_ROWS } from './rowSource.ts';
import type { RowSource, ShownRow } from './rowSource.ts';
import { rowTemplate } from './rowTemplate.ts';
import { ROW_HEIGHT, timelineStyles } from './timelineStyles.ts';

const PAGE_SIZE = 64;
const MAX_PAGES = 64;

/** The least width of the number column, so that a young session does not shift its columns at every tenth row. */
const LEAST_SEQ_CHARS = 5;

/** The list as it is on the screen. */
interface Shown {
  readonly source: RowSource;
  readonly cache: PageCache<ShownRow>;
  /** How many rows it shows: more once those that come into view are here, so that none flashes up empty. */
  end: number;
}

/** Where the selected row is in the list, or the row behind its place if it is not in it. */
interface Place {
  /** Undefined until the row is here that was selected by its place. */
  readonly seq: number | undefined;
  readonly index: number;
  readonly isExact: boolean;
  /** Whether more rows may still change that. */
  readonly isFinal: boolean;
}

/**
 * The rows of a session, those on the screen only.
 * Events: `duplex-select` (a row's number, or undefined), `duplex-open`, `duplex-leave`, `duplex-follow` (whether),
 * `duplex-scroll` (offset in pixels), `duplex-fail` (an error).
 */
@customElement('duplex-timeline')
export class Timeline extends LitElement {
  static override styles = [baseStyles, listStyles, timelineStyles];

  @property({
    attribute: false,
    hasChanged: (now: RowSource, before?: RowSource) =>
      now.key !== before?.key || now.length !== before.length,
  })
  source: RowSource = NO_ROWS;
  /** What is marked among the rows; rows that were found bring their own marks. */
  @property({
    attribute: false,
    hasChanged: (now?: MarkSource, before?: MarkSource) =>
      now?.key !== before?.key || now?.scanned !== before?.scanned,
  })
  find: MarkSource | undefined = undefined;
  /** Rows of the session, by which the column of their numbers is as wide as the widest. */
  @property({ attribute: false }) rows = 0;
  /** Wall-clock start of the session in milliseconds. */
  @property({ attribute: false }) startedAt = 0;
  @property({ attribute: false }) selected: number | undefined = undefined;
  @property({ attribute: false }) follow = true;
  /** Two sentences: why the list is empty, and what to do. */
  @property({ attribute: false }) empty: readonly string[] = [];

  @query('.viewport') private readonly viewport!: HTMLElement;

  #shown = shownOf(NO_ROWS);
  #place: Place | undefined;
  readonly #marks = createMarkCache();

  readonly #scroller = new ListScroller(this, {
    rowHeight: () => ROW_HEIGHT,
    rows: () => this.#shown.end,
    sticksToEnd: () => this.follow,
    onScroll: (atEnd) => {
      if (this.follow && !atEnd) this.#setFollow(false);
      emit(this, 'duplex-scroll', this.#scroller.offset);
      this.#catchUp();
    },
    onResize: () => this.#catchUp(),
  });

  readonly #catchUp = coalesce(
    async () => {
      const { source } = this;
      const before = this.#shown;
      const isOther = source.key !== before.source.key;
      const shown = isOther ? shownOf(source) : before;
      const offset = isOther && !this.follow ? await this.#sameOffset(source) : undefined;
      const { first, end } = this.#scroller.range(source.length, offset);
      // The row before the first gives its delta. Beyond what is in view is fetched where the user may scroll.
      const margin = this.follow ? 1 : this.#scroller.rowsPerPage;
      await shown.cache.load(Math.max(0, first - margin), Math.min(source.length, end + margin));
      // Overtaken, by another source or by a new offset: both come here again.
      if (source.key !== this.source.key || before !== this.#shown) return;
      shown.end = source.length;
      this.#shown = shown;
      if (offset !== undefined) this.#scroller.offset = offset;
      if (isOther) this.#place = undefined;
      if (isOther || this.#place?.isFinal === false) this.#locate();
      this.#loadMarks();
      this.requestUpdate();
    },
    (error) => {
      // Ended while its rows were on their way: the list that takes its place comes next.
      if (toDuplexError(error).code === 'call.cancelled') return;
      if (this.source.key !== this.#shown.source.key) this.#shown = shownOf(this.source);
      this.#shown.end = this.source.length;
      this.requestUpdate();
      emit(this, 'duplex-fail', error);
    },
  );

  readonly #loadMarks = coalesce(
    async () => {
      const { cache, end: length } = this.#shown;
      const { first, end } = this.#scroller.range(length);
      const from = this.#seqAt(first);
      const last = this.#seqAt(end - 1);
      if (end <= first || from === undefined || last === undefined) return;
      // A page more on each side, as far as it is here, so that scrolling by a row asks for nothing.
      const margin = this.follow ? 0 : this.#scroller.rowsPerPage;
      const before = cache.get(Math.max(0, first - margin))?.seq ?? from;
      const behind = cache.get(Math.min(length, end + margin) - 1)?.seq ?? last;
      await this.#marks.load(this.find, before, behind + 1);
      this.requestUpdate();
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  get offset(): number {
    return this.#scroller.offset;
  }

  set offset(offset: number) {
    // At once, or the list would be too short to be scrolled there.
    if (this.source.key !== this.#shown.source.key) this.#shown = shownOf(this.source);
    this.#shown.end = this.source.length;
    this.#scroller.offset = offset;
    this.#catchUp();
  }

  /** Number of the first row in view. */
  get firstInView(): number {
    return this.#seqAt(this.#scroller.range().first) ?? 0;
  }

  override focus(): void {
    this.viewport.focus();
  }

  /** Brings a row into view, in its middle where it is out of it. */
  async show(seq: number): Promise<void> {
    await this.updateComplete;
    const { source } = this.#shown;
    const index = await source.position(seq);
    if (source.key === this.#shown.source.key) this.#scroller.center(index);
    this.#catchUp();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('selected') && this.selected !== this.#place?.seq) {
      this.#place = undefined;
      this.#locate(!this.follow);
    } else if (changed.has('selected') && this.#place !== undefined && !this.follow) {
      this.#scroller.reveal(this.#place.index);
    }
    if (changed.has('source') || changed.has('follow') || changed.has('selected')) this.#catchUp();
    if (changed.has('find')) this.#loadMarks();
    const digits = String(Math.max(0, this.rows - 1)).length + 1;
    this.style.setProperty('--seq-chars', String(Math.max(LEAST_SEQ_CHARS, digits)));
  }

  protected override render(): TemplateResult {
    const { end: length } = this.#shown;
    const { first, end } = this.#scroller.range();
    const rows: TemplateResult[] = [];
    let hasActive = false;
    for (let index = first; index < end; index++) {
      hasActive ||= this.selected !== undefined && this.#seqAt(index) === this.selected;
      rows.push(this.#row(index));
    }
    return html`
      <div class="head" aria-hidden="true">
        <span class="seq">${TEXT.columns.seq}</span>
        <span>${TEXT.columns.time}</span>
        <span class="delta">${TEXT.columns.delta}</span>
        <span></span>
        <span><span class="word">${TEXT.columns.kind}</span></span>
        <span>${TEXT.columns.preview}</span>
        <span class="size">${TEXT.columns.size}</span>
      </div>
      <div class="list">
        <div
          ${ref(this.#scroller.attach)}
          class="viewport ${hasActive ? 'has-active' : ''}"
          role="listbox"
          tabindex="0"
          aria-label=${TEXT.timeline}
          aria-activedescendant=${hasActive ? `row-${this.selected}` : nothing}
          data-vscode-context='{"preventDefaultContextMenuItems": true}'
          @keydown=${this.#onKey}
          @click=${this.#onClick}
          @dblclick=${() => emit(this, 'duplex-open', undefined)}
        >
          <div class="layer" role="presentation">
            <div class="rows" role="presentation">${rows}</div>
          </div>
          <div class="spacer" role="presentation"></div>
        </div>
        ${
          length === 0 && this.source.length === 0 && this.empty.length > 0
            ? html`<div class="empty dim">${this.empty.map((sentence) => html`<p>${sentence}</p>`)}</div>`
            : nothing
        }
      </div>
    `;
  }

  #row(index: number): TemplateResult {
    const { cache, end } = this.#shown;
    const row = cache.get(index);
    const seq = this.#seqAt(index);
    const marks = seq === undefined ? undefined : this.#marks.get(seq);
    return rowTemplate({
      row,
      previous: cache.get(index - 1),
      marks: marks ?? row?.marks,
      isHit: marks !== undefined,
      isSelected: seq !== undefined && seq === this.selected,
      startedAt: this.startedAt,
      seq,
      index,
      rows: end,
    });
  }

  #seqAt(index: number): number | undefined {
    return this.#shown.cache.get(index)?.seq ?? this.#shown.source.seqAt(index);
  }

  /** The offset at which another list has the same row where the eye is: the selected one, or the first in view. */
  async #sameOffset(source: RowSource): Promise<number> {
    const { selected } = this;
    const { first, end } = this.#scroller.range();
    let index = first;
    for (let at = first; at < end; at++) if (this.#seqAt(at) === selected) index = at;
    // A row that the list before left out is what the user wants to see again.
    const isNew = first === end || (selected !== undefined && this.#place?.isExact === false);
    const seq = isNew ? selected : this.#seqAt(index);
    if (seq === undefined) return 0;
    const middle = Math.floor(this.#scroller.rowsPerPage / 2) * ROW_HEIGHT;
    const top = isNew ? middle : index * ROW_HEIGHT - this.#scroller.offset;
    return Math.max(0, (await source.position(seq)) * ROW_HEIGHT - top);
  }

  /** Finds the selected row's place in the list. */
  #locate(reveal = false): void {
    const { selected, source } = this;
    const { cache } = this.#shown;
    if (selected === undefined || source.key !== this.#shown.source.key) return;
    const isFinal = source.covers(selected);
    const settle = (index: number, isExact: boolean): void => {
      this.#place = { seq: selected, index, isExact, isFinal };
      if (reveal && isExact) this.#scroller.center(index);
    };
    const position = source.position(selected);
    if (typeof position === 'number') return settle(position, true);
    position
      .then(async (index) => {
        await cache.load(index, index + 1);
        if (this.selected === selected && this.#shown.cache === cache)
          settle(index, cache.get(index)?.seq === selected);
      })
      .catch((error: unknown) => emit(this, 'duplex-fail', error));
  }

  #select(index: number): void {
    this.#setFollow(false);
    const seq = this.#seqAt(index);
    this.#place = { seq, index, isExact: true, isFinal: true };
    if (seq !== undefined) return this.#choose(seq);
    this.#scroller.reveal(index);
    const place = this.#place;
    const { cache } = this.#shown;
    cache
      .load(index, index + 1)
      .then(() => {
        const found = cache.get(index)?.seq;
        if (this.#place !== place || found === undefined) return;
        this.#place = { ...place, seq: found };
        this.#choose(found);
      })
      .catch((error: unknown) => emit(this, 'duplex-fail', error));
  }

  #choose(seq: number): void {
    this.selected = seq;
    emit(this, 'duplex-select', seq);
  }

  #setFollow(follow: boolean): void {
    if (this.follow === follow) return;
    this.follow = follow;
    emit(this, 'duplex-follow', follow);
  }

  #onClick(event: Event): void {
    const index = (event.target as HTMLElement).closest<HTMLElement>('.row')?.dataset['index'];
    if (index !== undefined) this.#select(Number(index));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const { first } = this.#scroller.range();
    const { end } = this.#shown;
    const action = rowKey(event.key, this.#indexForKey(event.key), first, end, this.#scroller.rowsPerPage);
    if (action === undefined) return;
    event.preventDefault();
    if ('select' in action) {
      this.#select(action.select);
    } else if ('follow' in action) {
      this.#select(end - 1);
      this.#setFollow(true);
    } else {
      emit(this, 'open' in action ? 'duplex-open' : 'duplex-leave', undefined);
    }
  }

  /** Where a key starts from. A row that is not in the list stands before the one behind it, and down leads to that. */
  #indexForKey(key: string): number | undefined {
    const place = this.#place;
    if (this.selected === undefined && place?.seq !== undefined) return undefined;
    if (place === undefined || place.isExact) return place?.index;
    return key === 'ArrowDown' || key === 'PageDown' ? place.index - 1 : place.index;
  }
}

function shownOf(source: RowSource): Shown {
  const pull = (from: number, count: number): Promise<readonly ShownRow[]> => source.pull(from, count);
  return { source, cache: createPageCache({ pageSize: PAGE_SIZE, maxPages: MAX_PAGES, pull }), end: 0 };
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-timeline': Timeline;
  }
}
