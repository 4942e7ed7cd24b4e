import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { PanelUnitCalls } from '../../shared/panelUnits.ts';
import type { UnitCounts } from '../../shared/unitIndexProtocol.ts';
import type { UnitType } from '../../shared/units.ts';
import { emit } from '../base/events.ts';
import { icon } from '../base/icons.ts';
import { rovingIndex } from '../base/keys.ts';
import { coalesce } from '../base/queue.ts';
import { baseStyles, fieldStyles } from '../base/styles.ts';
import { count } from '../text/figures.ts';
import type { SearchOptions } from './searchOptions.ts';
import { SEARCH_TEXT, UNIT_TYPE_NAMES } from './searchTexts.ts';

/** Maximum names in the list; a text in the field finds others. */
const MOST_NAMES = 200;

/** Milliseconds between two counts while the list is open. */
const INTERVAL = 1000;

interface Entry {
  readonly value: string;
  readonly text: string;
  readonly count: number;
  readonly isOn: boolean;
}

/**
 * A list of the types and names of units with their counts, to choose which are shown and whether heartbeats and
 * chores are folded. Events: `duplex-units`, `duplex-close`, `duplex-fail`.
 */
@customElement('duplex-unit-filter')
export class UnitFilterForm extends LitElement {
  static override styles = [
    baseStyles,
    fieldStyles,
    css`
      :host {
        background: var(--vscode-menu-background, var(--vscode-editor-background));
        border: 1px solid var(--vscode-menu-border, var(--vscode-widget-border, transparent));
        border-radius: 5px;
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
        color: var(--vscode-menu-foreground, var(--vscode-foreground));
        display: flex;
        flex-direction: column;
        max-height: min(60vh, 460px);
        overflow: hidden;
        padding: 8px;
      }
      h3 {
        color: var(--vscode-descriptionForeground);
        font: inherit;
        margin: 8px 4px 2px;
      }
      input {
        flex: none;
        margin: 2px 4px 4px;
      }
      [role='listbox'] {
        flex: none;
      }
      [role='listbox'].names {
        flex: 0 1 auto;
        min-height: 52px;
        overflow-y: auto;
      }
      [role='option'] {
        align-items: center;
        border-radius: 3px;
        cursor: pointer;
        display: flex;
        gap: 6px;
        height: 24px;
        padding: 0 6px 0 4px;
      }
      [role='option'] > span:nth-child(2) {
        flex: 1;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      [role='option']:hover,
      [role='option']:focus {
        background: var(--vscode-menu-selectionBackground, var(--vscode-list-activeSelectionBackground));
        color: var(--vscode-menu-selectionForeground, var(--vscode-list-activeSelectionForeground));
        outline: 1px solid var(--vscode-menu-selectionBorder, transparent);
        outline-offset: -1px;
      }
      .check {
        display: flex;
        flex: none;
        width: 16px;
      }
      .count {
        flex: none;
        font-variant-numeric: tabular-nums;
        opacity: 0.8;
      }
      .more {
        flex: none;
        margin: 4px;
      }
      .foot {
        display: flex;
        flex: none;
        justify-content: flex-end;
        padding-top: 8px;
      }
      .clear {
        background: none;
        border: 0;
        border-radius: 3px;
        color: var(--vscode-textLink-foreground);
        cursor: pointer;
        font: inherit;
        height: 24px;
        padding: 0 6px;
      }
      .clear:disabled {
        color: inherit;
        cursor: default;
        opacity: 0.4;
      }
    `,
  ];

  @property({ attribute: false }) calls!: Pick<PanelUnitCalls, 'unitCounts'>;
  @property({ attribute: false }) options!: SearchOptions;

  @state() private counts: UnitCounts | undefined = undefined;
  @state() private text = '';

  @query('vscode-checkbox') private readonly first!: HTMLElement;

  /** The listed names in an order that stays while the counts change. */
  #order = new Set<string>();
  #timer: ReturnType<typeof setInterval> | undefined;

  readonly #load = coalesce(
    async () => {
      const { text } = this;
      const counts = await this.calls.unitCounts(text);
      if (text !== this.text) return;
      for (const { name } of counts.names.slice(0, MOST_NAMES)) this.#order.add(name);
      this.counts = counts;
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#load(), INTERVAL);
    window.addEventListener('pointerdown', this.#onOutside);
    this.addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    window.removeEventListener('pointerdown', this.#onOutside);
    this.removeEventListener('keydown', this.#onKey);
  }

  override focus(): void {
    this.first.focus();
  }

  protected override firstUpdated(): void {
    // The chosen names come first, so that each can be deselected again.
    this.#order = new Set(this.options.names);
    this.#load();
  }

  protected override render(): TemplateResult {
    const { options, counts } = this;
    const names = this.#names();
    const more = (counts?.matches ?? 0) - MOST_NAMES;
    const isEmpty = options.types.length + options.names.length === 0 && options.operation === undefined;
    return html`
      <vscode-checkbox
        .label=${SEARCH_TEXT.folds}
        .checked=${options.folds}
        @change=${(event: Event) => this.#change({ folds: (event.target as HTMLInputElement).checked })}
      ></vscode-checkbox>
      <h3>${SEARCH_TEXT.types}</h3>
      ${this.#list('types', SEARCH_TEXT.types, this.#types())}
      <h3>${SEARCH_TEXT.names}</h3>
      <input
        type="text"
        spellcheck="false"
        aria-label=${SEARCH_TEXT.findName}
        placeholder=${SEARCH_TEXT.findName}
        .value=${this.text}
        @input=${this.#onInput}
      />
      ${names.length === 0 ? html`<div class="more dim">${SEARCH_TEXT.noNames}</div>` : this.#list('names', SEARCH_TEXT.names, names)}
      ${more > 0 ? html`<div class="more dim">${SEARCH_TEXT.moreNames(count(more))}</div>` : nothing}
      <div class="foot">
        <button
          type="button"
          class="clear"
          ?disabled=${isEmpty}
          @click=${() => this.#change({ types: [], names: [], operation: undefined })}
        >
          ${SEARCH_TEXT.showAll}
        </button>
      </div>
    `;
  }

  #list(which: 'types' | 'names', label: string, entries: readonly Entry[]): TemplateResult {
    return html`<div
      class=${which}
      role="listbox"
      aria-label=${label}
      aria-multiselectable="true"
      @keydown=${this.#onListKey}
    >
      ${entries.map(
        (entry, index) =>
          html`<div
            role="option"
            aria-selected=${entry.isOn}
            tabindex=${index === 0 ? 0 : -1}
            title=${entry.text}
            @click=${() => this.#toggle(which, entry.value)}
          >
            <span class="check">${entry.isOn ? icon('check') : nothing}</span><span>${entry.text}</span
            ><span class="count">${count(entry.count)}</span>
          </div>`,
      )}
    </div>`;
  }

  /** Chosen types stay listed while the index has none of them yet. */
  #types(): Entry[] {
    const { types } = this.options;
    const known = this.counts?.types ?? [];
    const missing = types.filter((type) => !known.some((each) => each.type === type));
    return [...known, ...missing.map((type) => ({ type, count: 0 }))].map(({ type, count: units }) => ({
      value: type,
      text: UNIT_TYPE_NAMES[type],
      count: units,
      isOn: types.includes(type),
    }));
  }

  #names(): Entry[] {
    const { names } = this.options;
    const counts = new Map(this.counts?.names.map(({ name, count: units }) => [name, units]));
    return [...this.#order].map((name) => ({
      value: name,
      text: name || SEARCH_TEXT.noName,
      count: counts.get(name) ?? 0,
      isOn: names.includes(name),
    }));
  }

  #toggle(which: 'types' | 'names', value: string): void {
    const before: readonly string[] = this.options[which];
    const after = before.includes(value) ? before.filter((each) => each !== value) : [...before, value];
    this.#change(which === 'types' ? { types: after as UnitType[] } : { names: after });
  }

  #change(change: Partial<SearchOptions>): void {
    emit(this, 'duplex-units', change);
  }

  #onInput(event: Event): void {
    this.text = (event.target as HTMLInputElement).value;
    this.#order.clear();
    this.#load();
  }

  /** Arrow keys move, Space and Enter choose. */
  #onListKey(event: KeyboardEvent): void {
    const options = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=option]')];
    const index = options.indexOf(event.target as HTMLElement);
    if (event.key === ' ' || event.key === 'Enter') options[index]?.click();
    else {
      const target = options[rovingIndex(event.key, index, options.length) ?? -1];
      if (target === undefined) return;
      target.focus();
    }
    event.preventDefault();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    emit(this, 'duplex-close', true);
  };

  readonly #onOutside = (event: Event): void => {
    if (!event.composedPath().includes(this.getRootNode())) emit(this, 'duplex-close', false);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-unit-filter': UnitFilterForm;
  }
  interface HTMLElementEventMap {
    /** Show other units. */
    'duplex-units': CustomEvent<Partial<SearchOptions>>;
  }
}
