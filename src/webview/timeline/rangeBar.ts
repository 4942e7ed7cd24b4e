import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { byteCount } from '../../shared/byteCount.ts';
import type { PanelTimelineCalls, RowStatistics } from '../../shared/timelineProtocol.ts';
import { emit } from '../base/events.ts';
import { icon } from '../base/icons.ts';
import { coalesce } from '../base/queue.ts';
import { baseStyles } from '../base/styles.ts';
import { count, span } from '../text/figures.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';
import { TIMELINE_TEXT } from './timelineTexts.ts';

/** Several selected rows, from `from` up to but not including `end`. With a search, only its hits among them. */
export interface SelectedRows {
  readonly from: number;
  readonly end: number;
  readonly search: string | undefined;
}

/** Milliseconds after the last change of the selection until the host computes its statistics. */
const PAUSE = 120;

/** Summary and actions of the selected rows, in one line. Events: `duplex-copy`, `duplex-save`, `duplex-fail`. */
@customElement('duplex-range-bar')
export class RangeBar extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        align-items: center;
        border-top: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
        container-type: inline-size;
        display: flex;
        flex: none;
        gap: 4px;
        height: 30px;
        padding: 0 12px;
        white-space: nowrap;
      }
      .text {
        flex: 1;
        font-variant-numeric: tabular-nums;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      button {
        align-items: center;
        background: none;
        border: 0;
        border-radius: 5px;
        color: inherit;
        cursor: pointer;
        display: flex;
        flex: none;
        font: inherit;
        gap: 4px;
        height: 24px;
        padding: 0 6px;
      }
      button:hover {
        background: var(--vscode-toolbar-hoverBackground);
        outline: 1px dashed var(--vscode-toolbar-hoverOutline, transparent);
        outline-offset: -1px;
      }
      button:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
      @container (max-width: 400px) {
        button .word {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) calls: Pick<PanelTimelineCalls, 'rangeStatistics'> | undefined = undefined;
  @property({
    attribute: false,
    hasChanged: (now?: SelectedRows, before?: SelectedRows) =>
      now?.from !== before?.from || now?.end !== before?.end || now?.search !== before?.search,
  })
  rows: SelectedRows | undefined = undefined;

  @state() private statistics: RowStatistics | undefined = undefined;

  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #add = coalesce(
    async () => {
      if (this.rows === undefined || this.calls === undefined) return;
      const { from, end, search } = this.rows;
      this.statistics = await this.calls.rangeStatistics(from, end, search);
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('rows')) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#add(), PAUSE);
  }

  protected override render(): TemplateResult {
    return html`
      <span class="text dim" role="status">${this.statistics ? rangeText(this.statistics) : nothing}</span>
      ${
        this.rows && this.rows.end - this.rows.from === 2
          ? html`<button
              type="button"
              aria-label=${TIMELINE_TEXT.compareRange}
              title=${TIMELINE_TEXT.compareRangeTitle}
              @click=${() => emit(this, 'duplex-compare')}
            >
              ${icon('diff')}<span class="word">${TIMELINE_TEXT.compareRange}</span>
            </button>`
          : nothing
      }
      <button
        type="button"
        aria-label=${TIMELINE_TEXT.copyRange}
        title=${TIMELINE_TEXT.copyRangeTitle}
        @click=${() => emit(this, 'duplex-copy')}
      >
        ${icon('copy')}<span class="word">${TIMELINE_TEXT.copyRange}</span>
      </button>
      <button
        type="button"
        aria-label=${TIMELINE_TEXT.saveRange}
        title=${TIMELINE_TEXT.saveRangeTitle}
        @click=${() => emit(this, 'duplex-save')}
      >
        ${icon('save')}<span class="word">${TIMELINE_TEXT.saveRange}</span>
      </button>
    `;
  }
}

function rangeText({ rows, in: received, out: sent, firstTime, lastTime }: RowStatistics): string {
  const counter = (name: string, { messages, bytes }: RowStatistics['in']): string =>
    `${name} ${SHARED_TEXT.counter(count(messages), byteCount(bytes))}`;
  return [
    TIMELINE_TEXT.selected(count(rows)),
    span(lastTime - firstTime),
    counter(SHARED_TEXT.in, received),
    counter(SHARED_TEXT.out, sent),
  ].join(' · ');
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-range-bar': RangeBar;
  }
  interface HTMLElementEventMap {
    /** Compare the two selected messages. */
    'duplex-compare': CustomEvent<void>;
  }
}
