import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { ref } from 'lit/directives/ref.js';
import { toDuplexError } from '../../shared/errors.ts';
import { emit } from '../emit.ts';
import { coalesce } from '../list/coalesce.ts';
import { ListScroller } from '../list/listScroller.ts';
import { baseStyles, listStyles } from '../styles.ts';
import { TEXT } from '../texts.ts';
import { createMarkCache } from './markCache.ts';
import type { MarkSource } from './markCache.ts';
import { dropTextSelection } from './dropTextSelection.ts';
import { rowKey } from './rowKeys.ts';
import { isWithin, rowRange } from './rowRange.ts';
import type { RowRange } from './rowRange.ts';
import { RowSelection } from './rowSelection.ts';
import type { SelectionHost } from './rowSelection.ts';
import { NO_ROWS } from './rowSource.ts';
import type { RowSource } from './rowSource.ts';
import { ROW_HEIGHT, rowStyles } from './rowStyles.ts';
import { rowTemplate } from './rowTemplate.ts';
import { sameOffset } from './sameOffset.ts';
import { pulledSeq, seqAt, shownRows } from './shownRows.ts';
import type { TimeColumn } from './timeColumn.ts';
import { timelineHead } from './timelineHead.ts';
import type { TimeChoice } from './timelineHead.ts';
import { timelineStyles } from './timelineStyles.ts';

/** The least width of the number column, so that a young session does not shift its columns at every tenth row. */
const LEAST_SEQ_CHARS = 5;

/** What is in view, in microseconds since the session began. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/**
 * The rows of a session, those on the screen only.
 * Events: `duplex-select` (RowRange), `duplex-time` (TimeChoice), `duplex-copy`, `duplex-open`, `duplex-leave`,
 * `duplex-follow` (whether), `duplex-scroll` (offset in pixels), `duplex-span` (what is in view: TimeSpan, or null),
 * `duplex-fail` (an error).
 */
@customElement('duplex-timeline')
export class Timeline extends LitElement implements SelectionHost {
  static override styles = [baseStyles, listStyles, timelineStyles, rowStyles];

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
  @property({ attribute: false }) column: TimeColumn = { mode: 'clock', zero: undefined, startedAt: 0 };
  /** The selected row that keys move from, and the one where the selection began, where it has several. */
  @property({ attribute: false }) selected: number | undefined = undefined;
  @property({ attribute: false }) anchor: number | undefined = undefined;
  @property({ attribute: false }) follow = true;
  /** Two sentences: why the list is empty, and what to do. */
  @property({ attribute: false }) empty: readonly string[] = [];

  @query('.viewport') private readonly viewport!: HTMLElement;

  /** The list as it is on the screen. */
  shown = shownRows(NO_ROWS);
  #span: TimeSpan | undefined;
  readonly #marks = createMarkCache();
  readonly #selection = new RowSelection(this);

  readonly scroller = new ListScroller(this, {
    rowHeight: () => ROW_HEIGHT,
    rows: () => this.shown.end,
    sticksToEnd: () => this.follow,
    onScroll: (atEnd) => {
      if (this.follow && !atEnd) this.#setFollow(false);
      emit(this, 'duplex-scroll', this.scroller.offset);
      this.#catchUp();
    },
    onResize: () => this.#catchUp(),
  });

  readonly #catchUp = coalesce(
    async () => {
      const { source } = this;
      const before = this.shown;
      const isOther = source.key !== before.source.key;
      const shown = isOther ? shownRows(source) : before;
      const offset = isOther && !this.follow ? await this.#sameOffset(source) : undefined;
      const { first, end } = this.scroller.range(source.length, offset);
      // The row before the first gives its delta. Beyond what is in view is fetched where the user may scroll.
      const margin = this.follow ? 1 : this.scroller.rowsPerPage;
      await shown.cache.load(Math.max(0, first - margin), Math.min(source.length, end + margin));
      // Overtaken, by another source or by a new offset: both come here again.
      if (source.key !== this.source.key || before !== this.shown) return;
      shown.end = source.length;
      this.shown = shown;
      if (offset !== undefined) this.scroller.offset = offset;
      this.#selection.moved(isOther);
      this.#loadMarks();
      this.requestUpdate();
    },
    (error) => {
      // Ended while its rows were on their way: the list that takes its place comes next.
      if (toDuplexError(error).code === 'call.cancelled') return;
      if (this.source.key !== this.shown.source.key) this.shown = shownRows(this.source);
      this.shown.end = this.source.length;
      this.requestUpdate();
      this.fail(error);
    },
  );

  readonly #loadMarks = coalesce(
    async () => {
      const { cache, end: length } = this.shown;
      const { first, end } = this.scroller.range(length);
      const from = seqAt(this.shown, first);
      const last = seqAt(this.shown, end - 1);
      if (end <= first || from === undefined || last === undefined) return;
      // A page more on each side, as far as it is here, so that scrolling by a row asks for nothing.
      const margin = this.follow ? 0 : this.scroller.rowsPerPage;
      const before = cache.get(Math.max(0, first - margin))?.seq ?? from;
      const behind = cache.get(Math.min(length, end + margin) - 1)?.seq ?? last;
      await this.#marks.load(this.find, before, behind + 1);
      this.requestUpdate();
    },
    (error) => this.fail(error),
  );

  /** What is shown, with the rows that have come since. */
  get #list(): RowSource {
    return this.source.key === this.shown.source.key ? this.source : this.shown.source;
  }

  get offset(): number {
    return this.scroller.offset;
  }

  set offset(offset: number) {
    // At once, or the list would be too short to be scrolled there.
    if (this.source.key !== this.shown.source.key) this.shown = shownRows(this.source);
    this.shown.end = this.source.length;
    this.scroller.offset = offset;
    this.#catchUp();
  }

  /** Number of the first row in view. */
  get firstInView(): number {
    return seqAt(this.shown, this.scroller.range().first) ?? 0;
  }

  override focus(): void {
    this.viewport.focus();
  }

  /** Brings a row into view, in its middle where it is out of it; of a row that is not in the list, the one behind its place. */
  async show(seq: number): Promise<void> {
    await this.updateComplete;
    const source = this.#list;
    const index = await source.position(seq);
    if (source.key === this.shown.source.key) this.scroller.center(index);
    this.#catchUp();
  }

  /** Number of the first row in the list with this number or a greater one, else of the last; undefined in an empty list. */
  async nearest(seq: number): Promise<number | undefined> {
    const { shown } = this;
    const index = Math.min(await this.#list.position(seq), shown.end - 1);
    return index < 0 ? undefined : pulledSeq(shown, index);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('selected')) this.#selection.changed();
    if (changed.has('source') || changed.has('follow') || changed.has('selected')) this.#catchUp();
    if (changed.has('find')) this.#loadMarks();
    const digits = String(Math.max(0, this.rows - 1)).length + 1;
    this.style.setProperty('--seq-chars', String(Math.max(LEAST_SEQ_CHARS, digits)));
    this.setAttribute('mode', this.column.mode);
  }

  protected override render(): TemplateResult {
    const { end: length } = this.shown;
    const { first, end } = this.scroller.range();
    const range = rowRange(this.selected, this.anchor);
    const rows: TemplateResult[] = [];
    let hasActive = false;
    for (let index = first; index < end; index++) {
      hasActive ||= this.selected !== undefined && seqAt(this.shown, index) === this.selected;
      rows.push(this.#row(index, range));
    }
    return html`
      ${timelineHead(this.column.mode, this.selected !== undefined, (choice) => this.#chooseTime(choice))}
      <div class="list">
        <div
          ${ref(this.scroller.attach)}
          class="viewport ${hasActive ? 'has-active' : ''}"
          role="listbox"
          tabindex="0"
          aria-label=${TEXT.timeline}
          aria-multiselectable="true"
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

  protected override updated(): void {
    const { cache } = this.shown;
    const { first, end } = this.scroller.range();
    const from = cache.get(first)?.time;
    const to = cache.get(end - 1)?.time;
    if (from === this.#span?.from && to === this.#span?.to) return;
    this.#span = from === undefined || to === undefined ? undefined : { from, to };
    emit(this, 'duplex-span', this.#span);
  }

  #row(index: number, range: RowRange | undefined): TemplateResult {
    const { cache, end } = this.shown;
    const row = cache.get(index);
    const seq = seqAt(this.shown, index);
    const marks = seq === undefined ? undefined : this.#marks.get(seq);
    return rowTemplate({
      row,
      previous: cache.get(index - 1),
      marks: marks ?? row?.marks,
      isHit: marks !== undefined,
      isSelected: seq !== undefined && isWithin(range, seq),
      isFocused: seq !== undefined && seq === this.selected,
      column: this.column,
      seq,
      index,
      rows: end,
    });
  }

  #sameOffset(other: RowSource): Promise<number> {
    const { shown, scroller, selected } = this;
    const { offset, rowsPerPage } = scroller;
    const view = { shown, ...scroller.range(), offset, rowsPerPage, rowHeight: ROW_HEIGHT };
    return sameOffset(view, other, selected, this.#selection.isLeftOut);
  }

  /** The rows that the user selected. */
  choose(range: RowRange): void {
    this.selected = range.focus;
    this.anchor = range.anchor;
    emit(this, 'duplex-select', range);
  }

  fail(error: unknown): void {
    emit(this, 'duplex-fail', error);
  }

  #chooseTime(choice: TimeChoice): void {
    emit(this, 'duplex-time', choice);
    this.focus();
  }

  #setFollow(follow: boolean): void {
    if (this.follow === follow) return;
    this.follow = follow;
    emit(this, 'duplex-follow', follow);
    // Where it stands now counts from here on.
    if (!follow) emit(this, 'duplex-scroll', this.scroller.offset);
  }

  #select(index: number, extend: boolean): void {
    this.#setFollow(false);
    this.#selection.select(index, extend);
  }

  #onClick(event: MouseEvent): void {
    const index = (event.target as HTMLElement).closest<HTMLElement>('.row')?.dataset['index'];
    if (index !== undefined) this.#select(Number(index), event.shiftKey);
  }

  #onKey(event: KeyboardEvent): void {
    const action = rowKey(event, {
      selected: this.#selection.placeForKey(event.key),
      first: this.scroller.range().first,
      rows: this.shown.end,
      rowsPerPage: this.scroller.rowsPerPage,
    });
    if (action === undefined) return;
    event.preventDefault();
    if ('select' in action) {
      this.#select(action.select, action.extends);
    } else if ('follow' in action) {
      this.#select(this.shown.end - 1, false);
      this.#setFollow(true);
    } else if ('selectAll' in action) {
      dropTextSelection();
      this.#setFollow(false);
      this.#selection.selectAll().catch((error: unknown) => this.fail(error));
    } else if ('mark' in action) {
      emit(this, 'duplex-time', 'zero' satisfies TimeChoice);
    } else if ('copy' in action) {
      emit(this, 'duplex-copy', undefined);
    } else {
      emit(this, 'open' in action ? 'duplex-open' : 'duplex-leave', undefined);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-timeline': Timeline;
  }
}
