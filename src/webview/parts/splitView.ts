import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { emit } from '../base/events.ts';
import { baseStyles } from '../base/styles.ts';
/** Minimum and maximum size in percent of the part after a splitter. */
export const LEAST_SHARE = 15;
export const GREATEST_SHARE = 85;

const STEP = 2;

/**
 * The bar between two parts of its parent; its value is the share of the second part, in percent. It is dragged, or
 * moved with arrow keys (WAI-ARIA's window splitter). vscode-split-layout has neither keys nor a role. Event:
 * `duplex-share`.
 */
@customElement('duplex-splitter')
export class Splitter extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        background: var(--vscode-panel-border, var(--vscode-widget-border, transparent));
        flex: none;
        position: relative;
        touch-action: none;
        z-index: 1;
      }
      :host([orientation='vertical']) {
        cursor: ew-resize;
        width: 1px;
      }
      :host([orientation='horizontal']) {
        cursor: ns-resize;
        height: 1px;
      }
      /* Wider than the bar across it only: along it, the grip would stand out of the page. */
      .grip {
        inset: 0 -2px;
        position: absolute;
        transition: background 0.1s 0.2s;
      }
      :host([orientation='horizontal']) .grip {
        inset: -2px 0;
      }
      .grip:hover,
      .grip.dragged {
        background: var(--vscode-sash-hoverBorder);
      }
      .grip:focus-visible {
        background: var(--vscode-focusBorder);
      }
      @media (prefers-reduced-motion: reduce) {
        .grip {
          transition: none;
        }
      }
    `,
  ];

  /** As in WAI-ARIA: a `vertical` splitter divides left from right. */
  @property({ reflect: true }) orientation: 'vertical' | 'horizontal' = 'vertical';
  @property({ attribute: false }) label = '';
  @property({ attribute: false }) share = 50;

  #isDragged = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('share')) this.share = Math.min(Math.max(this.share, LEAST_SHARE), GREATEST_SHARE);
  }

  protected override render(): TemplateResult {
    return html`<div
      class="grip ${this.#isDragged ? 'dragged' : ''}"
      role="separator"
      tabindex="0"
      aria-label=${this.label}
      aria-orientation=${this.orientation}
      aria-valuenow=${Math.round(this.share)}
      aria-valuemin=${LEAST_SHARE}
      aria-valuemax=${GREATEST_SHARE}
      @keydown=${this.#onKey}
      @pointerdown=${this.#onDown}
      @pointermove=${this.#onMove}
      @pointerup=${this.#onUp}
      @pointercancel=${this.#onUp}
    ></div>`;
  }

  #move(share: number): void {
    this.share = Math.min(Math.max(share, LEAST_SHARE), GREATEST_SHARE);
    emit(this, 'duplex-share', this.share);
  }

  #onKey(event: KeyboardEvent): void {
    const isVertical = this.orientation === 'vertical';
    if (event.key === (isVertical ? 'ArrowLeft' : 'ArrowUp')) this.#move(this.share + STEP);
    else if (event.key === (isVertical ? 'ArrowRight' : 'ArrowDown')) this.#move(this.share - STEP);
    else if (event.key === 'Home') this.#move(GREATEST_SHARE);
    else if (event.key === 'End') this.#move(LEAST_SHARE);
    else return;
    event.preventDefault();
  }

  #onDown(event: PointerEvent): void {
    (event.target as HTMLElement).setPointerCapture(event.pointerId);
    this.#isDragged = true;
    this.requestUpdate();
  }

  #onMove(event: PointerEvent): void {
    const parent = this.parentElement;
    if (!this.#isDragged || !parent) return;
    const { right, bottom, width, height } = parent.getBoundingClientRect();
    const isVertical = this.orientation === 'vertical';
    this.#move(
      isVertical ? ((right - event.clientX) / width) * 100 : ((bottom - event.clientY) / height) * 100,
    );
  }

  #onUp(): void {
    this.#isDragged = false;
    this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-splitter': Splitter;
  }
  interface HTMLElementEventMap {
    /** The splitter's new share. */
    'duplex-share': CustomEvent<number>;
    'duplex-resize': CustomEvent<Resized>;
  }
}

/** Minimum width in pixels at which the second part is beside the first; below that it is under it. */
const WIDE = 900;

export interface Resized {
  readonly isWide: boolean;
  /** The share of the second part, in percent. */
  readonly share: number;
}

/**
 * Two parts, the slots `main` and `side`, with a splitter between them. The second is shown while `open` is true.
 * Event: `duplex-resize`.
 */
@customElement('duplex-split-view')
export class SplitView extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        min-height: 96px;
      }
      :host([open]) {
        min-height: 168px;
      }
      .parts {
        display: flex;
        height: 100%;
      }
      .parts.narrow {
        flex-direction: column;
      }
      .main,
      .side {
        display: flex;
        flex: none;
        flex-direction: column;
        min-height: 0;
        min-width: 0;
      }
      .main {
        flex: 1;
      }
      .wide .side {
        width: var(--side);
      }
      .narrow .side {
        height: var(--side);
        min-height: 84px;
      }
      .narrow .main {
        min-height: 76px;
      }
      ::slotted([slot='side']) {
        flex: 1;
      }
    `,
  ];

  @property({ type: Boolean, reflect: true }) open = false;
  /** The splitter's accessible name. */
  @property({ attribute: false }) label = '';
  /** The second part's share of the width, or of the height if it is below, in percent. */
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
        @duplex-share=${(event: CustomEvent<number>) =>
          emit(this, 'duplex-resize', { isWide: this.isWide, share: event.detail })}
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
