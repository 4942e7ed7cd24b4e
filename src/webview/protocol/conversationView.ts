import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { PanelConversation } from '../../shared/panelUnits.ts';
import type { CallPair } from '../../shared/unitIndexProtocol.ts';
import { emit } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { coalesce } from '../base/queue.ts';
import { baseStyles, sideStyles, toolStyles } from '../base/styles.ts';
import { toolButton } from '../parts/toolButton.ts';
import { count } from '../text/figures.ts';
import { conversationStyles } from './conversationStyles.ts';
import { PROTOCOL_TEXT } from './protocolTexts.ts';

/** Number of calls shown at first, and added by each press of the button. */
const PAGE_CALLS = 200;

/** Milliseconds between two polls of the figures of a live session. */
const INTERVAL = 1000;

/**
 * Calls with their replies, latencies by name, and open subscriptions. Events: `duplex-go`, `duplex-close`,
 * `duplex-leave`, `duplex-fail`.
 */
@customElement('duplex-conversation')
export class ConversationView extends LitElement {
  static override styles = [baseStyles, toolStyles, sideStyles, conversationStyles];

  @property({ attribute: false }) host!: Host;

  @state() private figures: PanelConversation | undefined = undefined;
  @state() private pairs: readonly CallPair[] = [];
  @state() private unanswered = false;

  #wanted = PAGE_CALLS;
  #timer: ReturnType<typeof setInterval> | undefined;

  readonly #load = coalesce(
    async () => {
      const { unanswered } = this;
      const [figures, { pairs }] = await Promise.all([
        this.host.calls.conversation(),
        this.host.calls.callPairs({ unanswered }, 0, this.#wanted),
      ]);
      if (unanswered !== this.unanswered) return;
      this.figures = figures;
      this.pairs = pairs;
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#load(), INTERVAL);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.body')?.focus());
  }

  protected override firstUpdated(): void {
    this.#load();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="bar" @keydown=${this.#onKey}>
        <span class="title">${PROTOCOL_TEXT.conversation}</span>
        <div class="actions">
          ${toolButton('close', PROTOCOL_TEXT.close, () => emit(this, 'duplex-close', true))}
        </div>
      </div>
      <div
        class="body"
        tabindex="0"
        role="group"
        aria-label=${PROTOCOL_TEXT.conversation}
        @keydown=${this.#onKey}
      >
        ${this.figures ? this.#content(this.figures) : nothing}
      </div>
    `;
  }

  #content(figures: PanelConversation): TemplateResult {
    const { calls, subscriptions, done, rows, total, problem } = figures;
    const isEmpty = calls.length === 0 && subscriptions.length === 0;
    return html`
      ${problem === undefined ? nothing : html`<p role="alert">${problem}</p>`}
      ${done || problem !== undefined ? nothing : html`<p class="dim">${PROTOCOL_TEXT.indexing(count(rows), count(total))}</p>`}
      ${isEmpty ? html`<p class="dim">${PROTOCOL_TEXT.nothing}</p>` : nothing}
      ${subscriptions.length === 0 ? nothing : subscriptionTable(figures, (row) => emit(this, 'duplex-go', row))}
      ${calls.length === 0 ? nothing : [latencyTable(figures), this.#calls()]}
    `;
  }

  #calls(): TemplateResult {
    return html`
      <div class="heading">
        <h3>${PROTOCOL_TEXT.calls}</h3>
        <vscode-checkbox
          .label=${PROTOCOL_TEXT.unansweredOnly}
          .checked=${this.unanswered}
          @change=${this.#onUnanswered}
        ></vscode-checkbox>
      </div>
      <ul>
        ${this.pairs.map(
          ({ row, name, reply }) =>
            html`<li>
              ${rowButton(row, () => emit(this, 'duplex-go', row))}
              <span class="name">${name || PROTOCOL_TEXT.unnamed}</span>
              ${
                reply === undefined
                  ? html`<span class="warning">${PROTOCOL_TEXT.noReply}</span>`
                  : html`<span class="figure ${reply.isError ? 'error' : ''}">${latency(reply.latency)}</span>
                      ${rowButton(reply.row, () => emit(this, 'duplex-go', reply.row))}`
              }
            </li>`,
        )}
      </ul>
      ${
        this.pairs.length < this.#wanted
          ? nothing
          : html`<vscode-button secondary @click=${this.#onMore}>${PROTOCOL_TEXT.more}</vscode-button>`
      }
    `;
  }

  #onUnanswered(event: Event): void {
    this.unanswered = (event.target as HTMLInputElement).checked;
    this.#wanted = PAGE_CALLS;
    this.#load();
  }

  #onMore(): void {
    // One pull returns at most MAX_PULL calls.
    this.#wanted = Math.min(2000, this.#wanted + PAGE_CALLS);
    this.#load();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    emit(this, 'duplex-leave');
  }
}

function rowButton(row: number, go: () => void): TemplateResult {
  return html`<button type="button" class="row" @click=${go}>#${row}</button>`;
}

function subscriptionTable({ subscriptions }: PanelConversation, go: (row: number) => void): TemplateResult {
  return table(
    PROTOCOL_TEXT.subscriptions,
    PROTOCOL_TEXT.subscription,
    subscriptions.map(({ name, stream, events, rate, row }) => [
      html`${name || PROTOCOL_TEXT.unnamed} ${rowButton(row, () => go(row))}`,
      stream,
      count(events),
      rate.toFixed(rate < 10 ? 1 : 0),
    ]),
    2,
  );
}

function latencyTable({ calls }: PanelConversation): TemplateResult {
  return table(
    PROTOCOL_TEXT.latencies,
    PROTOCOL_TEXT.figures,
    calls.map(({ name, calls: all, errors, unanswered, p50, p95, p99 }) => [
      name || PROTOCOL_TEXT.unnamed,
      ...[all, errors, unanswered].map(count),
      ...[p50, p95, p99].map((time) => (time === undefined ? '' : latency(time))),
    ]),
    1,
  );
}

/** @param texts number of text columns; the columns after them are figures */
function table(
  title: string,
  heads: readonly string[],
  lines: readonly (readonly unknown[])[],
  texts: number,
): TemplateResult {
  const kind = (column: number): string => (column < texts ? 'name' : 'figure');
  return html`<h3>${title}</h3>
    <table aria-label=${title}>
      <thead>
        <tr>
          ${heads.map((head, column) => html`<th scope="col" class=${kind(column)}>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          (line) =>
            html`<tr>
              ${line.map((cell, column) => html`<td class=${kind(column)}>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>`;
}

/** @param time in microseconds */
function latency(time: number): string {
  return `${(time / 1000).toFixed(time < 10_000 ? 2 : 0)} ms`;
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-conversation': ConversationView;
  }
}
