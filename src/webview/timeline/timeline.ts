import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { ref } from 'lit/directives/ref.js';
import { toDuplexError } from '../../shared/errors.ts';
import { emit } from '../base/events.ts';
import './rowActions.ts';
import type { RowActions } from './rowActions.ts';
import type { RowAbilities, RowCommand } from './rowMenu.ts';
import { coalesce } from '../base/queue.ts';
import { ListScroller } from '../list/listScroller.ts';
import { baseStyles, listStyles } from '../base/styles.ts';
import { TIMELINE_TEXT } from './timelineTexts.ts';
import { createMarkCache } from './marks.ts';
import { loadedSpan, NO_ROWS, pulledSeq, sameOffset, seqAt, shownRows } from '../rows/rowSource.ts';
import type { MarkSource, RowSource } from '../rows/rowSource.ts';
import { dropTextSelection, rowKey } from './rowKeys.ts';
import { isWithin, RowSelection, selectionRange } from './rowSelection.ts';
import type { SelectionHost, SelectionRange } from './rowSelection.ts';
import { ROW_HEIGHT, rowStyles } from './rowStyles.ts';
import type { PullColumns } from './columnCache.ts';
import { activeId, cellAt, columnHeaders } from './columns.ts';
import { TimelineColumns, type ColumnsHost } from './timelineColumns.ts';
import { rowTemplate } from './rowTemplate.ts';
import { timelineHead } from './timelineHead.ts';
import type { TimeColumn, TimeSpan } from '../rows/timeColumn.ts';
import { timelineStyles } from './timelineStyles.ts';

/** Minimum width of the number column in characters, so that the columns of a new session do not shift. */
const LEAST_SEQ_CHARS = 5;

/**
 * The rows of a session; only those on screen are in the DOM. Events: `duplex-select`, `duplex-time`, `duplex-messages`, `duplex-columns`, `duplex-copy`,
 * `duplex-open`, `duplex-leave`, `duplex-follow`, `duplex-scroll`, `duplex-span`, `duplex-row`, `duplex-fail`.
 */
@customElement('duplex-timeline')
export class TimelineList extends LitElement implements SelectionHost, ColumnsHost {
  static override styles = [baseStyles, listStyles, timelineStyles, rowStyles];

  @property({
    attribute: false,
    hasChanged: (now: RowSource, before?: RowSource) =>
      now.key !== before?.key || now.length !== before.length,
  })
  source: RowSource = NO_ROWS;
  /** Whether rows show their decoded form; undefined if no protocol is known. */
  @property({ attribute: false }) decodes: boolean | undefined = undefined;
  @property({ attribute: false }) hasTopics = false;
  /** The hits to mark. Rows of a search result have marks of their own. */
  @property({
    attribute: false,
    hasChanged: (now?: MarkSource, before?: MarkSource) =>
      now?.key !== before?.key || now?.scanned !== before?.scanned,
  })
  find: MarkSource | undefined = undefined;
  /** JSONPaths of the user's columns, and the source of their values. */
  @property({ attribute: false }) paths: readonly string[] = [];
  @property({ attribute: false }) pullColumns: PullColumns = async () => [];
  /** Number of rows of the session; it determines the width of the number column. */
  @property({ attribute: false }) rows = 0;
  @property({ attribute: false }) column: TimeColumn = { mode: 'clock', zero: undefined, startedAt: 0 };
  /** The focused row, and the row at which a selection of several rows began. */
  @property({ attribute: false }) selected: number | undefined = undefined;
  @property({ attribute: false }) anchor: number | undefined = undefined;
  @property({ attribute: false }) follow = true;
  /** Two sentences: why the list is empty, and what to do. */
  @property({ attribute: false }) empty: readonly string[] = [];
  @property({ attribute: false }) abilities: RowAbilities = { canSend: false, held: [] };

  /** The focused cell of the focused row; undefined for the row as a whole. */
  @state() private cell: number | undefined = undefined;

  @query('.viewport') private readonly viewport!: HTMLElement;
  @query('duplex-row-actions') private readonly actions!: RowActions;

  /** The rows on screen. */
  shown = shownRows(NO_ROWS);
  #span: TimeSpan | undefined;
  readonly #marks = createMarkCache();
  readonly #columns = new TimelineColumns(this);
  readonly #selection = new RowSelection(this);
  /** Whether a key requested the menu of the focused row, which opens once the row is drawn. */
  #asksForMenu = false;

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
      // The delta of the first row needs the row above it. A margin is fetched if the user may scroll.
      const margin = this.follow ? 1 : this.scroller.rowsPerPage;
      await shown.cache.load(Math.max(0, first - margin), Math.min(source.length, end + margin));
      // The source or the offset has changed, and that change runs this again.
      if (source.key !== this.source.key || before !== this.shown) return;
      shown.end = source.length;
      this.shown = shown;
      if (offset !== undefined) this.scroller.offset = offset;
      this.#selection.moved(isOther);
      this.#loadMarks();
      this.#columns.load();
      this.requestUpdate();
    },
    (error) => {
      // The search ended while its rows were being fetched; the next list follows.
      if (toDuplexError(error).code === 'call.cancelled') return;
      if (this.source.key !== this.shown.source.key) this.shown = shownRows(this.source);
      this.shown.end = this.source.length;
      this.requestUpdate();
      this.fail(error);
    },
  );

  readonly #loadMarks = coalesce(
    async () => {
      // Includes one more page on each side, as far as it is loaded, so that scrolling by a row needs no call.
      const margin = this.follow ? 0 : this.scroller.rowsPerPage;
      const span = loadedSpan(this.shown, this.scroller.range(this.shown.end), margin);
      if (span) await this.#marks.load(this.find, span.from, span.end);
      this.requestUpdate();
    },
    (error) => this.fail(error),
  );

  /** The source of the rows on screen, with the newest rows if it is the current source. */
  get #list(): RowSource {
    return this.source.key === this.shown.source.key ? this.source : this.shown.source;
  }

  get offset(): number {
    return this.scroller.offset;
  }

  set offset(offset: number) {
    // Replaced immediately, otherwise the list would be too short for the offset.
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

  /** Brings a row into view and centres it if it is out of view. If the row is filtered out, it shows the next one. */
  async show(seq: number): Promise<void> {
    await this.updateComplete;
    const source = this.#list;
    const index = await source.position(seq);
    if (source.key === this.shown.source.key) this.scroller.center(index);
    this.#catchUp();
  }

  /** Number of the first listed row at or after `seq`, else of the last row; undefined in an empty list. */
  async nearest(seq: number): Promise<number | undefined> {
    const { shown } = this;
    const index = Math.min(await this.#list.position(seq), shown.end - 1);
    return index < 0 ? undefined : pulledSeq(shown, index);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('selected')) this.#selection.changed();
    if (changed.has('source') || changed.has('follow') || changed.has('selected')) this.#catchUp();
    if (changed.has('find')) this.#loadMarks();
    this.#columns.update(this.column.mode, this.paths);
    if (this.cell !== undefined) this.cell = Math.min(this.cell, this.#columns.visible.length - 1);
    const digits = String(Math.max(0, this.rows - 1)).length + 1;
    this.style.setProperty('--seq-chars', String(Math.max(LEAST_SEQ_CHARS, digits)));
  }

  protected override render(): TemplateResult {
    const { end: length } = this.shown;
    const { first, end } = this.scroller.range();
    const range = selectionRange(this.selected, this.anchor);
    const rows: TemplateResult[] = [];
    let hasActive = false;
    for (let index = first; index < end; index++) {
      hasActive ||= this.selected !== undefined && seqAt(this.shown, index) === this.selected;
      rows.push(this.#row(index, range));
    }
    return html`
      ${timelineHead({
        columns: this.#columns.visible,
        paths: this.paths,
        mode: this.column.mode,
        hasSelection: this.selected !== undefined,
        namesKinds: this.#columns.width === 'wide',
        decodes: this.decodes,
        hasTopics: this.hasTopics,
        onTime: (choice) => {
          emit(this, 'duplex-time', choice);
          this.focus();
        },
        onMessages: (choice) => emit(this, 'duplex-messages', choice),
        onColumns: (edit) => emit(this, 'duplex-columns', edit),
      })}
      <div class="list">
        <div
          ${ref(this.scroller.attach)}
          class="viewport ${hasActive ? 'has-active' : ''}"
          role="grid"
          tabindex="0"
          aria-label=${TIMELINE_TEXT.timeline}
          aria-multiselectable="true"
          aria-rowcount=${length + 1}
          aria-colcount=${this.#columns.visible.length}
          aria-activedescendant=${hasActive ? activeId(this.selected!, this.cell) : nothing}
          data-vscode-context='{"preventDefaultContextMenuItems": true}'
          @keydown=${this.#onKey}
          @click=${this.#onClick}
          @contextmenu=${this.#onContextMenu}
          @dblclick=${() => emit(this, 'duplex-open')}
        >
          ${columnHeaders(this.#columns.visible)}
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
      <duplex-row-actions
        .abilities=${this.abilities}
        .columns=${this.paths}
        .selected=${this.selected}
        .anchor=${this.anchor}
        @duplex-row=${(event: CustomEvent<RowCommand>) => emit(this, 'duplex-row', event.detail)}
        @duplex-close=${() => this.focus()}
      ></duplex-row-actions>
    `;
  }

  protected override updated(): void {
    if (this.#asksForMenu) this.#openFocusedMenu();
    const { cache } = this.shown;
    const { first, end } = this.scroller.range();
    const from = cache.get(first)?.time;
    const to = cache.get(end - 1)?.time;
    if (from === this.#span?.from && to === this.#span?.to) return;
    this.#span = from === undefined || to === undefined ? undefined : { from, to };
    emit(this, 'duplex-span', this.#span);
  }

  #row(index: number, range: SelectionRange | undefined): TemplateResult {
    const { cache } = this.shown;
    const row = cache.get(index);
    const seq = seqAt(this.shown, index);
    const marks = seq === undefined ? undefined : this.#marks.get(seq);
    return rowTemplate({
      row,
      previous: cache.get(index - 1),
      marks: marks?.marks ?? row?.marks,
      inSummary: (marks ?? row)?.inSummary === true,
      isHit: marks !== undefined,
      decoded: this.decodes === true,
      isSelected: seq !== undefined && isWithin(range, seq),
      isFocused: seq !== undefined && seq === this.selected,
      isHeld: seq !== undefined && this.abilities.held.includes(seq),
      cell: this.cell,
      column: this.column,
      columns: this.#columns.visible,
      values: seq === undefined ? undefined : this.#columns.valuesOf(seq),
      namesKinds: this.#columns.width === 'wide',
      seq,
      index,
    });
  }

  #sameOffset(other: RowSource): Promise<number> {
    const { shown, scroller, selected } = this;
    const { offset, rowsPerPage } = scroller;
    const view = { shown, ...scroller.range(), offset, rowsPerPage, rowHeight: ROW_HEIGHT };
    return sameOffset(view, other, selected, this.#selection.isLeftOut);
  }

  /** The rows that the user selected. */
  choose(range: SelectionRange): void {
    this.selected = range.focus;
    // Set here as the page will set it, because the page does not set an unchanged value again.
    this.anchor = range.anchor === range.focus ? undefined : range.anchor;
    emit(this, 'duplex-select', range);
  }

  fail(error: unknown): void {
    emit(this, 'duplex-fail', error);
  }

  #setFollow(follow: boolean): void {
    if (this.follow === follow) return;
    this.follow = follow;
    emit(this, 'duplex-follow', follow);
    // From now on, the user controls the offset.
    if (!follow) emit(this, 'duplex-scroll', this.scroller.offset);
  }

  #select(index: number, extend: boolean): void {
    this.#setFollow(false);
    this.#selection.select(index, extend);
  }

  /** Opens the menu of the row under the pointer. The keyboard opens it by keydown. */
  #onContextMenu(event: MouseEvent): void {
    const target = (event.target as HTMLElement).closest<HTMLElement>('.row');
    if (target) this.#openMenu(target, event);
    event.preventDefault();
  }

  /** @returns false if the row is not loaded */
  #openMenu(element: HTMLElement, point?: Pick<MouseEvent, 'clientX' | 'clientY'>): boolean {
    const row = this.shown.cache.get(Number(element.dataset['index']));
    if (row) void this.actions.open(row, element, point);
    return row !== undefined;
  }

  #openFocusedMenu(): void {
    const element = this.renderRoot.querySelector<HTMLElement>('.row.focused');
    this.#asksForMenu = element === null || !this.#openMenu(element);
  }

  #onClick(event: MouseEvent): void {
    const target = event.target as HTMLElement;
    const element = target.closest<HTMLElement>('.row');
    const more = target.closest('.more')?.getBoundingClientRect();
    if (element && more) return void this.#openMenu(element, { clientX: more.left, clientY: more.bottom });
    this.cell = undefined;
    if (element) this.#select(Number(element.dataset['index']), event.shiftKey);
  }

  #onKey(event: KeyboardEvent): void {
    const action = rowKey(event, {
      selected: this.#selection.placeForKey(event.key),
      first: this.scroller.range().first,
      rows: this.shown.end,
      rowsPerPage: this.scroller.rowsPerPage,
    });
    this.#asksForMenu = false;
    if (action === undefined) return;
    event.preventDefault();
    if ('cell' in action) {
      this.cell = cellAt(this.cell, action.cell, this.#columns.visible.length);
    } else if ('select' in action) {
      this.#select(action.select, action.extends);
    } else if ('follow' in action) {
      this.#select(this.shown.end - 1, false);
      this.#setFollow(true);
    } else if ('selectAll' in action) {
      dropTextSelection();
      this.#setFollow(false);
      this.#selection.selectAll().catch((error: unknown) => this.fail(error));
    } else if ('mark' in action) {
      emit(this, 'duplex-time', 'zero');
    } else if ('menu' in action) {
      this.#openFocusedMenu();
      if (this.#asksForMenu) this.#setFollow(false);
      if (this.#asksForMenu) this.show(this.selected!).catch((error: unknown) => this.fail(error));
    } else if ('copy' in action) {
      emit(this, 'duplex-copy');
    } else {
      emit(this, 'open' in action ? 'duplex-open' : 'duplex-leave');
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-timeline': TimelineList;
  }
  interface HTMLElementEventMap {
    'duplex-select': CustomEvent<SelectionRange>;
    /** The list's offset in pixels. */
    'duplex-scroll': CustomEvent<number>;
    /** The times in view. */
    'duplex-span': CustomEvent<TimeSpan | undefined>;
  }
}
