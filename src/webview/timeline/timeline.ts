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

  /** Rows that can be pulled. */
  @property({ attribute: false }) rows = 0;
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

  /** Rows that the list shows: it grows once those that come into view are here, so that none flashes up empty. */
  #shown = 0;

  readonly #cache = createPageCache<Row>({
    pageSize: PAGE_SIZE,
    maxPages: MAX_PAGES,
    pull: (from, length) => this.pull(from, length),
  });

  readonly #scroller = new ListScroller(this, {
    rowHeight: () => ROW_HEIGHT,
    rows: () => this.#shown,
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
      const rows = this.rows;
      const { first, end } = this.#scroller.range(rows);
      // The row before the first gives its delta. Beyond what is in view is fetched where the user may scroll.
      const margin = this.follow ? 1 : this.#scroller.rowsPerPage;
      await this.#cache.load(Math.max(0, first - margin), Math.min(rows, end + margin));
      this.#shown = rows;
      this.requestUpdate();
    },
    (error) => {
      this.#shown = this.rows;
      this.requestUpdate();
      emit(this, 'duplex-fail', error);
    },
  );

  get offset(): number {
    return this.#scroller.offset;
  }

  set offset(offset: number) {
    this.#scroller.offset = offset;
    this.#catchUp();
  }

  override focus(): void {
    this.viewport.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('selected') && this.selected !== undefined && !this.follow)
      this.#scroller.reveal(this.selected);
    if (changed.has('rows') || changed.has('follow') || changed.has('selected')) this.#catchUp();
    const digits = String(Math.max(0, this.rows - 1)).length + 1;
    this.style.setProperty('--seq-chars', String(Math.max(LEAST_SEQ_CHARS, digits)));
  }

  protected override render(): TemplateResult {
    const { first, end } = this.#scroller.range();
    const rows: TemplateResult[] = [];
    for (let index = first; index < end; index++) rows.push(this.#row(index));
    const hasSelection = this.selected !== undefined;
    return html`
      <div class="bar">
        <span>${TEXT.rows(count(this.rows))}</span>
        <vscode-toolbar-button
          toggleable
          icon="fold-down"
          title=${TEXT.followTitle}
          .checked=${this.follow}
          @change=${this.#onFollow}
          >${TEXT.follow}</vscode-toolbar-button
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
          class="viewport ${hasSelection ? 'has-selection' : ''}"
          role="listbox"
          tabindex="0"
          aria-label=${TEXT.timeline}
          aria-activedescendant=${hasSelection ? `row-${this.selected}` : nothing}
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
          this.rows === 0 && this.empty.length > 0
            ? html`<div class="empty dim">${this.empty.map((sentence) => html`<p>${sentence}</p>`)}</div>`
            : nothing
        }
      </div>
    `;
  }

  #row(index: number): TemplateResult {
    const row = this.#cache.get(index);
    const isSelected = index === this.selected;
    if (row === undefined) {
      return html`<div
        class="row ${isSelected ? 'selected' : ''}"
        id="row-${index}"
        data-row=${index}
        role="option"
        aria-selected=${isSelected}
        aria-label=${TEXT.loadingRow}
        aria-posinset=${index + 1}
        aria-setsize=${this.#shown}
      >
        <span class="seq">#${index}</span>
      </div>`;
    }
    const cells = rowCells(row, this.#cache.get(index - 1), this.startedAt);
    const classes = { [row.kind]: true, gap: (row.flags & FLAG.gap) !== 0, selected: isSelected };
    return html`<div
      class="row ${classMap(classes)}"
      id="row-${index}"
      data-row=${index}
      role="option"
      aria-selected=${isSelected}
      aria-label=${cells.label}
      aria-posinset=${index + 1}
      aria-setsize=${this.#shown}
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
    const { first } = this.#scroller.range();
    const action = rowKey(event.key, this.selected, first, this.#shown, this.#scroller.rowsPerPage);
    if (action === undefined) return;
    event.preventDefault();
    if ('select' in action) {
      this.#select(action.select);
    } else if ('follow' in action) {
      this.#select(this.#shown - 1);
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
