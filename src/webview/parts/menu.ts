import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { emit } from '../base/events.ts';
import { icon } from '../base/icons.ts';
import type { IconName } from '../base/icons.ts';
import { rovingIndex } from '../base/keys.ts';
import { baseStyles } from '../base/styles.ts';

export interface MenuItem {
  readonly value: string;
  readonly text: string;
  /** Whether a separator precedes the item. */
  readonly beginsGroup?: boolean;
  readonly isDisabled?: boolean;
  /** Whether this item is the chosen one of its group. */
  readonly isChecked?: boolean;
  /** Whether an independent toggle is on. */
  readonly isOn?: boolean;
  /** The keys of the item, shown at its end. */
  readonly keys?: string;
}

/**
 * A button with an ellipsis or a text, and its menu (WAI-ARIA's menu button). vscode-context-menu has no menu roles.
 * Events: `duplex-opening`, after which `items` may change, and `duplex-choose`; a context menu also emits
 * `duplex-close`.
 */
@customElement('duplex-menu')
export class Menu extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        flex: none;
        position: relative;
      }
      .opener {
        background: none;
        border: 0;
        border-radius: 5px;
        color: var(--vscode-icon-foreground, var(--vscode-foreground));
        cursor: pointer;
        display: block;
        height: 26px;
        padding: 0;
        width: 26px;
      }
      .opener.worded {
        align-items: center;
        display: flex;
        font: inherit;
        gap: 2px;
        height: 24px;
        margin: 0 -4px;
        padding: 0 4px;
        max-width: calc(100% + 8px);
        white-space: nowrap;
        width: auto;
      }
      .opener .text {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .opener.worded .icon {
        flex: none;
        font-size: 12px;
        width: 12px;
      }
      .opener:hover,
      .opener[aria-expanded='true'] {
        background: var(--vscode-toolbar-hoverBackground);
        outline: 1px dashed var(--vscode-toolbar-hoverOutline, transparent);
        outline-offset: -1px;
      }
      .opener:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
      [role='menu'] {
        background: var(--vscode-menu-background, var(--vscode-editor-background));
        border: 1px solid var(--vscode-menu-border, var(--vscode-widget-border, transparent));
        border-radius: 5px;
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
        color: var(--vscode-menu-foreground, var(--vscode-foreground));
        max-height: min(60vh, 420px);
        max-width: calc(100vw - 8px);
        min-width: min(200px, calc(100vw - 8px));
        overflow-y: auto;
        padding: 4px 0;
        position: absolute;
        right: 0;
        top: calc(100% + 2px);
        z-index: 3;
      }
      :host([align='start']) [role='menu'] {
        left: -4px;
        right: auto;
      }
      :host([placement='above']) [role='menu'] {
        bottom: calc(100% + 2px);
        top: auto;
      }
      .item .text {
        flex: 1;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .item .detail {
        color: var(--vscode-descriptionForeground);
        flex: none;
        margin-left: 24px;
      }
      .item:focus .detail,
      .item:hover:not([aria-disabled='true']) .detail {
        color: inherit;
      }
      :host([contextual]) [role='menu'] {
        position: fixed;
        right: auto;
      }
      .item .icon {
        left: 4px;
        position: absolute;
        top: 4px;
      }
      .item {
        background: none;
        border: 0;
        border-radius: 3px;
        color: inherit;
        cursor: pointer;
        display: flex;
        font: inherit;
        height: 24px;
        line-height: 22px;
        margin: 0 4px;
        max-width: 60ch;
        padding: 0 22px;
        position: relative;
        text-align: left;
        white-space: nowrap;
        width: calc(100% - 8px);
      }
      .item:focus,
      .item:hover:not([aria-disabled='true']) {
        background: var(--vscode-menu-selectionBackground, var(--vscode-list-activeSelectionBackground));
        color: var(--vscode-menu-selectionForeground, var(--vscode-list-activeSelectionForeground));
        outline: 1px solid var(--vscode-menu-selectionBorder, transparent);
        outline-offset: -1px;
      }
      .item[aria-disabled='true'] {
        cursor: default;
        opacity: 0.5;
      }
      [role='separator'] {
        border-top: 1px solid var(--vscode-menu-separatorBackground, var(--vscode-widget-border));
        margin: 4px 0;
      }
    `,
  ];

  @property({ attribute: false }) label = '';
  /** The button's text; an icon if empty. */
  @property({ attribute: false }) text = '';
  @property({ attribute: false }) glyph: IconName = 'ellipsis';
  @property({ attribute: false }) items: readonly MenuItem[] = [];
  /** Where the menu opens. */
  @property({ reflect: true }) placement: 'below' | 'above' = 'below';

  /** Without a button: the menu only opens at a point, as a context menu. */
  @property({ type: Boolean, reflect: true }) contextual = false;

  @state() private isOpen = false;
  #point: { readonly x: number; readonly y: number } | undefined;

  @query('.opener') private readonly opener!: HTMLElement | null;
  @query('[role=menu]') private readonly menu!: HTMLElement | null;

  override focus(): void {
    this.opener?.focus();
  }

  /** Opens the menu at a point of the window, in pixels. */
  openAt(x: number, y: number): void {
    this.#point = { x, y };
    this.#open(0);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }

  protected override render(): TemplateResult {
    return html`
      ${this.contextual ? nothing : this.#openerButton()}
      ${
        this.isOpen
          ? html`<div role="menu" aria-label=${this.label} @keydown=${this.#onKey}>
              ${this.items.map((item) => this.#item(item))}
            </div>`
          : nothing
      }
    `;
  }

  protected override updated(): void {
    const { menu } = this;
    if (menu === null) return;
    // Moves the menu into the window.
    menu.style.translate = '';
    const { left, right, width, height } = menu.getBoundingClientRect();
    if (this.#point === undefined) {
      const shift = left < 4 ? 4 - left : Math.min(0, window.innerWidth - 4 - right);
      if (shift !== 0) menu.style.translate = `${shift}px`;
      return;
    }
    menu.style.left = `${Math.max(0, Math.min(this.#point.x, window.innerWidth - width - 4))}px`;
    menu.style.top = `${Math.max(0, Math.min(this.#point.y, window.innerHeight - height - 4))}px`;
  }

  #openerButton(): TemplateResult {
    return html`
      <button
        type="button"
        class="opener ${this.text === '' ? '' : 'worded'}"
        aria-label=${this.label}
        aria-haspopup="menu"
        aria-expanded=${this.isOpen}
        title=${this.label}
        @click=${() => (this.isOpen ? this.#close() : this.#open(0))}
        @keydown=${this.#onOpenerKey}
      >
        ${this.text === '' ? icon(this.glyph) : html`<span class="text">${this.text}</span>${icon('chevron-down')}`}
      </button>
    `;
  }

  #item(item: MenuItem): TemplateResult {
    const { value, text, beginsGroup = false, isDisabled = false, isChecked, isOn, keys } = item;
    const role =
      isOn !== undefined ? 'menuitemcheckbox' : isChecked === undefined ? 'menuitem' : 'menuitemradio';
    return html`
      ${beginsGroup ? html`<div role="separator"></div>` : nothing}
      <button
        type="button"
        class="item"
        role=${role}
        aria-checked=${isOn ?? isChecked ?? nothing}
        tabindex="-1"
        aria-disabled=${isDisabled}
        @click=${() => isDisabled || this.#choose(value)}
      >
        ${(isOn ?? isChecked) ? icon('check') : nothing}<span class="text">${text}</span>${
          keys === undefined ? nothing : html`<span class="detail">${keys}</span>`
        }
      </button>
    `;
  }

  get #buttons(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.item')];
  }

  #open(index: number): void {
    emit(this, 'duplex-opening');
    this.isOpen = true;
    window.addEventListener('pointerdown', this.#onOutside);
    window.addEventListener('blur', this.#onBlur);
    void this.updateComplete.then(() => this.#buttons.at(index)?.focus());
  }

  #close(): void {
    this.isOpen = false;
    window.removeEventListener('pointerdown', this.#onOutside);
    window.removeEventListener('blur', this.#onBlur);
  }

  #choose(value: string): void {
    this.#leave();
    emit(this, 'duplex-choose', value);
  }

  /** Closes the menu and gives the focus back. */
  #leave(): void {
    this.#close();
    this.opener?.focus();
    if (this.contextual) emit(this, 'duplex-close', true);
  }

  readonly #onOutside = (event: Event): void => {
    if (!event.composedPath().includes(this)) this.#close();
  };

  readonly #onBlur = (): void => this.#close();

  #onOpenerKey(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    this.#open(event.key === 'ArrowDown' ? 0 : -1);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.stopPropagation();
      if (event.key === 'Escape') event.preventDefault();
      this.#leave();
      return;
    }
    const buttons = this.#buttons;
    const index = buttons.indexOf(event.target as HTMLElement);
    const target = buttons[rovingIndex(event.key, index, buttons.length) ?? -1];
    if (target === undefined) return;
    event.preventDefault();
    target.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-menu': Menu;
  }
  interface HTMLElementEventMap {
    'duplex-opening': CustomEvent<void>;
  }
}
