import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { ref } from 'lit/directives/ref.js';
import { emit } from '../base/events.ts';
import { coalesce } from '../base/queue.ts';
import { ListScroller } from '../list/listScroller.ts';
import { baseStyles, listStyles, replacedStyles, tokenStyles } from '../base/styles.ts';
import { count } from '../text/figures.ts';
import { INSPECTOR_TEXT, VIEW_NAMES } from './inspectorTexts.ts';
import type { LoadedDocument } from './documentLoader.ts';
import { lineTokens } from '../text/lineTokens.ts';

const LEAST_LINE_HEIGHT = 18;
/** Relative to the font size, like in VS Code's editor. */
const LINE_HEIGHT_RATIO = 1.4;

const documentStyles = css`
  :host {
    display: block;
    min-height: 0;
  }
  .viewport {
    user-select: text;
  }
  .rows {
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: var(--vscode-editor-font-size, 13px);
    min-width: 100%;
    padding: 0 12px;
    width: max-content;
  }
  .line {
    height: var(--line-height);
    line-height: var(--line-height);
    tab-size: 4;
    unicode-bidi: isolate;
    white-space: pre;
  }
`;

/** The lines of a formatted message; only those on screen are in the DOM. Event: `duplex-fail` (an error). */
@customElement('duplex-document')
export class DocumentView extends LitElement {
  static override styles = [baseStyles, listStyles, replacedStyles, tokenStyles, documentStyles];

  @property({ attribute: false }) document: LoadedDocument | undefined = undefined;

  @query('.viewport') private readonly viewport!: HTMLElement;
  @query('.rows') private readonly lines!: HTMLElement;

  #lineHeight = LEAST_LINE_HEIGHT;

  readonly #scroller = new ListScroller(this, {
    rowHeight: () => this.#lineHeight,
    rows: () => this.document?.format.lines ?? 0,
    sticksToEnd: () => false,
    onScroll: () => this.#load(),
    onResize: () => this.#load(),
  });

  readonly #load = coalesce(
    async () => {
      const { document } = this;
      if (!document) return;
      const { first, end } = this.#scroller.range();
      const margin = this.#scroller.rowsPerPage;
      await document.lines.load(Math.max(0, first - margin), Math.min(document.format.lines, end + margin));
      this.requestUpdate();
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  override focus(): void {
    this.viewport.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const fontSize = Number.parseFloat(
      getComputedStyle(this).getPropertyValue('--vscode-editor-font-size') || '13',
    );
    this.#lineHeight = Math.max(LEAST_LINE_HEIGHT, Math.round(fontSize * LINE_HEIGHT_RATIO));
    this.style.setProperty('--line-height', `${this.#lineHeight}px`);
    if (!changed.has('document')) return;
    this.#scroller.offset = 0;
    this.#load();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('document')) {
      this.lines.style.removeProperty('min-width');
      this.viewport.scrollLeft = 0;
    }
    // Keeps the width of the widest line so far, so that scrolling down does not reduce the horizontal scroll range.
    if (this.lines.scrollWidth > this.viewport.clientWidth) {
      this.lines.style.setProperty('min-width', `${this.lines.scrollWidth}px`);
    }
  }

  protected override render(): TemplateResult {
    const { document } = this;
    const lines: TemplateResult[] = [];
    if (document) {
      const { first, end } = this.#scroller.range();
      for (let index = first; index < end; index++) {
        lines.push(lineTemplate(document.lines.get(index), document.format.language));
      }
    }
    const label = document && INSPECTOR_TEXT.view(VIEW_NAMES[document.view], count(document.format.lines));
    return html`
      <div
        ${ref(this.#scroller.attach)}
        class="viewport"
        role="group"
        tabindex="0"
        aria-label=${label ?? nothing}
        @keydown=${this.#onKey}
      >
        <div class="layer"><div class="rows" translate="no">${lines}</div></div>
        <div class="spacer"></div>
      </div>
    `;
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#scroller.scrollByKey(event)) this.#load();
  }
}

function lineTemplate(
  line: string | undefined,
  language: LoadedDocument['format']['language'],
): TemplateResult {
  if (line === undefined) return html`<div class="line"></div>`;
  const parts = lineTokens(line, language).map(({ kind, text }) =>
    kind === 'plain' ? text : html`<span class=${kind}>${text}</span>`,
  );
  return html`<div class="line">${parts}</div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-document': DocumentView;
  }
}
