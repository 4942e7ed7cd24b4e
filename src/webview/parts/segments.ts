import './menu.ts';
import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { emit } from '../base/events.ts';
import { rovingIndex } from '../base/keys.ts';
import { baseStyles } from '../base/styles.ts';

/**
 * A choice among several visible items, as tabs or as radio buttons (WAI-ARIA patterns). One item is in the tab
 * order, and arrow keys move between items. In a narrow place it is a menu. vscode-tabs lacks Home and End and has
 * its tablist role twice. Event: `duplex-choose`.
 */
@customElement('duplex-segments')
export class SegmentedControl extends LitElement {
  static override styles = [
    baseStyles,
    css`
      duplex-menu {
        display: block;
        margin-left: var(--segment-padding, 10px);
      }
      [role='tablist'],
      [role='radiogroup'] {
        align-items: center;
        display: flex;
      }
      button {
        background: none;
        border: 0;
        color: var(--vscode-panelTitle-inactiveForeground, var(--vscode-descriptionForeground));
        cursor: pointer;
        font: inherit;
        padding: 0 var(--segment-padding, 10px);
        white-space: nowrap;
      }
      button:hover,
      button.chosen {
        color: var(--vscode-panelTitle-activeForeground, var(--vscode-foreground));
      }
      [role='tab'] {
        border-bottom: 1px solid transparent;
        height: var(--segment-height, 34px);
      }
      /* Where there is no room for a row and the parts around would clip a menu: a grid. */
      [role='tablist'] {
        display: grid;
        grid-auto-columns: max-content;
        grid-auto-flow: var(--segment-flow, column);
        grid-template-columns: var(--segment-columns, none);
        justify-content: start;
        justify-items: start;
      }
      [role='tab'].chosen {
        border-bottom-color: var(--vscode-panelTitle-activeBorder, currentColor);
      }
      /* One track for all: of these exactly one is chosen. Toggles stand apart from each other. */
      [role='radiogroup'] {
        border: 1px solid
          var(--vscode-widget-border, var(--vscode-input-border, var(--vscode-contrastBorder, transparent)));
        border-radius: 5px;
        width: max-content;
      }
      [role='radio'] {
        border: 1px solid transparent;
        border-radius: 4px;
        height: 24px;
      }
      [role='radio']:hover {
        background: var(--vscode-toolbar-hoverBackground);
      }
      [role='radio'].chosen {
        background: var(--vscode-inputOption-activeBackground);
        border-color: var(--vscode-inputOption-activeBorder, transparent);
        color: var(--vscode-inputOption-activeForeground);
      }
      button:hover:not(.chosen) {
        outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      button:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
    `,
  ];

  @property({ attribute: false }) pattern: 'tabs' | 'radio' = 'tabs';
  @property({ attribute: false }) label = '';
  @property({ attribute: false }) items: readonly { readonly value: string; readonly text: string }[] = [];
  @property({ attribute: false }) value = '';
  /** Whether there is no room for the items in a row. */
  @property({ attribute: false }) narrow = false;
  /** Where the menu of a narrow place opens. */
  @property({ attribute: false }) placement: 'below' | 'above' = 'below';

  protected override render(): TemplateResult {
    if (this.narrow) return this.#menuPart();
    const isTabs = this.pattern === 'tabs';
    return html`<div
      role=${isTabs ? 'tablist' : 'radiogroup'}
      aria-label=${this.label}
      @keydown=${this.#onKey}
    >
      ${this.items.map(({ value, text }) => {
        const chosen = value === this.value;
        return html`<button
          type="button"
          role=${isTabs ? 'tab' : 'radio'}
          class=${chosen ? 'chosen' : ''}
          tabindex=${chosen ? 0 : -1}
          aria-selected=${isTabs ? chosen : nothing}
          aria-checked=${isTabs ? nothing : chosen}
          @click=${() => this.#choose(value)}
        >
          ${text}
        </button>`;
      })}
    </div>`;
  }

  /** The focus follows the choice. If the host does not accept the choice, the focus stays on the previous item. */
  protected override updated(): void {
    if (this.renderRoot.querySelector(':is([role=tab], [role=radio]):focus:not(.chosen)')) this.focus();
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.chosen, duplex-menu')?.focus();
  }

  #menuPart(): TemplateResult {
    return html`<duplex-menu
      align="start"
      .placement=${this.placement}
      .label=${this.label}
      .text=${this.items.find(({ value }) => value === this.value)?.text ?? this.label}
      .items=${this.items.map((item) => ({ ...item, isChecked: item.value === this.value }))}
      @duplex-choose=${(event: CustomEvent<string>) => this.#choose(event.detail)}
    ></duplex-menu>`;
  }

  #choose(value: string): void {
    if (value === this.value) return;
    this.value = value;
    emit(this, 'duplex-choose', value);
  }

  #onKey(event: KeyboardEvent): void {
    const index = this.items.findIndex(({ value }) => value === this.value);
    const target = this.items[rovingIndex(event.key, index, this.items.length) ?? -1];
    if (target === undefined) return;
    event.preventDefault();
    this.#choose(target.value);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-segments': SegmentedControl;
  }
}
