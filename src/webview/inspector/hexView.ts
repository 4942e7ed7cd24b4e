import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { ref } from 'lit/directives/ref.js';
import { cutHexRow, HEX_ROW_BYTES } from '../../core/format/hexRows.ts';
import { DuplexError } from '../../shared/errors.ts';
import { KiB } from '../../shared/limits.ts';
import type { ByteRange } from '../../shared/units.ts';
import { emit, reportTo } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { isMac } from '../base/host.ts';
import { coalesce } from '../base/queue.ts';
import { baseStyles, listStyles, toolStyles } from '../base/styles.ts';
import { ListScroller } from '../list/listScroller.ts';
import { toolButton } from '../parts/toolButton.ts';
import { count } from '../text/figures.ts';
import type { LoadedDocument } from './documentLoader.ts';
import { digitsAt, digitsLength, hexCellAt, hexLayout, movedByte, selectedInRow } from './hexLayout.ts';
import type { HexLayout, HexSide } from './hexLayout.ts';
import { INSPECTOR_TEXT, VIEW_NAMES } from './inspectorTexts.ts';

const LINE_HEIGHT = 20;
/** Number of characters that are measured to find the width of one. */
const RULER = 10;
const PADDING = 8;

/** Maximum bytes that the selection copies; Copy This View copies any number. */
const MAX_COPIED = 64 * KiB;

/** Fewer lines than the document keeps. */
const LINES_PER_PULL = 1_000;

const COPY_KEYS = isMac ? '⌘C' : 'Ctrl+C';

/** All bytes between two, both included. */
interface Selection {
  readonly anchor: number;
  readonly head: number;
}

/**
 * Bytes as digits and as characters, as many per row as fit. Both columns have one selection. Only rows on screen are
 * in the DOM. Event: `duplex-fail` (an error).
 */
@customElement('duplex-hex')
export class HexView extends LitElement {
  static override styles = [
    baseStyles,
    listStyles,
    toolStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .viewport {
        cursor: text;
        flex: 1;
        height: auto;
        min-height: 0;
        overflow-x: hidden;
        overflow-y: scroll;
        user-select: none;
      }
      .rows {
        font-family: var(--vscode-editor-font-family, monospace);
        font-size: var(--vscode-editor-font-size, 13px);
        padding: 0 ${PADDING}px;
        position: relative;
      }
      .line {
        height: ${LINE_HEIGHT}px;
        line-height: ${LINE_HEIGHT}px;
        white-space: pre;
      }
      .offset {
        color: var(--vscode-descriptionForeground);
      }
      .chosen {
        background: var(
          --vscode-editor-inactiveSelectionBackground,
          var(--vscode-editor-selectionBackground)
        );
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      /* On it, the text has too little contrast. */
      :host-context(.vscode-high-contrast) .chosen {
        background: none;
      }
      .viewport:focus .chosen {
        background: var(--vscode-editor-selectionBackground);
        color: var(--vscode-editor-selectionForeground, inherit);
      }
      .chosen.linked {
        box-shadow: inset 0 -1px var(--vscode-focusBorder);
      }
      .ruler {
        position: absolute;
        visibility: hidden;
      }
      .status {
        align-items: center;
        border-top: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
        color: var(--vscode-descriptionForeground);
        display: flex;
        flex: none;
        gap: 4px;
        height: 28px;
        padding: 0 ${PADDING}px;
      }
      .status > span {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) host!: Host;
  @property({ attribute: false }) document: LoadedDocument | undefined = undefined;

  /** The bytes that are marked in all views of the message. */
  @property({ attribute: false }) range: ByteRange | undefined = undefined;

  @state() private selection: Selection | undefined = undefined;
  @state() private layout: HexLayout = { perRow: 16, offsetDigits: 8 };

  @query('.viewport') private readonly viewport!: HTMLElement;
  @query('.rows') private readonly rows!: HTMLElement;
  @query('.ruler') private readonly ruler!: HTMLElement;

  /** The column in which the user selects. It decides whether digits or characters are copied. */
  #side: HexSide = 'digits';
  #isDragging = false;

  readonly #scroller = new ListScroller(this, {
    rowHeight: () => LINE_HEIGHT,
    rows: () => Math.ceil(this.#bytes / this.layout.perRow),
    sticksToEnd: () => false,
    onScroll: () => this.#load(),
    onResize: () => this.#load(),
  });

  readonly #load = coalesce(
    async () => {
      const { document, layout } = this;
      if (!document) return;
      const { first, end } = this.#scroller.range();
      const margin = this.#scroller.rowsPerPage;
      const line = (row: number): number => Math.floor((row * layout.perRow) / HEX_ROW_BYTES);
      await document.lines.load(
        Math.max(0, line(first - margin)),
        Math.min(document.format.lines, line(end + margin) + 1),
      );
      this.requestUpdate();
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  get #bytes(): number {
    return this.document?.hexBytes ?? 0;
  }

  /** The selected bytes, `end` excluded. */
  get #selected(): { readonly from: number; readonly end: number } | undefined {
    if (!this.selection) return undefined;
    const { anchor, head } = this.selection;
    return { from: Math.min(anchor, head), end: Math.max(anchor, head) + 1 };
  }

  override focus(): void {
    this.viewport.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('document')) {
      this.#scroller.offset = 0;
      this.selection = undefined;
      this.#load();
    } else if (!changed.has('range')) return;
    this.#mark();
  }

  protected override updated(): void {
    const room = (this.viewport.clientWidth - 2 * PADDING) / this.#characterWidth;
    if (!Number.isFinite(room) || room <= 0) return;
    const layout = hexLayout(room, this.#bytes);
    const { perRow, offsetDigits } = this.layout;
    if (layout.perRow === perRow && layout.offsetDigits === offsetDigits) return;
    const firstByte = Math.floor(this.#scroller.offset / LINE_HEIGHT) * perRow;
    this.layout = layout;
    this.#scroller.offset = Math.floor(firstByte / layout.perRow) * LINE_HEIGHT;
    this.#load();
  }

  protected override render(): TemplateResult {
    const { document } = this;
    const { first, end } = this.#scroller.range();
    const rows: TemplateResult[] = [];
    for (let row = first; row < end; row++) rows.push(this.#row(row * this.layout.perRow));
    return html`
      <div
        ${ref(this.#scroller.attach)}
        class="viewport"
        role="group"
        tabindex="0"
        aria-label=${document ? INSPECTOR_TEXT.view(VIEW_NAMES.hex, count(document.format.lines)) : nothing}
        @keydown=${this.#onKey}
        @pointerdown=${this.#onPointerDown}
        @pointermove=${this.#onPointerMove}
        @pointerup=${() => (this.#isDragging = false)}
        @pointercancel=${() => (this.#isDragging = false)}
      >
        <div class="layer">
          <div class="rows" translate="no"><span class="ruler">${'x'.repeat(RULER)}</span>${rows}</div>
        </div>
        <div class="spacer"></div>
      </div>
      ${this.#status()}
    `;
  }

  #row(start: number): TemplateResult {
    const { layout, document } = this;
    const line = document?.lines.get(Math.floor(start / HEX_ROW_BYTES));
    if (line === undefined) return html`<div class="line"></div>`;
    const from = start % HEX_ROW_BYTES;
    const { digits, characters } = cutHexRow(line, from, from + layout.perRow);
    let text = '';
    digits.forEach((pair, column) => (text = text.padEnd(digitsAt(column, layout)) + pair));
    text = text.padEnd(digitsLength(layout));
    const chosen = selectedInRow(start, digits.length, this.#selected);
    const marked = chosen && {
      from: digitsAt(chosen.from, layout),
      end: digitsAt(chosen.end - 1, layout) + 2,
    };
    const offset = start.toString(16).padStart(layout.offsetDigits, '0');
    const parts = [
      html`<span class="offset">${offset}</span>`,
      '  ',
      this.#marked(text, marked, 'digits'),
      '  ',
      this.#marked(characters, chosen, 'characters'),
    ];
    return html`<div class="line">${parts}</div>`;
  }

  #marked(
    text: string,
    part: { readonly from: number; readonly end: number } | undefined,
    side: HexSide,
  ): unknown {
    if (!part) return text;
    const { from, end } = part;
    const name = `chosen ${side} ${side === this.#side ? '' : 'linked'}`;
    return [text.slice(0, from), html`<span class=${name}>${text.slice(from, end)}</span>`, text.slice(end)];
  }

  #status(): TemplateResult {
    const selected = this.#selected;
    if (!selected) return html`<div class="status"><span>${INSPECTOR_TEXT.selectBytes}</span></div>`;
    const { from, end } = selected;
    const start = `0x${from.toString(16)}`;
    const text =
      end - from === 1
        ? INSPECTOR_TEXT.byteAt(count(from), start)
        : INSPECTOR_TEXT.bytesFrom(count(end - from), count(from), start);
    const keys = (side: HexSide): string => (side === this.#side ? ` (${COPY_KEYS})` : '');
    const { copyDigits, copyCharacters } = INSPECTOR_TEXT;
    return html`<div class="status">
      <span role="status" title=${text}>${text}</span>
      ${toolButton('file-binary', copyDigits, () => this.#copy('digits'), copyDigits + keys('digits'))}
      ${toolButton('file-text', copyCharacters, () => this.#copy('characters'), copyCharacters + keys('characters'))}
    </div>`;
  }

  get #characterWidth(): number {
    return this.ruler.getBoundingClientRect().width / RULER;
  }

  /** The byte nearest to the pointer. */
  #byteAt({ clientX, clientY }: PointerEvent): { readonly byte: number; readonly side: HexSide } {
    const { left, top } = this.rows.getBoundingClientRect();
    const { first } = this.#scroller.range();
    const row = Math.max(0, first + Math.floor((clientY - top) / LINE_HEIGHT));
    const { side, column } = hexCellAt((clientX - left - PADDING) / this.#characterWidth, this.layout);
    return { byte: Math.min(row * this.layout.perRow + column, this.#bytes - 1), side };
  }

  readonly #onPointerDown = (event: PointerEvent): void => {
    // A press on the scrollbar is an event of the viewport too.
    const isScrollbar = event.offsetX > this.viewport.clientWidth && event.target === this.viewport;
    if (event.button !== 0 || isScrollbar || this.#bytes === 0) return;
    const { byte, side } = this.#byteAt(event);
    this.#side = side;
    this.#isDragging = true;
    this.viewport.setPointerCapture(event.pointerId);
    this.#select(byte, event.shiftKey);
  };

  readonly #onPointerMove = (event: PointerEvent): void => {
    if (this.#isDragging) this.#select(this.#byteAt(event).byte, true);
  };

  /** Selects the marked bytes and scrolls to them. */
  #mark(): void {
    const { range } = this;
    const selected = this.#selected;
    if (!range || (selected?.from === range.start && selected.end === range.end)) return;
    const head = Math.min(range.end, this.#bytes) - 1;
    if (range.start > head) return;
    this.selection = { anchor: range.start, head };
    this.#scroller.reveal(Math.floor(range.start / this.layout.perRow));
    this.#load();
  }

  #tell(): void {
    const selected = this.#selected;
    emit(this, 'duplex-bytes', selected && { start: selected.from, end: selected.end });
  }

  #select(byte: number, extends_: boolean): void {
    this.selection = { anchor: extends_ && this.selection ? this.selection.anchor : byte, head: byte };
    this.#tell();
    this.#scroller.reveal(Math.floor(byte / this.layout.perRow));
    this.#load();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || this.#bytes === 0) return;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key === 'a') {
      this.selection = { anchor: 0, head: this.#bytes - 1 };
      this.#tell();
    } else if (isCommand && event.key === 'c') this.#copy(this.#side);
    else if (!this.#moveBy(event)) return;
    event.preventDefault();
  }

  /** @returns whether the key moves the cursor */
  #moveBy(event: KeyboardEvent): boolean {
    const { perRow } = this.layout;
    const { offset, rowsPerPage } = this.#scroller;
    const before = this.selection?.head;
    const start = before ?? Math.round(offset / LINE_HEIGHT) * perRow;
    const byte = movedByte(event, start, this.#bytes, { perRow, rowsPerPage });
    if (byte === undefined) return false;
    // The first arrow key only shows the cursor.
    const isFirst = before === undefined && event.key.startsWith('Arrow');
    this.#select(isFirst ? start : byte, event.shiftKey);
    return true;
  }

  #copy(side: HexSide): void {
    const selected = this.#selected;
    if (selected) reportTo(this, this.#copyPart(selected, side));
  }

  async #copyPart({ from, end }: { from: number; end: number }, side: HexSide): Promise<void> {
    if (end - from > MAX_COPIED)
      throw new DuplexError('call.invalid', INSPECTOR_TEXT.tooManyBytes(count(MAX_COPIED)));
    const { lines } = this.document!;
    const digits: string[] = [];
    const lastLine = Math.floor((end - 1) / HEX_ROW_BYTES);
    for (let line = Math.floor(from / HEX_ROW_BYTES); line <= lastLine; line++) {
      if (lines.get(line) === undefined)
        await lines.load(line, Math.min(lastLine + 1, line + LINES_PER_PULL));
      const start = line * HEX_ROW_BYTES;
      const row = lines.get(line);
      if (row === undefined) return;
      digits.push(...cutHexRow(row, Math.max(0, from - start), Math.min(HEX_ROW_BYTES, end - start)).digits);
    }
    await this.host.calls.copyText(side === 'digits' ? digits.join(' ') : decode(digits));
  }
}

function decode(digits: readonly string[]): string {
  const bytes = Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16));
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-hex': HexView;
  }
}
