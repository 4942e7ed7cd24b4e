import './splitter.ts';
import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { emit } from '../emit.ts';
import { baseStyles } from '../styles.ts';

/** From this width on the second part stands beside the first, otherwise below it. */
const WIDE = 900;

export interface Resized {
  readonly isWide: boolean;
  /** Of the second part, in percent. */
  readonly share: number;
}

/**
 * Two parts, the slots `main` and `side`, with a splitter between them; the second one only while it is open. Event:
 * `duplex-resize` (Resized).
 */
@customElement('duplex-split-view')
export class SplitView extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        min-height: 0;
      }
      .parts {
        display: flex;
        height: 100%;
      }
      .parts.narrow {
        flex-direction: column;
      }
      .main {
        display: flex;
        flex: 1;
        flex-direction: column;
        min-height: 0;
        min-width: 0;
      }
      .side {
        display: flex;
        flex: none;
        flex-direction: column;
        min-height: 0;
        min-width: 0;
      }
      .wide .side {
        width: var(--side);
      }
      .narrow .side {
        height: var(--side);
      }
      ::slotted([slot='side']) {
        flex: 1;
      }
    `,
  ];

  @property({ type: Boolean }) open = false;
  /** What the splitter is called. */
  @property({ attribute: false }) label = '';
  /** The second part's share of the width, and of the height where it is below, in percent. */
  @property({ attribute: false }) beside = 50;
  @property({ attribute: false }) below = 50;

  @state() private isWide = true;

  readonly #observer = new ResizeObserver(() => (this.isWide = this.clientWidth >= WIDE));

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  protected override willUpdate(): void {
    this.style.setProperty('--side', `${this.#share}%`);
  }

  protected override render(): TemplateResult {
    return html`<div class="parts ${this.isWide ? 'wide' : 'narrow'}">
      <div class="main"><slot name="main"></slot></div>
      ${this.open ? this.#sidePart() : nothing}
    </div>`;
  }

  get #share(): number {
    return this.isWide ? this.beside : this.below;
  }

  #sidePart(): TemplateResult {
    return html`
      <duplex-splitter
        .orientation=${this.isWide ? 'vertical' : 'horizontal'}
        .label=${this.label}
        .share=${this.#share}
        @duplex-resize=${(event: CustomEvent<number>) =>
          emit<Resized>(this, 'duplex-resize', { isWide: this.isWide, share: event.detail })}
      ></duplex-splitter>
      <div class="side"><slot name="side"></slot></div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-split-view': SplitView;
  }
}
