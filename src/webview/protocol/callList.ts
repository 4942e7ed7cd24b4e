import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { ref } from 'lit/directives/ref.js';
import type { PanelCallQuery } from '../../shared/panelUnits.ts';
import type { CallPage } from '../../shared/unitIndexProtocol.ts';
import { emit } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import { coalesce } from '../base/queue.ts';
import { baseStyles, listStyles } from '../base/styles.ts';
import { ListScroller } from '../list/listScroller.ts';
import { PROTOCOL_TEXT } from './protocolTexts.ts';
import { latency, linkStyles, rowButton } from './rowLinks.ts';

const ROW_HEIGHT = 24;

function isSame(one: PanelCallQuery, other: PanelCallQuery | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Calls with their replies; only those on screen are pulled and in the DOM. Calls of a live session get replies later, so
 * `refresh` pulls them again. Events: `duplex-go`, `duplex-fail`.
 */
@customElement('duplex-call-list')
export class CallList extends LitElement {
  static override styles = [
    baseStyles,
    listStyles,
    linkStyles,
    css`
      :host {
        display: block;
        min-height: 0;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        align-items: center;
        display: flex;
        gap: 10px;
        height: ${ROW_HEIGHT}px;
        padding: 0 12px;
        white-space: nowrap;
      }
      .name {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .figure {
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) host!: Host;
  @property({
    attribute: false,
    hasChanged: (now: PanelCallQuery, before?: PanelCallQuery) => !isSame(now, before),
  })
  query: PanelCallQuery = {};

  @state() private page: CallPage & { readonly from: number } = { total: 0, pairs: [], from: 0 };

  @query('.viewport') private readonly viewport!: HTMLElement | null;

  readonly #scroller = new ListScroller(this, {
    rowHeight: () => ROW_HEIGHT,
    rows: () => this.page.total,
    sticksToEnd: () => false,
    onScroll: () => this.refresh(),
    onResize: () => this.refresh(),
  });

  /** Pulls the calls that are on screen. */
  readonly refresh = coalesce(
    async () => {
      const { query: wanted } = this;
      const { first, end } = this.#scroller.range();
      const margin = this.#scroller.rowsPerPage;
      const from = Math.max(0, first - margin);
      // Computed from the height, because the total is unknown before the first answer.
      const last = Math.max(end, first + margin) + margin;
      const page = await this.host.calls.callPairs(wanted, from, last - from);
      if (isSame(wanted, this.query)) this.page = { ...page, from };
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  override focus(): void {
    this.viewport?.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('query')) return;
    this.#scroller.offset = 0;
    this.refresh();
  }

  protected override render(): TemplateResult {
    const { first, end } = this.#scroller.range();
    const { from, pairs, total } = this.page;
    return html`<div
      ${ref(this.#scroller.attach)}
      class="viewport"
      role="group"
      tabindex="0"
      aria-label=${PROTOCOL_TEXT.calls}
      @keydown=${(event: KeyboardEvent) => this.#scroller.scrollByKey(event) && this.refresh()}
    >
      <div class="layer">
        <ul class="rows">
          ${Array.from({ length: Math.max(0, end - first) }, (_, index) => {
            const pair = pairs[first + index - from];
            return html`<li aria-setsize=${total} aria-posinset=${first + index + 1}>
              ${pair === undefined ? nothing : this.#pair(pair)}
            </li>`;
          })}
        </ul>
      </div>
      <div class="spacer"></div>
    </div>`;
  }

  #pair({ row, name, sent, reply }: CallPage['pairs'][number]): TemplateResult {
    const go = (seq: number) => () => emit(this, 'duplex-go', seq);
    return html`
      ${icon(sent ? 'arrow-up' : 'arrow-down', 'dim')} ${rowButton(row, go(row))}
      <span class="name" title=${name}>${name || PROTOCOL_TEXT.unnamed}</span>
      ${
        reply === undefined
          ? html`<span class="warning">${PROTOCOL_TEXT.noReply}</span>`
          : html`<span class="figure ${reply.isError ? 'error' : ''}">${latency(reply.latency)}</span>
              ${rowButton(reply.row, go(reply.row))}`
      }
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-call-list': CallList;
  }
}
