import { css, html, LitElement } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { hiddenPlaces } from '../../core/format/visible.ts';
import type { ByteRange } from '../../shared/units.ts';
import { emit, reportTo } from '../base/events.ts';
import { baseStyles } from '../base/styles.ts';
import type { JsonPlace } from '../editor/jsonPlaces.ts';
import type { ReadingEditor, ReadingSearch } from '../editor/readingEditor.ts';
import type { AlignedJson } from '../text/alignedJson.ts';
import { byteOfPlace, placeOfByte } from '../text/bytePlaces.ts';
import { count } from '../text/figures.ts';
import { languageTokens } from '../text/lineTokens.ts';
import { INSPECTOR_TEXT, VIEW_NAMES } from './inspectorTexts.ts';
import type { LoadedDocument } from './documentLoader.ts';

/** A whole message in CodeMirror, which is loaded on first use. Events: `duplex-bytes`, `duplex-fail`. */
@customElement('duplex-reading')
export class ReadingView extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        height: 100%;
        min-height: 0;
      }
      .editor {
        height: 100%;
        overflow: hidden;
      }
      :host(:focus-within) .editor {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
    `,
  ];

  @property({ attribute: false }) document!: LoadedDocument;
  @property({ attribute: false }) wraps = true;
  /** The page's search. */
  @property({ attribute: false }) find: ReadingSearch | undefined = undefined;

  /** The message as it was transmitted, for a view that formats it; undefined if it is too large. */
  @property({ attribute: false }) rawText: (() => Promise<string | undefined>) | undefined = undefined;

  /** The marked bytes. Raw shows them at their position, Pretty only those of JSON. */
  @property({ attribute: false }) range: ByteRange | undefined = undefined;

  @query('.editor') private readonly place!: HTMLElement;

  #editor: ReadingEditor | undefined;
  #shown: LoadedDocument | undefined;
  #places:
    { readonly document: LoadedDocument; readonly places: Promise<AlignedJson | undefined> } | undefined;
  #selections = 0;
  /** The bytes that this view reported last; they are selected already. */
  #told: ByteRange | undefined;

  /** Path and value at the cursor; undefined outside JSON. */
  get placeAtCursor(): JsonPlace | undefined {
    return this.#editor?.placeAtCursor();
  }

  override focus(): void {
    this.#editor?.focus();
  }

  openSearch(): void {
    this.#editor?.openSearch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#editor?.destroy();
    this.#editor = undefined;
    this.#shown = undefined;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.document !== this.#shown) reportTo(this, this.#show());
    else if (changed.has('wraps')) this.#editor?.setWraps(this.wraps);
    if (changed.has('range') && this.document === this.#shown) reportTo(this, this.#mark());
    if (changed.has('find') && this.document === this.#shown) this.#editor?.find(this.find);
  }

  protected override render(): TemplateResult {
    return html`<div class="editor"></div>`;
  }

  async #mark(): Promise<void> {
    const { range, document } = this;
    if (range === undefined || isSame(range, this.#told)) return;
    const place = (await this.#placesOf(document))?.placeOf(range);
    if (place && document === this.#shown && range === this.range) this.#editor?.select(place.from, place.to);
  }

  async #onSelect(from: number, to: number): Promise<void> {
    const { document } = this;
    const select = (this.#selections += 1);
    const places = await this.#placesOf(document);
    // The selection or the message may have changed in the meantime.
    if (!places || select !== this.#selections || document !== this.document) return;
    this.#told = from === to ? undefined : places.bytesOf(from, to);
    emit(this, 'duplex-bytes', this.#told);
  }

  /** Undefined if the text on screen does not correspond to the message's text. */
  #placesOf(document: LoadedDocument): Promise<AlignedJson | undefined> {
    const known = this.#places;
    if (known?.document === document) return known.places;
    const places = this.#findPlaces(document);
    this.#places = { document, places };
    return places;
  }

  async #findPlaces({ view, format, text }: LoadedDocument): Promise<AlignedJson | undefined> {
    if (text === undefined) return undefined;
    if (view === 'raw') return rawPlaces(text);
    if (format.language !== 'json') return undefined;
    const raw = await this.rawText?.();
    const { alignJson } = await import('../text/alignedJson.ts');
    return raw === undefined ? undefined : alignJson(raw, text);
  }

  async #show(): Promise<void> {
    const shown = this.document;
    this.#shown = shown;
    this.#told = undefined;
    const { createReadingEditor } = await import('../editor/editors.ts');
    if (this.#shown !== shown || !this.isConnected) return;
    const hadFocus = this.matches(':focus-within');
    this.#editor?.destroy();
    const language = shown.format.language === 'hex' ? 'text' : shown.format.language;
    this.#editor = createReadingEditor({
      phrases: INSPECTOR_TEXT.phrases,
      parent: this.place,
      root: this.renderRoot as ShadowRoot,
      label: INSPECTOR_TEXT.view(VIEW_NAMES[shown.view], count(shown.format.lines)),
      text: shown.text ?? '',
      language,
      wraps: this.wraps,
      tokens: (line) => languageTokens(line, language),
      hidden: hiddenPlaces,
      onSelect: (from, to) => reportTo(this, this.#onSelect(from, to)),
    });
    reportTo(this, this.#mark());
    if (this.find) this.#editor.find(this.find);
    if (hadFocus) this.#editor.focus();
  }
}

function rawPlaces(text: string): AlignedJson {
  return {
    placeOf: ({ start, end }) => ({ from: placeOfByte(text, start), to: placeOfByte(text, end) }),
    bytesOf: (from, to) => ({ start: byteOfPlace(text, from), end: byteOfPlace(text, to) }),
  };
}

function isSame(one: ByteRange, other: ByteRange | undefined): boolean {
  return one.start === other?.start && one.end === other.end;
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-reading': ReadingView;
  }
}
