import { html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { ref } from 'lit/directives/ref.js';
import { makeVisible } from '../../core/format/visible.ts';
import type { PanelTopics } from '../../shared/panelUnits.ts';
import { MAX_CLOSED_TOPICS } from '../../shared/unitIndexProtocol.ts';
import type { TopicNode } from '../../shared/unitIndexProtocol.ts';
import { emit, reportTo } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import { coalesce } from '../base/queue.ts';
import { baseStyles, listStyles, sideStyles, toolStyles } from '../base/styles.ts';
import { ListScroller } from '../list/listScroller.ts';
import { toolButton } from '../parts/toolButton.ts';
import { count } from '../text/figures.ts';
import { PROTOCOL_TEXT, TOPIC_TEXT } from './protocolTexts.ts';
import { TOPIC_HEIGHT, topicsStyles } from './topicsStyles.ts';

/** Milliseconds between two polls of the tree of a live session. */
const INTERVAL = 1000;

/**
 * The topics of the messages as a tree, each with the number of its messages and its last value; only the nodes on screen are
 * pulled and in the DOM. A chosen node narrows the timeline to its topics. Events: `duplex-units`, `duplex-say`, `duplex-close`,
 * `duplex-leave`, `duplex-fail`.
 */
@customElement('duplex-topics')
export class TopicsView extends LitElement {
  static override styles = [baseStyles, toolStyles, sideStyles, listStyles, topicsStyles];

  @property({ attribute: false }) host!: Host;
  /** The names that narrow the timeline. */
  @property({ attribute: false }) names: readonly string[] = [];

  @state() private shown: (PanelTopics & { readonly from: number }) | undefined = undefined;
  /** The node that keys act on. */
  @state() private active: string | undefined = undefined;

  @query('[role=tree]') private readonly tree!: HTMLElement | null;

  /** Nodes whose children are hidden, the most recently closed one last. */
  readonly #closed = new Set<string>();
  #timer: ReturnType<typeof setInterval> | undefined;

  readonly #scroller = new ListScroller(this, {
    rowHeight: () => TOPIC_HEIGHT,
    rows: () => this.#total,
    sticksToEnd: () => false,
    onScroll: () => this.#load(),
    onResize: () => this.#load(),
  });

  readonly #load = coalesce(
    async () => {
      const { first, end } = this.#scroller.range();
      const margin = this.#scroller.rowsPerPage;
      const from = Math.max(0, first - margin);
      // Computed from the height, because the total is unknown before the first answer.
      const last = Math.max(end, first + margin) + margin;
      const { active } = this;
      const wanted = { closed: [...this.#closed], ...(active !== undefined && { active }) };
      this.shown = { ...(await this.host.calls.topics(wanted, from, last - from)), from };
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = 'region';
    this.ariaLabel = TOPIC_TEXT.topics;
    this.#timer = setInterval(() => this.#load(), INTERVAL);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  override focus(): void {
    this.tree?.focus();
  }

  protected override firstUpdated(): void {
    this.#load();
  }

  protected override render(): TemplateResult {
    const { first, end } = this.#scroller.range();
    const isFiltered = this.names.length > 0;
    return html`
      <div class="bar" @keydown=${this.#onEscape}>
        <span class="title">${TOPIC_TEXT.topics}</span>
        <div class="actions">
          ${
            isFiltered
              ? toolButton('list-filter', TOPIC_TEXT.showAll, () => emit(this, 'duplex-units', { names: [] }))
              : nothing
          }
          ${toolButton('close', TOPIC_TEXT.close, () => emit(this, 'duplex-close', true))}
        </div>
      </div>
      ${this.#facts()}
      <div
        ${ref(this.#scroller.attach)}
        class="viewport"
        role="tree"
        tabindex="0"
        aria-label=${TOPIC_TEXT.topics}
        aria-multiselectable="true"
        aria-activedescendant=${this.#activeAt >= first && this.#activeAt < end ? `node-${this.#activeAt}` : nothing}
        @keydown=${this.#onKey}
        @focus=${this.#onFocus}
      >
        <div class="layer" role="presentation">
          <div class="rows" role="presentation">
            ${Array.from({ length: Math.max(0, end - first) }, (_, index) => this.#row(first + index))}
          </div>
        </div>
        <div class="spacer"></div>
      </div>
    `;
  }

  get #total(): number {
    return this.shown?.page.total ?? 0;
  }

  /** The index of the active node; -1 if it is not visible. */
  get #activeAt(): number {
    const { shown } = this;
    const near = shown?.page.nodes.findIndex(({ path }) => path === this.active) ?? -1;
    return near >= 0 ? shown!.from + near : (shown?.page.active ?? -1);
  }

  #facts(): TemplateResult | typeof nothing {
    if (!this.shown) return nothing;
    const { progress, page } = this.shown;
    const { done, rows, total, problem } = progress;
    return html`<div class="facts">
      ${problem === undefined ? nothing : html`<p role="alert">${problem}</p>`}
      ${done || problem !== undefined ? nothing : html`<p class="dim">${PROTOCOL_TEXT.indexing(count(rows), count(total))}</p>`}
      <p class="dim">${page.topics === 0 ? TOPIC_TEXT.nothing : TOPIC_TEXT.count(count(page.topics))}</p>
      ${page.others === 0 ? nothing : html`<p class="dim">${TOPIC_TEXT.others(count(page.others))}</p>`}
    </div>`;
  }

  #nodeAt(at: number): TopicNode | undefined {
    return this.shown?.page.nodes[at - this.shown.from];
  }

  #row(at: number): TemplateResult {
    const node = this.#nodeAt(at);
    if (!node) return html`<div class="row" role="presentation"></div>`;
    const { path, label, level, position, siblings, isOpen, messages, last } = node;
    return html`<div
      id="node-${at}"
      class="row ${path === this.active ? 'active' : ''}"
      role="treeitem"
      aria-level=${level}
      aria-setsize=${siblings}
      aria-posinset=${position}
      aria-expanded=${isOpen ?? nothing}
      aria-selected=${this.#isChosen(node)}
      title=${makeVisible(path)}
      .style=${`--level: ${level - 1}`}
      @click=${() => this.#onClick(node)}
    >
      <span
        class="twistie ${isOpen === false ? 'closed' : ''}"
        @click=${(event: Event) => {
          if (isOpen === undefined) return;
          event.stopPropagation();
          this.active = path;
          this.#setOpen(node, !isOpen);
        }}
        >${isOpen === undefined ? nothing : icon('chevron-down')}</span
      >
      <span class="label">${makeVisible(label) || PROTOCOL_TEXT.unnamed}</span>
      <span class="value mono" title=${last?.value ?? nothing}>${last?.value}</span>
      <span class="figure">${count(messages)}</span>
    </div>`;
  }

  #isChosen({ path, last }: TopicNode): boolean {
    return last !== undefined && this.names.includes(path);
  }

  #onClick(node: TopicNode): void {
    this.active = node.path;
    reportTo(this, this.#choose(node));
  }

  /** Shows only the messages of these topics, or all messages again. */
  async #choose({ path }: TopicNode): Promise<void> {
    const { names, matches } = await this.host.calls.topicsUnder(path);
    const isChosen = names.length === this.names.length && names.every((name) => this.names.includes(name));
    emit(this, 'duplex-units', { names: isChosen ? [] : names });
    if (isChosen) return emit(this, 'duplex-say', TOPIC_TEXT.all);
    const sentence = TOPIC_TEXT.chosen(makeVisible(path), count(names.length));
    const more = matches > names.length ? ` ${TOPIC_TEXT.more(count(names.length), count(matches))}` : '';
    emit(this, 'duplex-say', sentence + more);
  }

  #setOpen({ path }: TopicNode, isOpen: boolean): void {
    this.#closed.delete(path);
    if (!isOpen) this.#closed.add(path);
    if (this.#closed.size > MAX_CLOSED_TOPICS) this.#closed.delete(this.#closed.values().next().value!);
    this.#load();
  }

  readonly #onFocus = (): void => {
    this.active ??= this.#nodeAt(this.#scroller.range().first)?.path;
  };

  /** The keys of a tree view (WAI-ARIA Authoring Practices). */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') return this.#onEscape(event);
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const at = this.#activeAt;
    const node = this.#nodeAt(at);
    const page = this.#scroller.rowsPerPage;
    switch (event.key) {
      case 'ArrowDown':
        this.#go(at + 1);
        break;
      case 'ArrowUp':
        this.#go(at - 1);
        break;
      case 'PageDown':
        this.#go(at + page);
        break;
      case 'PageUp':
        this.#go(at - page);
        break;
      case 'Home':
        this.#go(0);
        break;
      case 'End':
        this.#go(this.#total - 1);
        break;
      case 'ArrowRight':
        if (node?.isOpen === false) this.#setOpen(node, true);
        else if (node?.isOpen) this.#go(at + 1);
        break;
      case 'ArrowLeft':
        if (node?.isOpen) this.#setOpen(node, false);
        else if (node && node.parent >= 0) this.#go(node.parent);
        break;
      case 'Enter':
      case ' ':
        if (node) this.#onClick(node);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  readonly #onEscape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    emit(this, 'duplex-leave');
  };

  /** Makes a node active and brings it into view. Its page may need to be pulled first. */
  #go(place: number): void {
    const at = Math.max(0, Math.min(place, this.#total - 1));
    this.#scroller.reveal(at);
    const node = this.#nodeAt(at);
    if (node) {
      this.active = node.path;
      this.#load();
    } else reportTo(this, this.#pullActive(at));
  }

  async #pullActive(at: number): Promise<void> {
    const { page } = await this.host.calls.topics({ closed: [...this.#closed] }, at, 1);
    this.active = page.nodes[0]?.path;
    this.#load();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-topics': TopicsView;
  }
}
