import { css, html, LitElement } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { hiddenPlaces } from '../../core/format/visible.ts';
import type { ByteRange } from '../../shared/units.ts';
import { emit, reportTo } from '../base/events.ts';
import { baseStyles } from '../base/styles.ts';
import type { JsonPlace } from '../editor/jsonPlaces.ts';
import type { ReadingEditor, ReadingSearch } from '../editor/readingEditor.ts';
import { byteOfPlace, placeOfByte } from '../text/bytePlaces.ts';
import { count } from '../text/figures.ts';
import { languageTokens } from '../text/lineTokens.ts';
import { INSPECTOR_TEXT, VIEW_NAMES } from './inspectorTexts.ts';
import type { LoadedDocument } from './documentLoader.ts';

/** A whole message in CodeMirror, which is loaded on first use. Events: `duplex-bytes` (of Raw), `duplex-fail`. */
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

  /** The bytes that are marked; only Raw shows them at their place. */
  @property({ attribute: false }) range: ByteRange | undefined = undefined;

  @query('.editor') private readonly place!: HTMLElement;

  #editor: ReadingEditor | undefined;
  #shown: LoadedDocument | undefined;

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
    if (changed.has('range') && this.document === this.#shown) this.#mark();
    if (changed.has('find') && this.document === this.#shown) this.#editor?.find(this.find);
  }

  protected override render(): TemplateResult {
    return html`<div class="editor"></div>`;
  }

  #mark(): void {
    const { range, document } = this;
    if (range === undefined || document.view !== 'raw' || document.text === undefined) return;
    const [from, to] = [range.start, range.end].map((byte) => placeOfByte(document.text!, byte));
    this.#editor?.select(from!, to!);
  }

  #onSelect(from: number, to: number): void {
    const { text, view } = this.document;
    if (view !== 'raw' || text === undefined) return;
    const bytes = (place: number): number => byteOfPlace(text, place);
    emit(this, 'duplex-bytes', from === to ? undefined : { start: bytes(from), end: bytes(to) });
  }

  async #show(): Promise<void> {
    const shown = this.document;
    this.#shown = shown;
    const { createReadingEditor } = await import('../editor/editors.ts');
    if (this.#shown !== shown || !this.isConnected) return;
    const hadFocus = this.matches(':focus-within');
    this.#editor?.destroy();
    const language = shown.format.language === 'hex' ? 'text' : shown.format.language;
    this.#editor = createReadingEditor({
      parent: this.place,
      root: this.renderRoot as ShadowRoot,
      label: INSPECTOR_TEXT.view(VIEW_NAMES[shown.view], count(shown.format.lines)),
      text: shown.text ?? '',
      language,
      wraps: this.wraps,
      tokens: (line) => languageTokens(line, language),
      hidden: hiddenPlaces,
      onSelect: (from, to) => this.#onSelect(from, to),
    });
    this.#mark();
    if (this.find) this.#editor.find(this.find);
    if (hadFocus) this.#editor.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-reading': ReadingView;
  }
}
