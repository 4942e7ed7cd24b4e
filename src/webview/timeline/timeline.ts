import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { ref } from 'lit/directives/ref.js';
import type { Row } from '../../shared/timeline.ts';
import { FLAG } from '../../shared/timeline.ts';
import { emit } from '../emit.ts';
import { icon } from '../icons.ts';
import { coalesce } from '../list/coalesce.ts';
import { ListScroller } from '../list/listScroller.ts';
import { createPageCache } from '../list/pageCache.ts';
import { baseStyles, listStyles } from '../styles.ts';
import { count } from '../text/figures.ts';
import { TEXT } from '../texts.ts';
import { rowKey } from './rowKeys.ts';
import { rowCells } from './rowModel.ts';
import { ROW_HEIGHT, timelineStyles } from './timelineStyles.ts';

const PAGE_SIZE = 64;
const MAX_PAGES = 64;

/** The least width of the number column, so that a young session does not shift its columns at every tenth row. */
const LEAST_SEQ_CHARS = 5;

/**
 * The rows of a session, those on the screen only.
 * Events: `duplex-select` (a row's number, or undefined), `duplex-open`, `duplex-leave`, `duplex-follow` (whether),
 * `duplex-scroll` (offset in pixels), `duplex-fail` (an error).
 */
@customElement('duplex-timeline')
export class Timeline extends LitElement {
  static override styles = [baseStyles, listStyles, timelineStyles];

  /** Rows that can be pulled, and the number of the first of them that is shown. */
  @property({ attribute: false }) rows = 0;
  @property({ attribute: false }) firstRow = 0;
  /** Answers with rows from a number on. Set once. */
  @property({ attribute: false }) pull: (from: number, count: number) => Promise<readonly Row[]> =
    async () => [];
  /** Wall-clock start of the session in milliseconds. */
  @property({ attribute: false }) startedAt = 0;
  @property({ attribute: false }) selected: number | undefined = undefined;
  @property({ attribute: false }) follow = true;
  /** Two sentences: why the list is empty, and what to do. */
  @property({ attribute: false }) empty: readonly string[] = [];

  @query('.viewport') private readonly viewport!: HTMLElement;

  /**
   * Up to which row the list shows: it grows once those that come into view are here, so that none flashes up empty.
   * Row number `firstRow` stands at the list's index 0.
   */
  #end = 0;

  readonly #cache = createPageCache<Row>({
    pageSize: PAGE_SIZE,
    maxPages: MAX_PAGES,
    pull: (from, length) => this.pull(from, length),
  });

  readonly #scroller = new ListScroller(this, {
    rowHeight: () => ROW_HEIGHT,
    rows: () => this.#length(),
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
      const { rows, firstRow } = this;
      const { first, end } = this.#scroller.range(this.#length(rows));
      // The row before the first gives its delta. Beyond what is in view is fetched where the user may scroll.
      const margin = this.follow ? 1 : this.#scroller.rowsPerPage;
      const from = Math.max(0, firstRow + first - margin);
      await this.#cache.load(from, Math.min(rows, firstRow + end + margin));
      this.#end = rows;
      this.requestUpdate();
    },
    (error) => {
      this.#end = this.rows;
      this.requestUpdate();
      emit(this, 'duplex-fail', error);
    },
  );

  get offset(): number {
    return this.#scroller.offset;
  }

  set offset(offset: number) {
    // At once, or the list would be too short to be scrolled there.
    this.#end = this.rows;
    this.#scroller.offset = offset;
    this.#catchUp();
  }

  override focus(): void {
    this.viewport.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('selected') && this.selected !== undefined && !this.follow) {
      this.#scroller.reveal(this.selected - this.firstRow);
    }
    const moving = ['rows', 'firstRow', 'follow', 'selected'] as const;
    if (moving.some((name) => changed.has(name))) this.#catchUp();
    const digits = String(Math.max(0, this.rows - 1)).length + 1;
    this.style.setProperty('--seq-chars', String(Math.max(LEAST_SEQ_CHARS, digits)));
  }

  protected override render(): TemplateResult {
    const { first, end } = this.#scroller.range();
    const rows: TemplateResult[] = [];
    for (let index = first; index < end; index++) rows.push(this.#row(this.firstRow + index));
    const active = this.selected === undefined ? -1 : this.selected - this.firstRow;
    const hasActive = active >= first && active < end;
    return html`
      <div class="bar">
        <span>${TEXT.rows(count(this.#length(this.rows)))}</span>
        <vscode-toolbar-button
          toggleable
          icon="fold-down"
          title=${TEXT.followTitle}
          .checked=${this.follow}
          @change=${this.#onFollow}
          ><span class="follow">${TEXT.follow}</span></vscode-toolbar-button
        >
      </div>
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
          this.#length(this.rows) === 0 && this.empty.length > 0
            ? html`<div class="empty dim">${this.empty.map((sentence) => html`<p>${sentence}</p>`)}</div>`
            : nothing
        }
      </div>
    `;
  }

  #length(end = this.#end): number {
    return Math.max(0, end - this.firstRow);
  }

  #row(seq: number): TemplateResult {
    const row = this.#cache.get(seq);
    const isSelected = seq === this.selected;
    if (row === undefined) {
      return html`<div
        class="row ${isSelected ? 'selected' : ''}"
        id="row-${seq}"
        data-row=${seq}
        role="option"
        aria-selected=${isSelected}
        aria-label=${TEXT.loadingRow}
        aria-posinset=${seq - this.firstRow + 1}
        aria-setsize=${this.#length()}
      >
        <span class="seq">#${seq}</span>
      </div>`;
    }
    const cells = rowCells(row, this.#cache.get(seq - 1), this.startedAt);
    const classes = { [row.kind]: true, gap: (row.flags & FLAG.gap) !== 0, selected: isSelected };
    return html`<div
      class="row ${classMap(classes)}"
      id="row-${seq}"
      data-row=${seq}
      role="option"
      aria-selected=${isSelected}
      aria-label=${cells.label}
      aria-posinset=${seq - this.firstRow + 1}
      aria-setsize=${this.#length()}
    >
      <span class="seq">${cells.seq}</span>
      <span class="time">${cells.time}</span>
      <span class="delta">${cells.delta}</span>
      <span>${cells.direction === undefined ? nothing : icon(cells.direction, row.direction)}</span>
      <span class="kind">${icon(cells.kindIcon)}<span class="word">${cells.kind}</span></span>
      <span class="message">
        <span class="preview">${cells.preview}</span>
        ${cells.tags.map((tag) => html`<span class="tag">${tag}</span>`)}
      </span>
      <span class="size">${cells.size}</span>
    </div>`;
  }

  #select(row: number | undefined): void {
    this.#setFollow(false);
    this.selected = row;
    emit(this, 'duplex-select', row);
  }

  #setFollow(follow: boolean): void {
    if (this.follow === follow) return;
    this.follow = follow;
    emit(this, 'duplex-follow', follow);
  }

  #onFollow(event: Event): void {
    this.#setFollow((event.target as HTMLElement & { checked: boolean }).checked);
  }

  #onClick(event: Event): void {
    const row = (event.target as HTMLElement).closest<HTMLElement>('.row')?.dataset['row'];
    if (row !== undefined) this.#select(Number(row));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const { firstRow } = this;
    const { first } = this.#scroller.range();
    const selected = this.selected === undefined ? undefined : this.selected - firstRow;
    const action = rowKey(event.key, selected, first, this.#length(), this.#scroller.rowsPerPage);
    if (action === undefined) return;
    event.preventDefault();
    if ('select' in action) {
      this.#select(firstRow + action.select);
    } else if ('follow' in action) {
      this.#select(this.#end - 1);
      this.#setFollow(true);
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
