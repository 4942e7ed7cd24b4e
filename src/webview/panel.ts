import './composer/composer.ts';
import './header/sessionHeader.ts';
import './inspector/inspector.ts';
import './parts/splitter.ts';
import './search/toolbar.ts';
import './timeline/timeline.ts';
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { View } from '../shared/formatProtocol.ts';
import { toDuplexError } from '../shared/errors.ts';
import type { ComposerMode, PanelStart, PanelState } from '../shared/panelProtocol.ts';
import type { SessionState } from '../shared/session.ts';
import type { Row } from '../shared/timeline.ts';
import { createAnnouncer } from './announcer.ts';
import type { Composer } from './composer/composer.ts';
import { connectHost } from './host.ts';
import { icon } from './icons.ts';
import { panelKey } from './keys.ts';
import type { Inspector } from './inspector/inspector.ts';
import { panelStyles } from './panelStyles.ts';
import { createPageSearch } from './search/pageSearch.ts';
import type { SearchOptions } from './search/searchOptions.ts';
import type { Toolbar } from './search/toolbar.ts';
import { baseStyles } from './styles.ts';
import { count } from './text/figures.ts';
import { STATES, TEXT } from './texts.ts';
import { allRows } from './timeline/rowSource.ts';
import type { Timeline } from './timeline/timeline.ts';
import { restoreViewState } from './viewState.ts';
import type { ViewState } from './viewState.ts';

/** From this width on the inspector stands beside the timeline, otherwise below it. */
const WIDE = 900;

/** How far back the failure's row is looked for; it is among the last, as nothing travels after it. */
const DETAILS_WITHIN = 50;

/** Milliseconds until a change of the view is kept: scrolling changes it with every frame. */
const KEEP_AFTER = 100;

/** The page of one session: joins its parts and the host, and remembers the view. */
@customElement('duplex-panel')
export class Panel extends LitElement {
  static override styles = [baseStyles, panelStyles];

  @state() private panel: PanelState | undefined = undefined;
  @state() private view: ViewState = restoreViewState(undefined, '');
  @state() private isWide = true;
  @state() private lastActivity: number | undefined = undefined;
  /** A call failed that the user asked for: why. */
  @state() private notice: string | undefined = undefined;
  @state() private announcement = '';

  @query('duplex-toolbar') private readonly toolbar!: Toolbar | null;
  @query('duplex-timeline') private readonly timeline!: Timeline;
  @query('duplex-inspector') private readonly inspector!: Inspector | null;
  @query('duplex-composer') private readonly composer!: Composer;

  readonly #host = connectHost(
    {
      update: (panel) => this.#update(panel),
      searched: (states) => this.#search.onSearched(states),
      formatProgress: (document, done, total) => this.inspector?.onProgress(document, done, total),
    },
    (error) => this.#fail(error),
  );

  readonly #announce = createAnnouncer((sentence) => (this.announcement = sentence));

  readonly #observer = new ResizeObserver(() => (this.isWide = this.clientWidth >= WIDE));

  readonly #search = createPageSearch({
    calls: this.#host.calls,
    announce: this.#announce,
    selected: () => this.view.selected,
    firstInView: () => this.timeline.firstInView,
    go: (seq) => this.#go(seq),
    onChange: () => this.requestUpdate(),
    onError: (error) => this.#fail(error),
  });

  /** What is searched for. */
  #pattern = '';

  readonly #pull = (from: number, count: number): Promise<Row[]> => this.#host.calls.rows(from, count);

  #keeping: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
    window.addEventListener('keydown', this.#onKey);
    this.#host.calls.ready().then(
      (start) => this.#start(start),
      (error: unknown) => this.#fail(error),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
    window.removeEventListener('keydown', this.#onKey);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('view') || changed.has('isWide')) {
      const share = this.isWide ? this.view.beside : this.view.below;
      this.style.setProperty('--inspector', `${share}%`);
    }
  }

  protected override render(): TemplateResult {
    const { panel } = this;
    return html`
      ${panel ? this.#page(panel) : nothing}
      ${this.notice === undefined ? nothing : this.#notice(this.notice)}
      <div class="announcement" role="status" aria-live="polite">${this.announcement}</div>
    `;
  }

  #page({ session, rows, remoteName }: PanelState): TemplateResult {
    const { view } = this;
    const { calls } = this.#host;
    const source = this.#search.rows(allRows(rows, session.firstRow, this.#pull));
    return html`
      <duplex-header
        .session=${session}
        .remoteName=${remoteName}
        .lastActivity=${this.lastActivity}
        @duplex-connect=${() => this.#connect()}
        @duplex-disconnect=${() => this.#report(calls.disconnect())}
        @duplex-details=${() => this.#report(this.#showFailure())}
      ></duplex-header>
      <duplex-toolbar
        .options=${view.search}
        .status=${this.#search.status}
        .follow=${view.follow}
        .rows=${rowsText(source.length, Math.max(0, rows - session.firstRow))}
        @duplex-options=${(event: CustomEvent<SearchOptions>) => {
          this.#change({ search: event.detail });
          this.#startSearch();
        }}
        @duplex-pattern=${(event: CustomEvent<string>) => {
          this.#pattern = event.detail;
          this.#startSearch();
        }}
        @duplex-step=${(event: CustomEvent<1 | -1>) => this.#search.step(event.detail)}
        @duplex-cancel=${() => this.#search.cancel()}
        @duplex-follow=${this.#onFollow}
        @duplex-leave=${() => this.timeline.focus()}
      ></duplex-toolbar>
      <main class=${this.isWide ? 'wide' : 'narrow'}>
        <duplex-timeline
          .source=${source}
          .find=${this.#search.marks}
          .rows=${rows}
          .startedAt=${session.startedAt}
          .selected=${view.selected}
          .follow=${view.follow}
          .empty=${this.#search.empty ?? emptyText(session.state)}
          @duplex-select=${(event: CustomEvent<number>) => this.#change({ selected: event.detail, inspecting: true })}
          @duplex-open=${this.#openInspector}
          @duplex-leave=${this.#leaveTimeline}
          @duplex-follow=${this.#onFollow}
          @duplex-scroll=${(event: CustomEvent<number>) => this.#change({ offset: Math.round(event.detail) })}
          @duplex-fail=${this.#onFail}
        ></duplex-timeline>
        ${view.inspecting && view.selected !== undefined ? this.#inspectorPart(view, view.selected) : nothing}
      </main>
      <duplex-composer
        .host=${this.#host}
        .isOpen=${session.state === 'open'}
        .mode=${view.mode}
        @duplex-mode=${(event: CustomEvent<ComposerMode>) => this.#change({ mode: event.detail })}
      ></duplex-composer>
    `;
  }

  #inspectorPart(view: ViewState, selected: number): TemplateResult {
    return html`
      <duplex-splitter
        .orientation=${this.isWide ? 'vertical' : 'horizontal'}
        .label=${TEXT.resizeInspector}
        .share=${this.isWide ? view.beside : view.below}
        @duplex-resize=${(event: CustomEvent<number>) =>
          this.#change(this.isWide ? { beside: event.detail } : { below: event.detail })}
      ></duplex-splitter>
      <duplex-inspector
        aria-label=${TEXT.inspector}
        role="region"
        .host=${this.#host}
        .seq=${selected}
        .startedAt=${this.panel!.session.startedAt}
        .textView=${view.textView}
        .binaryView=${view.binaryView}
        @duplex-view=${(event: CustomEvent<{ binary: boolean; view: View }>) =>
          this.#change(
            event.detail.binary ? { binaryView: event.detail.view } : { textView: event.detail.view },
          )}
        @duplex-leave=${() => this.timeline.focus()}
        @duplex-close=${this.#closeInspector}
        @duplex-fail=${this.#onFail}
      ></duplex-inspector>
    `;
  }

  #notice(text: string): TemplateResult {
    return html`<div class="notice" role="alert">
      ${icon('error')}<span>${text}</span>
      <vscode-button secondary @click=${() => (this.notice = undefined)}>${TEXT.dismiss}</vscode-button>
    </div>`;
  }

  #start({ draft, ...panel }: PanelStart): void {
    this.view = restoreViewState(this.#host.kept, panel.session.id);
    this.#host.keep(this.view);
    this.panel = panel;
    this.#startSearch();
    void this.updateComplete.then(() => {
      if (draft) this.composer.restore(draft);
      if (!this.view.follow) this.timeline.offset = this.view.offset;
    });
    if (panel.rows > 0) this.#report(this.#readLastActivity(panel));
  }

  async #readLastActivity({ rows, session }: PanelState): Promise<void> {
    const [row] = await this.#host.calls.rows(rows - 1, 1);
    if (row) this.lastActivity = session.startedAt + row.time / 1000;
  }

  #update(panel: PanelState): void {
    const before = this.panel;
    this.panel = panel;
    if (!before) return;
    if (before.session.firstRow !== panel.session.firstRow) this.#startSearch();
    const { selected } = this.view;
    if (selected !== undefined && selected < panel.session.firstRow) {
      this.#change({ selected: undefined, inspecting: false });
    }
    if (before.session.state !== panel.session.state) {
      this.#announce(STATES[panel.session.state]);
    } else if (before.rows !== panel.rows && this.view.follow) {
      this.#announce(TEXT.rows(count(panel.rows)));
    }
  }

  #change(change: Partial<ViewState>): void {
    const { selected } = this.view;
    this.view = { ...this.view, ...change };
    if (this.view.selected !== selected) this.#search.onSelected();
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => this.#host.keep(this.view), KEEP_AFTER);
  }

  #startSearch(): void {
    this.#search.set(this.view.search, this.#pattern, this.panel!.session.firstRow);
  }

  #go(seq: number): void {
    this.#change({ selected: seq, inspecting: true, follow: false });
    this.#report(this.updateComplete.then(() => this.timeline.show(seq)));
  }

  readonly #onFollow = (event: CustomEvent<boolean>): void => this.#change({ follow: event.detail });

  readonly #onKey = (event: KeyboardEvent): void => {
    const key = panelKey(event);
    if (key === undefined || !this.toolbar) return;
    event.preventDefault();
    if (key === 'find') this.toolbar.focus();
    else this.toolbar.step(key === 'next' ? 1 : -1);
  };

  readonly #openInspector = (): void => {
    if (this.view.selected === undefined) return;
    this.#change({ inspecting: true });
    void this.updateComplete.then(() => this.inspector?.focus());
  };

  readonly #closeInspector = (): void => {
    this.#change({ inspecting: false });
    this.timeline.focus();
  };

  readonly #leaveTimeline = (): void => {
    this.#change(this.view.inspecting ? { inspecting: false } : { selected: undefined });
  };

  #connect(): void {
    this.#host.calls.connect().catch((error: unknown) => {
      // A session that failed says so itself, in its banner and its timeline.
      const { code, message } = toDuplexError(error);
      if (code !== 'call.cancelled' && this.panel?.session.error?.code !== code) this.notice = message;
    });
  }

  /** Opens the row of the failure, with status, headers and body of a refused handshake. */
  async #showFailure(): Promise<void> {
    const from = Math.max(0, this.panel!.rows - DETAILS_WITHIN);
    const rows = await this.#host.calls.rows(from, DETAILS_WITHIN);
    const failure = rows.reverse().find(({ kind }) => kind === 'error');
    if (!failure) return;
    this.#change({ selected: failure.seq, inspecting: true, follow: false });
  }

  #report(call: Promise<void>): void {
    call.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    const { code, message } = toDuplexError(error);
    // The panel is being closed, or the user said so.
    if (code !== 'call.disposed' && code !== 'call.cancelled') this.notice = message;
  }

  readonly #onFail = (event: CustomEvent<unknown>): void => this.#fail(event.detail);
}

function rowsText(shown: number, all: number): string {
  return shown === all ? TEXT.rows(count(all)) : TEXT.rowsOf(count(shown), count(all));
}

function emptyText(state: SessionState): readonly string[] {
  switch (state) {
    case 'idle':
      return TEXT.emptyIdle;
    case 'connecting':
    case 'waiting':
      return TEXT.emptyConnecting;
    case 'closed':
    case 'failed':
      return TEXT.emptyClosed;
    case 'open':
    case 'closing':
      return [];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-panel': Panel;
  }
}
