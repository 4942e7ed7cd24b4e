import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { ref } from 'lit/directives/ref.js';
import type { FrameRow } from '../../shared/frames.ts';
import { emit } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import { coalesce } from '../base/queue.ts';
import { ListScroller } from '../list/listScroller.ts';
import { createPageCache } from '../list/pageCache.ts';
import type { PageCache } from '../list/pageCache.ts';
import { baseStyles, listStyles } from '../base/styles.ts';
import { count } from '../text/figures.ts';
import { FRAME_COLUMNS, INSPECTOR_TEXT } from './inspectorTexts.ts';
import { frameCells } from './frameCells.ts';
import { FRAME_HEIGHT, framesStyles } from './framesStyles.ts';

const PAGE_SIZE = 200;
const MAX_PAGES = 20;

/** The frames of one message; only those on screen are in the DOM. Event: `duplex-fail`. */
@customElement('duplex-frames')
export class FramesView extends LitElement {
  static override styles = [baseStyles, listStyles, framesStyles];

  @property({ attribute: false }) host!: Host;
  /** The row's number. */
  @property({ attribute: false }) seq = 0;
  @property({ attribute: false }) startedAt = 0;
  /** Whether the session records the frames of new messages. */
  @property({ attribute: false }) framesKept = false;

  /** Undefined until the answer arrives. */
  @state() private total: number | undefined = undefined;

  @query('.viewport') private readonly viewport!: HTMLElement | null;

  #frames: PageCache<FrameRow> | undefined;

  readonly #scroller = new ListScroller(this, {
    rowHeight: () => FRAME_HEIGHT,
    rows: () => this.total ?? 0,
    sticksToEnd: () => false,
    onScroll: () => this.#load(),
    onResize: () => this.#load(),
  });

  readonly #load = coalesce(
    async () => {
      const frames = this.#frames;
      if (!frames) return;
      const { first, end } = this.#scroller.range();
      const margin = this.#scroller.rowsPerPage;
      await frames.load(Math.max(0, first - margin), Math.max(PAGE_SIZE, end + margin));
      this.requestUpdate();
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  override focus(): void {
    this.viewport?.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('seq')) return;
    const { seq, host } = this;
    this.total = undefined;
    this.#scroller.offset = 0;
    this.#frames = createPageCache<FrameRow>({
      pageSize: PAGE_SIZE,
      maxPages: MAX_PAGES,
      pull: async (from, wanted) => {
        const page = await host.calls.frames(seq, from, wanted);
        if (seq === this.seq) this.total = page.total;
        return page.frames;
      },
    });
    this.#load();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.total === undefined) return nothing;
    return this.total === 0 ? this.#emptyPart() : this.#table(this.total);
  }

  #emptyPart(): TemplateResult {
    return html`<div class="empty dim">
      ${(this.framesKept ? INSPECTOR_TEXT.noFramesYet : INSPECTOR_TEXT.noFrames).map((line) => html`<p>${line}</p>`)}
      ${
        this.framesKept
          ? nothing
          : html`<vscode-button secondary @click=${this.#onKeep}>${INSPECTOR_TEXT.keepFrames}</vscode-button>`
      }
    </div>`;
  }

  #table(total: number): TemplateResult {
    const { first, end } = this.#scroller.range();
    const rows: TemplateResult[] = [];
    for (let index = first; index < end; index++) rows.push(this.#row(index));
    return html`<div
      class="table"
      role="table"
      aria-label=${INSPECTOR_TEXT.frames}
      aria-rowcount=${total + 1}
    >
      <div role="rowgroup">
        <div class="row head dim" role="row" aria-rowindex="1">
          ${FRAME_COLUMNS.map(
            ({ name, text, title }) =>
              html`<span class=${name} role="columnheader" title=${title}>${text}</span>`,
          )}
        </div>
      </div>
      <div
        ${ref(this.#scroller.attach)}
        class="viewport"
        role="rowgroup"
        tabindex="0"
        aria-label=${INSPECTOR_TEXT.frames}
        @keydown=${this.#onKey}
      >
        <div class="layer"><div class="rows">${rows}</div></div>
        <div class="spacer"></div>
      </div>
    </div>`;
  }

  #row(index: number): TemplateResult {
    const frame = this.#frames?.get(index);
    if (!frame) return html`<div class="row" role="row" aria-rowindex=${index + 2}></div>`;
    const cells = frameCells(frame, this.startedAt);
    return html`<div class="row" role="row" aria-rowindex=${index + 2} title=${cells.remark || nothing}>
      <span class="number" role="cell">${count(index)}</span>
      <span class="direction ${frame.direction}" role="cell" aria-label=${cells.directionName}
        >${icon(cells.direction)}</span
      >
      <span class="time" role="cell">${cells.time}</span>
      <span class="opcode" role="cell">${cells.opcode}</span>
      <span class="fin" role="cell">${cells.fin}</span>
      <span class="rsv" role="cell">${cells.rsv}</span>
      <span class="payload" role="cell">${cells.payload}</span>
      <span class="mask" role="cell">${cells.mask}</span>
      <span class="header" role="cell">${cells.header}</span>
      <span class="remark" role="cell">${cells.remark}</span>
    </div>`;
  }

  #onKeep(): void {
    this.host.calls.keepFrames().catch((error: unknown) => emit(this, 'duplex-fail', error));
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#scroller.scrollByKey(event)) this.#load();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-frames': FramesView;
  }
}
