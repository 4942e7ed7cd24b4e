import { css, html, LitElement } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { emit } from '../emit.ts';
import { baseStyles } from '../styles.ts';
import { GREATEST_SHARE, LEAST_SHARE } from '../viewState.ts';

const STEP = 2;

/**
 * The bar between two parts of its parent; its value is the share of the part behind it, in percent.
 * Dragged, or moved with the arrow keys. Event: `duplex-resize` (the new share).
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
      .grip {
        inset: -2px;
        position: absolute;
        transition: background 0.1s 0.2s;
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

  /** As in WAI-ARIA: `vertical` stands between left and right. */
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
    emit(this, 'duplex-resize', this.share);
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
}
