import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import './documentView.ts';
import '../parts/segments.ts';
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { byteCount } from '../../shared/byteCount.ts';
import type { Row } from '../../shared/timeline.ts';
import type { ByteRange } from '../../shared/units.ts';
import { emit, reportTo } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import { loadPart } from '../base/lazyParts.ts';
import { coalesce } from '../base/queue.ts';
import '../parts/menu.ts';
import './readingView.ts';
import type { ReadingView } from './readingView.ts';
import type { ReadingSearch } from '../editor/readingEditor.ts';
import { isMac } from '../base/host.ts';
import type { MenuItem } from '../parts/menu.ts';
import type { SegmentedControl } from '../parts/segments.ts';
import { baseStyles, sideStyles, toolStyles } from '../base/styles.ts';
import { toolButton } from '../parts/toolButton.ts';
import { WidthController } from '../base/width.ts';
import { clockTime, count } from '../text/figures.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';
import { INSPECTOR_TAB_NAMES, INSPECTOR_TEXT } from './inspectorTexts.ts';
import { rowTitle } from '../rows/rowCells.ts';
import { INSPECTOR_TABS, isBinaryKind, hasFrames } from './inspectorTabs.ts';
import type { InspectorTab } from './inspectorTabs.ts';
import { createDocumentLoader } from './documentLoader.ts';
import type { DocumentLoader } from './documentLoader.ts';
import { inspectorStyles } from './inspectorStyles.ts';

/** Milliseconds before the progress is shown. Most views take less, and the progress would flicker. */
const PATIENCE = 150;

const FIND_KEYS = isMac ? '⌘F' : 'Ctrl+F';

/** Milliseconds that the copy button shows a check mark. */
const COPIED = 1_500;

const TABS = INSPECTOR_TABS.map((tab) => ({ value: tab, text: INSPECTOR_TAB_NAMES[tab] }));

/** The chosen view for binary, or for text messages. */
export interface ChosenView {
  readonly binary: boolean;
  readonly view: InspectorTab;
}

/**
 * One whole message. Events: `duplex-view`, `duplex-leave`, `duplex-close`, `duplex-fail`.
 */
@customElement('duplex-inspector')
export class Inspector extends LitElement {
  static override styles = [baseStyles, toolStyles, sideStyles, inspectorStyles];

  @property({ attribute: false }) host!: Host;
  /** The row's number. */
  @property({ attribute: false }) seq = 0;
  @property({ attribute: false }) startedAt = 0;
  /** Whether the session records the frames of new messages. */
  @property({ attribute: false }) framesKept = false;
  /** Whether a protocol is known and messages are decoded. */
  @property({ attribute: false }) decodes = false;
  /** Whether long lines are wrapped. */
  @property({ attribute: false }) wraps = true;
  /** The page's search. */
  @property({ attribute: false }) find: ReadingSearch | undefined = undefined;
  @property({ attribute: false }) textView: InspectorTab = 'pretty';
  @property({ attribute: false }) binaryView: InspectorTab = 'hex';

  @state() private row: Row | undefined = undefined;
  /** The bytes that are marked in every view of the row. */
  @state() private range: ByteRange | undefined = undefined;
  @state() private isSlow = false;
  @state() private isCopied = false;

  @query('duplex-segments') private readonly tabs!: SegmentedControl;
  @query('duplex-reading') private readonly reading!: ReadingView | null;

  readonly #room = new WidthController(this);
  #loader: DocumentLoader | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  /** Coalesced: while a key is held down in the timeline, only the current row is requested. */
  readonly #open = coalesce(
    async () => {
      const { seq } = this;
      const [row] = await this.host.calls.rows(seq, 1);
      if (seq !== this.seq || row === undefined) return;
      this.row = row;
      this.#show();
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  get #view(): InspectorTab {
    const view = this.row && isBinaryKind(this.row.kind) ? this.binaryView : this.textView;
    if (view === 'decoded' && !this.#isDecodable) return 'pretty';
    return view === 'frames' && this.row && !hasFrames(this.row.kind) ? 'pretty' : view;
  }

  get #isDecodable(): boolean {
    return this.decodes && (this.row?.kind === 'text' || this.row?.kind === 'binary');
  }

  onProgress(document: string, done: number, total: number): void {
    this.#loader?.onProgress(document, done, total);
  }

  override focus(): void {
    void this.updateComplete.then(() => this.tabs.focus());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#patience);
    this.#loader?.close();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#loader ??= createDocumentLoader(this.host.calls, () => this.requestUpdate());
    if (changed.has('seq')) this.range = undefined;
    if (changed.has('seq')) this.#open();
    else if (changed.has('textView') || changed.has('binaryView')) this.#show();
  }

  protected override render(): TemplateResult {
    const { current, loading, failure } = this.#loader!;
    const isWaiting = loading !== undefined && this.isSlow;
    return html`
      <div class="bar" @keydown=${this.#onKey}>
        <duplex-segments
          .narrow=${this.#room.width === 'narrow'}
          .label=${INSPECTOR_TEXT.views}
          .items=${TABS.filter(({ value }) => this.#offers(value))}
          .value=${this.#view}
          @duplex-choose=${this.#onChoose}
        ></duplex-segments>
        <div class="actions">${this.#actions()}</div>
      </div>
      <div class="facts">${this.row ? this.#facts(this.row) : nothing}</div>
      ${isWaiting ? this.#progress(loading.done, loading.total) : nothing}
      ${
        current?.format.remark !== undefined && !isWaiting
          ? html`<div class="remark">${icon('info')}<span>${current.format.remark}</span></div>`
          : nothing
      }
      ${failure === undefined ? nothing : this.#failure(failure)}
      <div
        class="body ${isWaiting ? 'waiting' : ''}"
        role="tabpanel"
        aria-label=${INSPECTOR_TAB_NAMES[this.#view]}
        @keydown=${this.#onKey}
      >
        ${this.#image()} ${this.#body()}
      </div>
    `;
  }

  #offers(tab: InspectorTab): boolean {
    if (tab === 'decoded') return this.#isDecodable;
    return tab !== 'frames' || (this.row !== undefined && hasFrames(this.row.kind));
  }

  /** The picture of the message, above its text. */
  #image(): TemplateResult | typeof nothing {
    const { current } = this.#loader!;
    if (!current?.format.image || this.#view !== 'pretty') return nothing;
    loadPart(this, 'duplex-image', () => import('./imageView.ts'));
    return html`<duplex-image
      .host=${this.host}
      .document=${current.name}
      .facts=${current.format.image}
    ></duplex-image>`;
  }

  #body(): TemplateResult {
    if (this.#view === 'decoded' && this.row) {
      loadPart(this, 'duplex-decoded', () => import('./decodedView.ts'));
      return html`<duplex-decoded
        .host=${this.host}
        .seq=${this.row.seq}
        .range=${this.range}
        @duplex-bytes=${this.#onBytes}
      ></duplex-decoded>`;
    }
    if (this.#view === 'frames' && this.row) {
      loadPart(this, 'duplex-frames', () => import('./framesView.ts'));
      return html`<duplex-frames
        .host=${this.host}
        .seq=${this.row.seq}
        .startedAt=${this.startedAt}
        .framesKept=${this.framesKept}
      ></duplex-frames>`;
    }
    if (this.row?.stored === 0) return html`<div class="empty dim">${INSPECTOR_TEXT.emptyMessage}</div>`;
    const { current } = this.#loader!;
    if (current?.text !== undefined)
      return html`<duplex-reading
        .document=${current}
        .wraps=${this.wraps}
        .find=${this.find}
        .rawText=${this.#rawText}
        .range=${this.range}
        @duplex-bytes=${this.#onBytes}
      ></duplex-reading>`;
    if (current?.format.language === 'hex') {
      loadPart(this, 'duplex-hex', () => import('./hexView.ts'));
      return html`<duplex-hex
        .host=${this.host}
        .document=${current}
        .range=${this.range}
        @duplex-bytes=${this.#onBytes}
      ></duplex-hex>`;
    }
    return html`<duplex-document .document=${current}></duplex-document>`;
  }

  #facts(row: Row): TemplateResult {
    return html`
      <span class="mono">${rowTitle(row)}</span>
      <span class="mono dim" title="${count(row.size)} B">${byteCount(row.size)}</span>
      <span class="mono dim">${clockTime(this.startedAt + row.time / 1000)}</span>
    `;
  }

  #actions(): TemplateResult {
    const copy = this.#view === 'raw' ? INSPECTOR_TEXT.copyRaw : INSPECTOR_TEXT.copy;
    const copyTitle = this.isCopied ? INSPECTOR_TEXT.copied : copy;
    return html`
      ${toolButton(this.isCopied ? 'check' : 'copy', copyTitle, () => this.#onCopy())}
      ${toolButton('save', INSPECTOR_TEXT.save, () => reportTo(this, this.host.calls.savePayload(this.seq)))}
      <duplex-menu
        .label=${INSPECTOR_TEXT.more}
        .items=${this.#moreItems()}
        @duplex-choose=${(event: CustomEvent<string>) => this.#onMore(event.detail)}
      ></duplex-menu>
      ${toolButton('close', SHARED_TEXT.closeInspector, () => emit(this, 'duplex-close', true))}
    `;
  }

  #moreItems(): MenuItem[] {
    const document = this.#view === 'frames' ? undefined : this.#loader?.current;
    const isText = document?.text !== undefined;
    const isJson = isText && document?.format.language === 'json';
    return [
      { value: 'wrap', text: INSPECTOR_TEXT.wrap, isOn: this.wraps, isDisabled: !isText },
      { value: 'find', text: INSPECTOR_TEXT.findInMessage, isDisabled: !isText, keys: FIND_KEYS },
      { value: 'copyValue', text: INSPECTOR_TEXT.copyValue, beginsGroup: true, isDisabled: !isJson },
      { value: 'copyPath', text: INSPECTOR_TEXT.copyPath, isDisabled: !isJson },
      { value: 'open', text: INSPECTOR_TEXT.openInEditor, beginsGroup: true },
    ];
  }

  #onMore(value: string): void {
    if (value === 'wrap') return emit(this, 'duplex-wrap', !this.wraps);
    if (value === 'find') return this.reading?.openSearch();
    if (value === 'open') return reportTo(this, this.host.calls.openInEditor(this.seq));
    const place = this.reading?.placeAtCursor;
    if (place) reportTo(this, this.host.calls.copyText(value === 'copyPath' ? place.path : place.value));
  }

  #progress(done: number, total: number): TemplateResult {
    const text =
      total === 0
        ? INSPECTOR_TEXT.formatting
        : INSPECTOR_TEXT.formattingPart(byteCount(done), byteCount(total));
    return html`<div class="progress">
      <span>${text}</span>
      <vscode-progress-bar
        aria-label=${INSPECTOR_TEXT.formatting}
        ?indeterminate=${total === 0}
        .max=${Math.max(1, total)}
        .value=${done}
      ></vscode-progress-bar>
      <vscode-button secondary @click=${() => this.#loader?.cancel()}>${SHARED_TEXT.cancel}</vscode-button>
    </div>`;
  }

  #failure(reason: string): TemplateResult {
    return html`<div class="failure" role="alert">
      <span>${reason === '' ? INSPECTOR_TEXT.formattingCancelled : reason}</span>
      <vscode-button secondary @click=${this.#show}>${INSPECTOR_TEXT.formatAgain}</vscode-button>
    </div>`;
  }

  readonly #show = (): void => {
    const view = this.#view;
    if (!this.row || this.row.seq !== this.seq) return;
    this.isSlow = false;
    clearTimeout(this.#patience);
    if (view === 'frames' || view === 'decoded') return this.#loader?.close();
    this.#patience = setTimeout(() => (this.isSlow = true), PATIENCE);
    void this.#loader?.show(this.seq, view);
  };

  readonly #rawText = async (): Promise<string | undefined> => this.#loader?.rawText(this.seq);

  readonly #onBytes = (event: CustomEvent<ByteRange | null | undefined>): void => {
    this.range = event.detail ?? undefined;
  };

  #onChoose(event: CustomEvent<InspectorTab>): void {
    if (!this.row) return;
    const binary = isBinaryKind(this.row.kind);
    if (binary) this.binaryView = event.detail;
    else this.textView = event.detail;
    emit(this, 'duplex-view', { binary, view: event.detail });
  }

  #onCopy(): void {
    const document = this.#loader?.current;
    if (!document || !this.row) return;
    const copied =
      document.view === 'raw'
        ? this.host.calls.copyPayload(this.seq)
        : this.host.calls.copyDocument(document.name);
    const show = copied.then(() => {
      this.isCopied = true;
      setTimeout(() => (this.isCopied = false), COPIED);
    });
    reportTo(this, show);
  }

  #onKey(event: KeyboardEvent): void {
    // While the search within the message is open, the message handles Escape.
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    emit(this, 'duplex-leave');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-inspector': Inspector;
  }
  interface HTMLElementEventMap {
    'duplex-view': CustomEvent<ChosenView>;
    /** Wrap long lines, or not. */
    'duplex-wrap': CustomEvent<boolean>;
  }
}
