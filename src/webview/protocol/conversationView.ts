import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { PanelConversation } from '../../shared/panelUnits.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { JsonPairs, Subscription } from '../../shared/unitIndexProtocol.ts';
import { emit } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import { coalesce } from '../base/queue.ts';
import { baseStyles, sideStyles, toolStyles } from '../base/styles.ts';
import { toolButton } from '../parts/toolButton.ts';
import { count } from '../text/figures.ts';
import { conversationStyles } from './conversationStyles.ts';
import './callList.ts';
import type { CallList } from './callList.ts';
import './pairsForm.ts';
import { PROTOCOL_TEXT } from './protocolTexts.ts';
import { latency, linkStyles, rowButton } from './rowLinks.ts';

/** Milliseconds between two polls of the figures of a live session. */
const INTERVAL = 1000;

/**
 * Calls with their replies, latencies by name, and subscriptions. Events: `duplex-go`, `duplex-units`, `duplex-close`,
 * `duplex-leave`, `duplex-pairs`, `duplex-fail`.
 */
@customElement('duplex-conversation')
export class ConversationView extends LitElement {
  static override styles = [baseStyles, toolStyles, sideStyles, linkStyles, conversationStyles];

  @property({ attribute: false }) host!: Host;
  /** The paths that pair calls with replies; undefined to pair by the ids of the protocol. */
  @property({ attribute: false }) pairs: JsonPairs | undefined = undefined;
  /** A row of the operation that the timeline shows alone. */
  @property({ attribute: false }) operation: number | undefined = undefined;

  @state() private figures: PanelConversation | undefined = undefined;
  @state() private unanswered = false;
  /** The name of the listed calls; undefined for all calls. */
  @state() private name: string | undefined = undefined;
  /** Why the paths cannot be used. */
  @state() private problem: string | undefined = undefined;

  @query('duplex-call-list') private readonly list!: CallList | null;

  #timer: ReturnType<typeof setInterval> | undefined;

  readonly #load = coalesce(
    async () => {
      const { pairs } = this;
      if (pairs?.call === '' || pairs?.reply === '') {
        this.problem = PROTOCOL_TEXT.bothPaths;
        return;
      }
      try {
        const figures = await this.host.calls.conversation(pairs);
        if (pairs !== this.pairs) return;
        this.figures = figures;
        this.problem = undefined;
        this.list?.refresh();
      } catch (error) {
        const { code, message } = toDuplexError(error);
        if (pairs === undefined || code !== 'call.invalid') throw error;
        if (pairs === this.pairs) this.problem = message;
      }
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'region';
    this.ariaLabel = PROTOCOL_TEXT.conversation;
    this.#timer = setInterval(() => this.#load(), INTERVAL);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.body')?.focus());
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('pairs') && this.hasUpdated) return;
    this.name = undefined;
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
      <duplex-pairs-form
        .pairs=${this.pairs}
        .problem=${this.problem}
        @keydown=${this.#onKey}
        @duplex-pairs=${(event: CustomEvent<JsonPairs | undefined>) => emit(this, 'duplex-pairs', event.detail ?? undefined)}
      ></duplex-pairs-form>
      <div
        class="body"
        tabindex="0"
        role="group"
        aria-label=${PROTOCOL_TEXT.conversation}
        @keydown=${this.#onKey}
      >
        ${this.figures ? this.#content(this.figures) : nothing}
      </div>
      ${this.figures && this.figures.calls.length > 0 && this.problem === undefined ? this.#calls() : nothing}
    `;
  }

  #content(figures: PanelConversation): TemplateResult {
    const { calls, subscriptions, done, rows, total, problem } = figures;
    const isEmpty = calls.length === 0 && subscriptions.length === 0;
    const open = subscriptions.filter(({ end }) => end === undefined);
    const ended = subscriptions.filter(({ end }) => end !== undefined);
    return html`
      ${problem === undefined ? nothing : html`<p role="alert">${problem}</p>`}
      ${done || problem !== undefined ? nothing : html`<p class="dim">${PROTOCOL_TEXT.indexing(count(rows), count(total))}</p>`}
      ${isEmpty ? html`<p class="dim">${PROTOCOL_TEXT.nothing}</p>` : nothing}
      ${this.#subscriptions(PROTOCOL_TEXT.subscriptions, open)}
      ${this.#subscriptions(PROTOCOL_TEXT.ended, ended)}
      ${calls.length === 0 ? nothing : latencyTable(figures, this.name, (name) => (this.name = name))}
    `;
  }

  #subscriptions(title: string, subscriptions: readonly Subscription[]): TemplateResult | typeof nothing {
    if (subscriptions.length === 0) return nothing;
    const link = (row: number): TemplateResult => rowButton(row, () => emit(this, 'duplex-go', row));
    return table(
      title,
      PROTOCOL_TEXT.subscription,
      subscriptions.map(({ name, stream, events, rate, row, end }) => [
        html`${name || PROTOCOL_TEXT.unnamed}
        ${link(row)}${end === undefined ? nothing : html` – ${link(end)}`} ${this.#only(row)}`,
        stream,
        count(events),
        rate.toFixed(rate < 10 ? 1 : 0),
      ]),
      2,
    );
  }

  /** A button that shows only the rows of an operation in the timeline, or all rows again. */
  #only(row: number): TemplateResult {
    const isShown = row === this.operation;
    return html`<button
      type="button"
      class="tool only"
      aria-pressed=${isShown}
      aria-label=${PROTOCOL_TEXT.onlyOf(row)}
      title=${PROTOCOL_TEXT.onlyOf(row)}
      @click=${() => emit(this, 'duplex-units', { operation: isShown ? undefined : row })}
    >
      ${icon('list-filter')}
    </button>`;
  }

  #calls(): TemplateResult {
    const { name, unanswered, pairs } = this;
    return html`
      <div class="heading" @keydown=${this.#onKey}>
        <h3>
          ${name === undefined ? PROTOCOL_TEXT.calls : PROTOCOL_TEXT.callsOf(name || PROTOCOL_TEXT.unnamed)}
        </h3>
        ${
          name === undefined
            ? nothing
            : toolButton('close', PROTOCOL_TEXT.allCalls, () => (this.name = undefined))
        }
        <vscode-checkbox
          .label=${PROTOCOL_TEXT.unansweredOnly}
          .checked=${unanswered}
          @change=${this.#onUnanswered}
        ></vscode-checkbox>
      </div>
      <duplex-call-list
        .host=${this.host}
        .query=${{ unanswered, ...(name !== undefined && { name }), ...(pairs && { pairs }) }}
        @keydown=${this.#onKey}
        @duplex-go=${(event: CustomEvent<number>) => emit(this, 'duplex-go', event.detail)}
      ></duplex-call-list>
    `;
  }

  #onUnanswered(event: Event): void {
    this.unanswered = (event.target as HTMLInputElement).checked;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    emit(this, 'duplex-leave');
  }
}

/** @param choose lists the calls of one name, or all calls again */
function latencyTable(
  { calls }: PanelConversation,
  chosen: string | undefined,
  choose: (name: string | undefined) => void,
): TemplateResult {
  return table(
    PROTOCOL_TEXT.latencies,
    PROTOCOL_TEXT.figures,
    calls.map(({ name, calls: all, errors, unanswered, p50, p95, p99 }) => [
      html`<button
        type="button"
        class="link"
        aria-pressed=${name === chosen}
        @click=${() => choose(name === chosen ? undefined : name)}
      >
        ${name || PROTOCOL_TEXT.unnamed}
      </button>`,
      ...[all, errors, unanswered].map(count),
      ...[p50, p95, p99].map((time) => (time === undefined ? '' : latency(time))),
    ]),
    1,
  );
}

/** @param texts number of text columns; the remaining columns are figures */
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

declare global {
  interface HTMLElementTagNameMap {
    'duplex-conversation': ConversationView;
  }
}
