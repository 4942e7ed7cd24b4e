import '../timeline/timeline.ts';
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type {
  Draft,
  PanelHostCalls,
  PanelProxyCalls,
  PanelRowCalls,
  PanelState,
} from '../../shared/panelProtocol.ts';
import type { PanelTimelineCalls } from '../../shared/timelineProtocol.ts';
import { emit, reportTo } from '../base/events.ts';
import { icon } from '../base/icons.ts';
import { loadAfterStart, loadPart } from '../base/lazyParts.ts';
import { baseStyles } from '../base/styles.ts';
import { discriminator } from '../rows/discriminator.ts';
import { count } from '../text/figures.ts';
import { timelinePaneStyles } from './panelStyles.ts';
import { PAGE_TEXT } from './pageTexts.ts';
import type { ViewState } from './viewState.ts';
import type { GoToInput } from '../timeline/goTo.ts';
import type { MarkSource, RowSource } from '../rows/rowSource.ts';
import type { GoTo } from '../timeline/parseGoTo.ts';
import type { SelectedRows } from '../timeline/rangeBar.ts';
import { bounds, selectionRange } from '../timeline/rowSelection.ts';
import type { SelectionRange } from '../timeline/rowSelection.ts';
import { NO_ROWS } from '../rows/rowSource.ts';
import type { TimeSpan } from '../rows/timeColumn.ts';
import type { TimelineList } from '../timeline/timeline.ts';
import { isDivergence } from '../timeline/rowMenu.ts';
import type { RowCommand } from '../timeline/rowMenu.ts';
import type { PullColumns } from '../timeline/columnCache.ts';
import type { ColumnEdit, MessageChoice, TimeChoice } from '../timeline/timelineHead.ts';
import type { ProxyBar } from '../proxy/proxyBar.ts';
import { TIMELINE_TEXT } from '../timeline/timelineTexts.ts';

export type TimelinePaneCalls = PanelTimelineCalls &
  PanelRowCalls &
  PanelProxyCalls &
  Pick<PanelHostCalls, 'rows' | 'copyPayload' | 'savePayload'>;

/** Minimum number of rows with a chart: fewer fit on a screen. */
const FEWEST_CHARTED = 50;

/**
 * The timeline, its chart, the summary of selected rows and the field to go to a row. Events: `duplex-change`,
 * `duplex-select`, `duplex-units`, `duplex-go`, `duplex-open`, `duplex-leave`, `duplex-say`, `duplex-fail`.
 */
@customElement('duplex-timeline-pane')
export class TimelinePane extends LitElement {
  static override styles = [baseStyles, timelinePaneStyles];

  @property({ attribute: false }) calls!: TimelinePaneCalls;
  @property({ attribute: false }) view!: ViewState;
  @property({ attribute: false }) source: RowSource = NO_ROWS;
  @property({ attribute: false }) find: MarkSource | undefined = undefined;
  /** Rows of the session, and the first that is not hidden. */
  @property({ attribute: false }) rows = 0;
  @property({ attribute: false }) firstRow = 0;
  /** Wall-clock start of the session in milliseconds. */
  @property({ attribute: false }) startedAt = 0;
  @property({ attribute: false }) empty: readonly string[] = [];
  @property({ attribute: false }) panel!: PanelState;

  /** Length of the list at the time when the timeline stopped following. */
  #seen = 0;

  @state() private isAsking = false;
  /** The initial path in the field for a new column; undefined while the field is not shown. */
  @state() private suggestion: string | undefined = undefined;
  @state() private span: TimeSpan | undefined = undefined;

  @query('duplex-timeline') private readonly timeline!: TimelineList;
  @query('duplex-proxy-bar') private readonly proxyBar!: ProxyBar | null;
  @query('duplex-go-to') private readonly input!: GoToInput | null;

  /** Scrolls to an offset in pixels, regardless of the selection. */
  async restore(offset: number): Promise<void> {
    await this.updateComplete;
    await this.timeline.updateComplete;
    this.timeline.offset = offset;
  }

  /** Number of the first row in view. */
  get firstInView(): number {
    return this.timeline.firstInView;
  }

  override focus(): void {
    this.timeline.focus();
  }

  /** Brings a row into view. */
  async show(seq: number): Promise<void> {
    await this.updateComplete;
    await this.timeline.show(seq);
  }

  /** Opens the field that asks where to go. @param text its initial text */
  async askWhere(text = ''): Promise<void> {
    this.isAsking = true;
    await Promise.all([this.updateComplete, customElements.whenDefined('duplex-go-to')]);
    if (text !== '') this.input?.set(text);
    this.input?.focus();
  }

  protected override render(): TemplateResult {
    const { view, rows, firstRow, startedAt } = this;
    const { session, proxy } = this.panel;
    const column = { mode: view.time, zero: view.zero, startedAt };
    const selected = this.#selectedRows();
    return html`
      ${
        proxy
          ? html`<duplex-proxy-bar
              .calls=${this.calls}
              .proxy=${proxy}
              .selected=${view.selected}
              @duplex-leave=${() => this.focus()}
            ></duplex-proxy-bar>`
          : nothing
      }
      ${
        this.#showsChart
          ? html`<duplex-chart
              .calls=${this.calls}
              .rows=${rows}
              .firstRow=${firstRow}
              .column=${column}
              .span=${this.span}
              @duplex-jump=${(event: CustomEvent<number>) => reportTo(this, this.#jump(event.detail))}
              @duplex-range=${(event: CustomEvent<TimeSpan>) => reportTo(this, this.#selectTimes(event.detail))}
            ></duplex-chart>`
          : nothing
      }
      <duplex-timeline
        .source=${this.source}
        .find=${this.find}
        .rows=${rows}
        .column=${column}
        .selected=${view.selected}
        .anchor=${view.anchor}
        .follow=${view.follow}
        .empty=${this.empty}
        .abilities=${{ canSend: session.state === 'open', held: proxy?.held ?? [] }}
        .paths=${view.columns}
        .pullColumns=${this.#pullColumns}
        @duplex-columns=${(event: CustomEvent<ColumnEdit>) => reportTo(this, this.#editColumns(event.detail))}
        .decodes=${session.decodedAs ? view.decoded : undefined}
        .hasTopics=${session.decodedAs?.topics === true}
        @duplex-messages=${(event: CustomEvent<MessageChoice>) =>
          this.#change(
            event.detail === 'conversation' || event.detail === 'topics'
              ? { conversation: true, topics: event.detail === 'topics', handshake: false }
              : { decoded: event.detail === 'decoded' },
          )}
        @duplex-row=${(event: CustomEvent<RowCommand>) => reportTo(this, this.#onRow(event.detail))}
        @duplex-select=${(event: CustomEvent<SelectionRange>) => emit(this, 'duplex-select', event.detail)}
        @duplex-time=${(event: CustomEvent<TimeChoice>) => reportTo(this, this.#chooseTime(event.detail))}
        @duplex-copy=${() => reportTo(this, this.#copy())}
        @duplex-open=${() => emit(this, 'duplex-open')}
        @duplex-leave=${this.#leave}
        @duplex-follow=${(event: CustomEvent<boolean>) => this.#change({ follow: event.detail })}
        @duplex-scroll=${(event: CustomEvent<number>) => this.#change({ offset: Math.round(event.detail) })}
        @duplex-span=${(event: CustomEvent<TimeSpan | null>) => (this.span = event.detail ?? undefined)}
      ></duplex-timeline>
      ${this.#newRows()}
      ${
        selected === undefined
          ? nothing
          : html`<duplex-range-bar
              .calls=${this.calls}
              .rows=${selected}
              @duplex-compare=${() => reportTo(this, this.calls.compare(selected.from, selected.end - 1))}
              @duplex-copy=${() => reportTo(this, this.#copy())}
              @duplex-save=${() => reportTo(this, this.calls.saveRange(selected.from, selected.end, selected.search))}
            ></duplex-range-bar>`
      }
      ${
        this.isAsking
          ? html`<duplex-go-to
              .context=${{ firstRow, rows, startedAt }}
              @duplex-destination=${(event: CustomEvent<GoTo>) => reportTo(this, this.#go(event.detail))}
              @duplex-close=${(event: CustomEvent<boolean>) => this.#stopAsking(event.detail)}
            ></duplex-go-to>`
          : nothing
      }
      ${
        this.suggestion === undefined
          ? nothing
          : html`<duplex-column-input
              .paths=${view.columns}
              .suggestion=${this.suggestion}
              @duplex-column=${(event: CustomEvent<string>) => this.#addColumn(event.detail)}
              @duplex-close=${(event: CustomEvent<boolean>) => this.#endColumnInput(event.detail)}
            ></duplex-column-input>`
      }
    `;
  }

  protected override firstUpdated(): void {
    loadAfterStart(this, {
      'duplex-go-to': () => import('../timeline/goTo.ts'),
      'duplex-range-bar': () => import('../timeline/rangeBar.ts'),
      'duplex-column-input': () => import('../timeline/columnInput.ts'),
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.panel.proxy) loadPart(this, 'duplex-proxy-bar', () => import('../proxy/proxyBar.ts'));
    if (this.#showsChart) loadPart(this, 'duplex-chart', () => import('../chart/chart.ts'));
    const before = changed.get('view');
    const isOther = changed.has('source') && changed.get('source')?.key !== this.source.key;
    if (this.view.follow || isOther || before?.follow === true) this.#seen = this.source.length;
  }

  get #showsChart(): boolean {
    return this.view.chart && this.rows - this.firstRow >= FEWEST_CHARTED;
  }

  /** Shows the number of rows that were added since the timeline stopped following. */
  #newRows(): TemplateResult | typeof nothing {
    const rows = this.source.length - this.#seen;
    if (this.view.follow || rows <= 0) return nothing;
    return html`<div class="end">
      <button
        type="button"
        class="pill"
        title=${TIMELINE_TEXT.newRowsTitle}
        @click=${() => this.#change({ follow: true })}
      >
        ${icon('arrow-down')}${TIMELINE_TEXT.newRows(count(rows))}
      </button>
    </div>`;
  }

  /** The selected rows, if there are several. */
  #selectedRows(): SelectedRows | undefined {
    const { selected, anchor } = this.view;
    const range = selectionRange(selected, anchor);
    if (range === undefined || range.anchor === range.focus) return undefined;
    return { ...bounds(range), search: this.source.search };
  }

  async #copy(): Promise<void> {
    const range = this.#selectedRows();
    const { selected } = this.view;
    if (range !== undefined) await this.calls.copyRange(range.from, range.end, range.search);
    else if (selected !== undefined) await this.calls.copyPayload(selected);
  }

  async #onRow({ action, row }: RowCommand): Promise<void> {
    const { seq, time, preview } = row;
    const { calls } = this;
    const { selected, anchor } = this.view;
    switch (action) {
      case 'editAndResend':
        return emit(this, 'duplex-edit', await calls.draftOf(seq));
      case 'release':
        return calls.releaseHeld([seq]);
      case 'editHeld':
        return this.proxyBar?.edit(seq);
      case 'drop':
        return calls.dropHeld([seq]);
      case 'resend':
        await calls.resend(seq);
        return emit(this, 'duplex-say', TIMELINE_TEXT.resent(seq));
      case 'copy':
        return calls.copyPayload(seq);
      case 'copyHex':
      case 'copyBase64':
        return calls.copyAs(seq, action === 'copyHex' ? 'hex' : 'base64');
      case 'copyPath':
        return calls.copyText(discriminator(preview)?.path ?? '$');
      case 'compare':
        if (isDivergence(row)) return calls.compareReplayed(seq);
        return calls.compare((selected === seq ? anchor : selected) ?? seq, seq);
      case 'open':
        return calls.openInEditor(seq);
      case 'save':
        return calls.savePayload(seq);
      case 'export':
        return calls.exportRows(seq, this.#selectedRows(), this.source.search);
      case 'filter': {
        const found = discriminator(preview);
        if (found) emit(this, 'duplex-find', `${found.path} == ${found.value}`);
        return;
      }
      case 'operation':
        emit(this, 'duplex-say', TIMELINE_TEXT.operationShown(seq));
        return emit(this, 'duplex-units', { operation: seq });
      case 'addColumn':
        return this.#addColumn(discriminator(preview)?.path ?? '$');
      case 'mark':
        this.#mark(seq, time);
    }
  }

  readonly #pullColumns: PullColumns = (rows, paths) => this.calls.columnValues(rows, paths);

  async #editColumns(edit: ColumnEdit): Promise<void> {
    const { columns, selected } = this.view;
    if (edit !== 'add') {
      const isShown = 'show' in edit;
      const path = isShown ? edit.show : edit.remove;
      this.#change({ columns: [...(isShown ? [path] : []), ...columns.filter((each) => each !== path)] });
      emit(this, 'duplex-say', TIMELINE_TEXT[isShown ? 'columnShown' : 'columnRemoved'](path));
      return this.focus();
    }
    const [row] = selected === undefined ? [] : await this.calls.rows(selected, 1);
    const found = row && discriminator(row.preview)?.path;
    this.suggestion = found === undefined || columns.includes(found) ? '$.' : found;
  }

  #addColumn(path: string): void {
    this.#endColumnInput(true);
    this.#change({ columns: [...this.view.columns, path] });
    emit(this, 'duplex-say', TIMELINE_TEXT.columnAdded(path));
  }

  #endColumnInput(refocus: boolean): void {
    if (this.suggestion === undefined) return;
    this.suggestion = undefined;
    if (refocus) this.focus();
  }

  /** Counts times from a row on. */
  #mark(seq: number, time: number): void {
    this.#change({ time: 'mark', zero: { seq, time } });
    emit(this, 'duplex-say', PAGE_TEXT.marked(seq));
  }

  /** Changes what the time column shows, or counts from the selected row. */
  async #chooseTime(choice: TimeChoice): Promise<void> {
    if (choice !== 'zero') return this.#change({ time: choice });
    const { selected } = this.view;
    if (selected === undefined) return;
    const [row] = await this.calls.rows(selected, 1);
    if (row === undefined) return;
    this.#mark(row.seq, row.time);
  }

  async #go(target: GoTo): Promise<void> {
    this.#stopAsking(true);
    const seq = 'seq' in target ? target.seq : await this.calls.rowAtTime(target.time);
    const nearest = await this.timeline.nearest(seq);
    if (nearest !== undefined) emit(this, 'duplex-go', nearest);
  }

  /** Scrolls to a time without selecting a row. */
  async #jump(time: number): Promise<void> {
    this.#change({ follow: false });
    await this.show(await this.calls.rowAtTime(time));
  }

  /** Selects the rows within a span of time, if there are any. */
  async #selectTimes({ from, to }: TimeSpan): Promise<void> {
    const [first, end] = await Promise.all([this.calls.rowAtTime(from), this.calls.rowAtTime(to + 1)]);
    const anchor = Math.max(first, this.firstRow);
    if (end <= anchor) return;
    this.#change({ follow: false });
    emit(this, 'duplex-select', { anchor, focus: end - 1 });
    await this.show(anchor);
  }

  /** @param refocus whether to focus the timeline */
  #stopAsking(refocus: boolean): void {
    if (!this.isAsking) return;
    this.isAsking = false;
    if (refocus) this.focus();
  }

  /** Escape first reduces the selection to one row; after that the page decides. */
  readonly #leave = (): void => {
    if (this.#selectedRows() !== undefined) this.#change({ anchor: undefined });
    else emit(this, 'duplex-leave');
  };

  #change(change: Partial<ViewState>): void {
    emit(this, 'duplex-change', change);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-timeline-pane': TimelinePane;
  }
  interface HTMLElementEventMap {
    'duplex-change': CustomEvent<Partial<ViewState>>;
    /** Select this row and show it. */
    'duplex-go': CustomEvent<number>;
    /** A sentence for screen readers. */
    'duplex-say': CustomEvent<string>;
    /** Put this draft into the composer. */
    'duplex-edit': CustomEvent<Draft>;
    /** Show only the messages that meet this condition. */
    'duplex-find': CustomEvent<string>;
  }
}
