import '../composer/composer.ts';
import './connectionPart.ts';
import './sidePart.ts';
import '../parts/notice.ts';
import '../parts/splitView.ts';
import '../search/toolbar.ts';
import './timelinePane.ts';
import { html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { toDuplexError } from '../../shared/errors.ts';
import { END_WITHIN } from '../../shared/limits.ts';
import type {
  ComposerMode,
  Draft,
  PanelCommand,
  PanelStart,
  PanelState,
} from '../../shared/panelProtocol.ts';
import type { Row } from '../../shared/timeline.ts';
import { createAnnouncer, emptyText, liveRegionText, rowsText } from './liveRegion.ts';
import type { Composer } from '../composer/composer.ts';
import type { ConnectionPart } from './connectionPart.ts';
import { COMPOSER_TEXT } from '../composer/composerTexts.ts';
import { connectHost } from '../base/host.ts';
import type { ReadingSearch } from '../editor/readingEditor.ts';
import { panelKey } from '../base/keys.ts';
import { hasSide } from './sidePart.ts';
import type { SidePart } from './sidePart.ts';
import { panelStyles } from './panelStyles.ts';
import type { Resized } from '../parts/splitView.ts';
import { createPageSearch } from '../search/pageSearch.ts';
import type { SearchOptions } from '../search/searchOptions.ts';
import type { Toolbar } from '../search/toolbar.ts';
import { baseStyles } from '../base/styles.ts';
import { WidthController } from '../base/width.ts';
import { PAGE_TEXT } from './pageTexts.ts';
import { allRows } from '../rows/rowSource.ts';
import type { SelectionRange } from '../timeline/rowSelection.ts';
import type { TimelinePane } from './timelinePane.ts';
import { createViewKeeper, restoreViewState, type KeptState, type ViewState } from './viewState.ts';

/** The element that shows an opened message. */
const READING_VIEW = 'duplex-reading';

/** The page of one session: connects its parts and the host, and remembers the view. */
@customElement('duplex-panel')
export class Panel extends LitElement {
  static override styles = [baseStyles, panelStyles];

  @state() private panel: PanelState | undefined = undefined;
  @state() private view: ViewState = restoreViewState(undefined, '');
  /** The failure of a call that the user requested. */
  @state() private notice: string | undefined = undefined;
  @state() private announcement = '';

  @query('duplex-connection') private readonly connection!: ConnectionPart | null;
  @query('duplex-toolbar') private readonly toolbar!: Toolbar | null;
  @query('duplex-timeline-pane') private readonly timeline!: TimelinePane;
  @query('duplex-side') private readonly side!: SidePart | null;
  @query('duplex-composer') private readonly composer!: Composer;

  readonly #host = connectHost(
    {
      update: (panel) => this.#update(panel),
      searched: (states) => this.#search.onSearched(states),
      goTo: (text) => void this.timeline.askWhere(text),
      showRow: (seq) => this.#go(seq),
      editConnection: () => this.connection?.edit(),
      formatProgress: (document, done, total) => this.side?.onProgress(document, done, total),
    },
    (error) => this.#fail(error),
  );

  readonly #announce = createAnnouncer((sentence) => (this.announcement = sentence));

  readonly #keep = createViewKeeper(this.#host, () => this.panel!.session.url);

  readonly #search = createPageSearch({
    calls: this.#host.calls,
    announce: this.#announce,
    selected: () => this.view.selected,
    firstInView: () => this.timeline.firstInView,
    go: (seq) => this.#go(seq),
    onChange: () => this.requestUpdate(),
    onError: (error) => this.#fail(error),
  });

  /** The user requested the current connection; the composer gets the focus once it is open. */
  #asked = false;

  readonly #room = new WidthController(this);

  /** The text that the inspector marks in the message. */
  #readingSearch: ReadingSearch | undefined;

  /** The search text. */
  #pattern = '';

  readonly #pull = (from: number, count: number): Promise<Row[]> => this.#host.calls.rows(from, count);

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#onKey);
    this.addEventListener('duplex-fail', this.#onFail);
    this.#host.calls.ready().then(
      (start) => this.#start(start),
      (error: unknown) => this.#fail(error),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#onKey);
  }

  protected override render(): TemplateResult {
    const { panel } = this;
    return html`
      ${panel ? this.#page(panel) : nothing}
      ${
        this.notice === undefined
          ? nothing
          : html`<duplex-notice
              .text=${this.notice}
              @duplex-dismiss=${() => (this.notice = undefined)}
            ></duplex-notice>`
      }
      <div class="announcement" role="status" aria-live="polite">${this.announcement}</div>
    `;
  }

  #page(panel: PanelState): TemplateResult {
    const { session, rows } = panel;
    const { view } = this;
    const source = this.#search.rows(allRows(rows, session.firstRow, this.#pull, session.decodedAs?.id));
    return html`
      <duplex-connection
        .host=${this.#host}
        .panel=${panel}
        .showsHandshake=${view.handshake}
        @duplex-handshake=${() => this.#toggleHandshake()}
        @duplex-connect=${() => (this.#asked = true)}
        @duplex-details=${() => this.#report(this.#showFailure())}
      ></duplex-connection>
      <duplex-toolbar
        .options=${view.search}
        .status=${this.#search.status}
        .follow=${view.follow}
        .rows=${rowsText(source.length, Math.max(0, rows - session.firstRow), this.#search.folded)}
        .calls=${this.#host.calls}
        .knowsProtocol=${session.decodedAs !== undefined}
        .chart=${view.chart}
        @duplex-chart=${() => this.#change({ chart: !view.chart })}
        @duplex-go-to=${() => void this.timeline.askWhere()}
        @duplex-options=${(event: CustomEvent<SearchOptions>) => this.#setSearch(event.detail)}
        @duplex-pattern=${(event: CustomEvent<string>) => {
          this.#pattern = event.detail;
          this.#startSearch();
        }}
        @duplex-step=${(event: CustomEvent<1 | -1>) => this.#search.step(event.detail)}
        @duplex-cancel=${() => this.#search.cancel()}
        @duplex-follow=${(event: CustomEvent<boolean>) => this.#change({ follow: event.detail })}
        @duplex-leave=${() => this.timeline.focus()}
      ></duplex-toolbar>
      <duplex-split-view
        role="main"
        .open=${hasSide(view)}
        .label=${PAGE_TEXT.resizeInspector}
        .beside=${view.beside}
        .below=${view.below}
        @duplex-resize=${({ detail: { isWide, share } }: CustomEvent<Resized>) =>
          this.#change(isWide ? { beside: share } : { below: share })}
      >
        <duplex-timeline-pane
          slot="main"
          .calls=${this.#host.calls}
          .view=${view}
          .source=${source}
          .find=${this.#search.marks}
          .rows=${rows}
          .firstRow=${session.firstRow}
          .startedAt=${session.startedAt}
          .empty=${this.#search.empty ?? emptyText(session.state)}
          .panel=${panel}
          @duplex-select=${(event: CustomEvent<SelectionRange>) => this.#select(event.detail)}
          @duplex-change=${(event: CustomEvent<Partial<ViewState>>) => this.#change(event.detail)}
          @duplex-go=${(event: CustomEvent<number>) => this.#go(event.detail)}
          @duplex-edit=${(event: CustomEvent<Draft>) => this.#edit(event.detail)}
          @duplex-find=${(event: CustomEvent<string>) => this.toolbar?.find(event.detail)}
          @duplex-units=${(event: CustomEvent<Partial<SearchOptions>>) => this.#setSearch(event.detail)}
          @duplex-open=${this.#openInspector}
          @duplex-leave=${this.#leaveTimeline}
          @duplex-say=${(event: CustomEvent<string>) => this.#announce(event.detail)}
        ></duplex-timeline-pane>
        ${
          hasSide(view)
            ? html`<duplex-side
                slot="side"
                .host=${this.#host}
                .session=${session}
                .view=${view}
                .find=${this.#readingSearch}
                @duplex-change=${(event: CustomEvent<Partial<ViewState>>) => this.#change(event.detail)}
                @duplex-go=${(event: CustomEvent<number>) => this.#go(event.detail)}
                @duplex-units=${(event: CustomEvent<Partial<SearchOptions>>) => this.#setSearch(event.detail)}
                @duplex-say=${(event: CustomEvent<string>) => this.#announce(event.detail)}
                @duplex-leave=${() => this.timeline.focus()}
              ></duplex-side>`
            : nothing
        }
      </duplex-split-view>
      ${
        this.#hidesComposer
          ? nothing
          : html`<duplex-splitter
              orientation="horizontal"
              .label=${COMPOSER_TEXT.resize}
              .share=${view.composerShare}
              @duplex-share=${(event: CustomEvent<number>) => this.#change({ composerShare: event.detail })}
            ></duplex-splitter>`
      }
      <duplex-composer
        .share=${view.composerShare}
        .host=${this.#host}
        .isOpen=${session.state === 'open'}
        .mode=${view.mode}
        .protocol=${session.decodedAs?.id}
        .repeat=${panel.repeat}
        .isCollapsed=${this.#hidesComposer}
        @duplex-mode=${(event: CustomEvent<ComposerMode>) => this.#change({ mode: event.detail })}
        @duplex-collapse=${(event: CustomEvent<boolean>) => this.#showComposer(!event.detail)}
        @duplex-run=${(event: CustomEvent<PanelCommand>) => this.#report(this.#host.calls.run(event.detail))}
      ></duplex-composer>
    `;
  }

  #start({ draft, columns, ...panel }: PanelStart): void {
    // The user has just opened this session, so they want to type next.
    const isNew = this.#host.kept === undefined && ['connecting', 'open'].includes(panel.session.state);
    this.#asked = isNew;
    this.view = restoreViewState(this.#host.kept, panel.session.id, columns);
    this.#host.keep({ ...this.view, url: panel.session.url } satisfies KeptState);
    this.panel = panel;
    this.#startSearch();
    void this.updateComplete.then(() => {
      if (draft) this.composer.set(draft);
      if (isNew) this.#focusComposer();
      if (!this.view.follow) void this.timeline.restore(this.view.offset);
    });
  }

  #update(panel: PanelState): void {
    const before = this.panel;
    this.panel = panel;
    if (!before) return;
    if (before.session.url !== panel.session.url) this.#keep(this.view);
    const isOther = before.session.decodedAs?.id !== panel.session.decodedAs?.id;
    if (isOther || before.session.firstRow !== panel.session.firstRow) this.#startSearch();
    const { selected } = this.view;
    if (selected !== undefined && selected < panel.session.firstRow) {
      this.#change({ selected: undefined, anchor: undefined, inspecting: false });
    }
    const { state } = panel.session;
    const isNew = before.session.state !== state;
    if (isNew && state === 'open' && this.#asked) this.#focusComposer();
    if (isNew && (state === 'open' || state === 'failed')) this.#asked = false;
    const sentence = liveRegionText(before, panel, this.view.follow, Date.now());
    if (sentence !== undefined) this.#announce(sentence);
  }

  #change(change: Partial<ViewState>): void {
    const { selected } = this.view;
    this.view = { ...this.view, ...change };
    if (this.view.selected !== selected) this.#search.onSelected();
    this.#keep(this.view);
  }

  /** A narrow panel gives its height to the rows until the user opens the composer. */
  get #hidesComposer(): boolean {
    return this.view.composerHidden ?? this.#room.width === 'narrow';
  }

  #showComposer(isShown: boolean): void {
    this.#change({ composerHidden: !isShown });
    if (isShown) void this.updateComplete.then(() => this.composer.focus());
  }

  #edit(draft: Draft): void {
    this.#change({ composerHidden: false, mode: draft.mode });
    void this.updateComplete.then(() => {
      this.composer.set(draft);
      this.composer.focus();
    });
  }

  /** Unless the user is typing or reading elsewhere in the page. */
  #focusComposer(): void {
    const focused = this.shadowRoot?.activeElement?.localName ?? 'duplex-connection';
    const isFree = ['duplex-connection', 'duplex-composer'].includes(focused);
    if (isFree && !this.#hidesComposer) this.composer.focus();
  }

  #setSearch(change: Partial<SearchOptions>): void {
    this.#change({ search: { ...this.view.search, ...change } });
    this.#startSearch();
  }

  #startSearch(): void {
    const { mode, caseSensitive } = this.view.search;
    // Paths and conditions do not match a position in the text.
    const isText = this.#pattern !== '' && (mode === 'plain' || mode === 'regex');
    this.#readingSearch = isText
      ? { pattern: this.#pattern, isRegex: mode === 'regex', caseSensitive }
      : undefined;
    const { firstRow, decodedAs } = this.panel!.session;
    this.#search.set(this.view.search, this.#pattern, firstRow, decodedAs?.id);
  }

  #go(seq: number): void {
    this.#change({
      selected: seq,
      anchor: undefined,
      inspecting: true,
      handshake: false,
      conversation: false,
      follow: false,
    });
    this.#report(this.updateComplete.then(() => this.timeline.show(seq)));
  }

  /** A single row opens the inspector. A range does not open it; an open inspector shows the focused row. */
  #select({ anchor, focus }: SelectionRange): void {
    if (anchor !== focus) return this.#change({ selected: focus, anchor });
    this.#change({
      selected: focus,
      anchor: undefined,
      inspecting: true,
      handshake: false,
      conversation: false,
    });
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const key = panelKey(event);
    // VS Code prevents the browser's search. An opened message has a search of its own.
    const isHandled = event
      .composedPath()
      .some((node) => node instanceof Element && node.localName === READING_VIEW);
    if (key === undefined || isHandled || !this.toolbar) return;
    event.preventDefault();
    if (key === 'find') this.toolbar.focus();
    else this.toolbar.step(key === 'next' ? 1 : -1);
  };

  readonly #openInspector = (): void => {
    if (this.view.selected === undefined) return;
    this.#change({ inspecting: true, handshake: false, conversation: false });
    void this.updateComplete.then(() => this.side?.focus());
  };

  #toggleHandshake(): void {
    const handshake = !this.view.handshake;
    this.#change({ handshake });
    if (handshake) void this.updateComplete.then(() => this.side?.focus());
  }

  readonly #leaveTimeline = (): void => {
    this.#change(this.view.inspecting ? { inspecting: false } : { selected: undefined, anchor: undefined });
  };

  /** Opens the row of the failure or the end. */
  async #showFailure(): Promise<void> {
    const from = Math.max(0, this.panel!.rows - END_WITHIN);
    const rows = await this.#host.calls.rows(from, END_WITHIN);
    const wanted = this.panel!.session.error ? 'error' : 'close';
    const failure = rows.reverse().find(({ kind }) => kind === wanted);
    if (failure) this.#go(failure.seq);
  }

  #report(call: Promise<void>): void {
    call.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    const { code, message } = toDuplexError(error);
    // The panel is being closed, or the user cancelled.
    if (code !== 'call.disposed' && code !== 'call.cancelled') this.notice = message;
  }

  readonly #onFail = (event: CustomEvent<unknown>): void => this.#fail(event.detail);
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-panel': Panel;
  }
}
