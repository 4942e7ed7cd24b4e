import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { PanelUnitCalls } from '../../shared/panelUnits.ts';
import { emit } from '../base/events.ts';
import { icon } from '../base/icons.ts';
import { focusLoaded, loadPart } from '../base/lazyParts.ts';
import { baseStyles } from '../base/styles.ts';
import { count } from '../text/figures.ts';
import type { SearchOptions } from './searchOptions.ts';
import { SEARCH_TEXT } from './searchTexts.ts';
import { toggleStyles } from './toolbarStyles.ts';
import type { UnitFilterForm } from './unitFilter.ts';

/**
 * The list of types and names of units, which is loaded on first use, its button if there is room, and the operation
 * that alone is shown. Events: `duplex-units`; `duplex-close` to return the focus if there is no button.
 */
@customElement('duplex-unit-button')
export class UnitButton extends LitElement {
  static override styles = [
    baseStyles,
    toggleStyles,
    css`
      :host {
        display: contents;
      }
      .toggle {
        color: var(--vscode-panelTitle-inactiveForeground, var(--vscode-descriptionForeground));
        padding: 0 6px;
      }
      /* Without a button the list is below the bar, within its width. */
      duplex-unit-filter {
        left: 8px;
        max-width: calc(100% - 16px);
        position: absolute;
        top: calc(100% + 2px);
        width: 320px;
        z-index: 3;
      }
      .anchor {
        display: flex;
        position: relative;
      }
      .operation {
        flex: none;
      }
      .anchor duplex-unit-filter {
        left: 0;
        max-width: none;
      }
    `,
  ];

  @property({ attribute: false }) calls!: PanelUnitCalls;
  @property({ attribute: false }) options!: SearchOptions;
  @property({ attribute: false }) hasButton = true;

  @state() private isOpen = false;

  @query('[aria-haspopup]') private readonly button!: HTMLElement | null;
  @query('duplex-unit-filter') private readonly list!: UnitFilterForm | null;

  /** Opens the list and focuses it. */
  open(): void {
    loadPart(this, 'duplex-unit-filter', () => import('./unitFilter.ts'));
    this.isOpen = true;
    void this.updateComplete.then(() => focusLoaded(this.list));
  }

  protected override render(): TemplateResult {
    const { types, names, folds, operation } = this.options;
    const chosen = types.length + names.length;
    return html`<div class=${this.hasButton ? 'anchor' : ''}>
      ${
        this.hasButton
          ? html`<button
              type="button"
              class="toggle ${chosen > 0 || folds ? 'on' : ''}"
              aria-label=${SEARCH_TEXT.units}
              aria-haspopup="dialog"
              aria-expanded=${this.isOpen}
              title=${SEARCH_TEXT.units}
              @click=${() => (this.isOpen ? this.#close(true) : this.open())}
            >
              ${icon('filter')}${chosen === 0 ? nothing : count(chosen)}
            </button>`
          : nothing
      }
      ${
        operation === undefined
          ? nothing
          : html`<button
              type="button"
              class="toggle on operation"
              aria-label=${SEARCH_TEXT.endOperation(operation)}
              title=${SEARCH_TEXT.endOperation(operation)}
              @click=${this.#endOperation}
            >
              #${operation}${icon('close')}
            </button>`
      }
      ${
        this.isOpen
          ? html`<duplex-unit-filter
              role="dialog"
              aria-label=${SEARCH_TEXT.units}
              .calls=${this.calls}
              .options=${this.options}
              @duplex-units=${(event: CustomEvent<Partial<SearchOptions>>) =>
                emit(this, 'duplex-units', event.detail)}
              @duplex-close=${(event: CustomEvent<boolean>) => this.#close(event.detail)}
            ></duplex-unit-filter>`
          : nothing
      }
    </div>`;
  }

  /** The focus stays in the bar. */
  #endOperation(): void {
    emit(this, 'duplex-units', { operation: undefined });
    if (this.button) this.button.focus();
    else emit(this, 'duplex-close', true);
  }

  #close(refocus: boolean): void {
    this.isOpen = false;
    if (!refocus) return;
    if (this.button) this.button.focus();
    else emit(this, 'duplex-close', true);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-unit-button': UnitButton;
  }
}
