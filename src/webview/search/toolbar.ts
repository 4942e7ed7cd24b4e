import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '../parts/menu.ts';
import '../parts/segments.ts';
import { html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { PanelUnitCalls } from '../../shared/panelUnits.ts';
import { emit } from '../base/events.ts';
import { icon } from '../base/icons.ts';
import type { IconName } from '../base/icons.ts';
import { isMac } from '../base/host.ts';
import { baseStyles } from '../base/styles.ts';
import { WidthController } from '../base/width.ts';
import type { Width } from '../base/width.ts';
import { DIRECTION_CHOICE_NAMES, KIND_GROUP_NAMES, SEARCH_PLACEHOLDERS, SEARCH_TEXT } from './searchTexts.ts';
import { DIRECTION_CHOICES, KIND_GROUPS, NO_SEARCH, writtenAs } from './searchOptions.ts';
import type { DirectionChoice, KindGroup, SearchMode, SearchOptions } from './searchOptions.ts';
import { NO_STATUS } from './searchStatus.ts';
import type { SearchStatus } from './searchStatus.ts';
import { overflowItems } from './toolbarOverflow.ts';
import type { OverflowChoice } from './toolbarOverflow.ts';
import { toggleStyles, toolbarStyles } from './toolbarStyles.ts';
import './unitButton.ts';
import type { UnitButton } from './unitButton.ts';

const DIRECTIONS = DIRECTION_CHOICES.map((value) => ({ value, text: DIRECTION_CHOICE_NAMES[value] }));

/** Milliseconds after the last key until the search starts. */
const PAUSE = 200;

const FIND_KEYS = isMac ? '⌘F' : 'Ctrl+F';

/**
 * Filters and search of the timeline. Events: `duplex-options`, `duplex-pattern`, `duplex-step`, `duplex-cancel`,
 * `duplex-follow`, `duplex-chart`, `duplex-go-to`, `duplex-leave`.
 */
@customElement('duplex-toolbar')
export class Toolbar extends LitElement {
  static override styles = [baseStyles, toggleStyles, toolbarStyles];

  @property({ attribute: false }) options: SearchOptions = NO_SEARCH;
  @property({ attribute: false }) status: SearchStatus = NO_STATUS;
  @property({ attribute: false }) follow = true;
  /** Whether the chart of the rate is open. */
  @property({ attribute: false }) chart = true;
  @property({ attribute: false }) calls!: PanelUnitCalls;
  /** Whether units can be filtered, because a protocol is known. */
  @property({ attribute: false }) knowsProtocol = false;
  /** The number of rows as text. */
  @property({ attribute: false }) rows = '';

  /** The text in the field. */
  @state() private text = '';

  @query('duplex-unit-button') private readonly units!: UnitButton | null;
  @query('duplex-menu') private readonly menu!: HTMLElement | null;
  @query('input') private readonly field!: HTMLInputElement;

  readonly #room = new WidthController(this);
  #pause: ReturnType<typeof setTimeout> | undefined;
  /** The pattern of the last event. */
  #pattern = '';

  override focus(): void {
    this.field.focus();
    this.field.select();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#pause);
  }

  protected override render(): TemplateResult {
    const { options, status } = this;
    const { width } = this.#room;
    const isWide = width === 'wide';
    return html`
      <div class="bar ${width}" role="toolbar" aria-label=${SEARCH_TEXT.toolbar}>
        <duplex-segments
          .pattern=${'radio' as const}
          .label=${SEARCH_TEXT.direction}
          .items=${DIRECTIONS}
          .value=${options.direction}
          @duplex-choose=${(event: CustomEvent<DirectionChoice>) => this.#change({ direction: event.detail })}
        ></duplex-segments>
        ${
          width === 'narrow'
            ? nothing
            : html`<div class="kinds" role="group" aria-label=${SEARCH_TEXT.kinds}>
                ${KIND_GROUPS.map((group) => this.#kind(group))}
              </div>`
        }
        ${
          this.knowsProtocol
            ? html`<duplex-unit-button
                .calls=${this.calls}
                .options=${options}
                .hasButton=${isWide}
                @duplex-units=${(event: CustomEvent<Partial<SearchOptions>>) => this.#change(event.detail)}
                @duplex-close=${() => this.menu?.focus()}
              ></duplex-unit-button>`
            : nothing
        }
        <div class="search" role="search" @keydown=${this.#onKey}>
          ${this.#fieldPart(width)}
          <span id="status" class="count ${status.isEmpty ? 'none' : 'dim'}" title=${status.title}
            >${status.text}</span
          >
          ${this.#button('arrow-up', SEARCH_TEXT.previousMatch, () => this.step(-1), !status.canStep)}
          ${this.#button('arrow-down', SEARCH_TEXT.nextMatch, () => this.step(1), !status.canStep)}
          ${isWide ? this.#onlyMatches() : nothing}
        </div>
        <div class="rows dim" title=${this.rows}>${this.rows}</div>
        ${
          isWide
            ? html`
                ${this.#button('target', SEARCH_TEXT.goToTitle, () => emit(this, 'duplex-go-to'), false)}
                ${this.#toggle(
                  icon('graph-line'),
                  SEARCH_TEXT.chart,
                  SEARCH_TEXT.chartTitle,
                  this.chart,
                  () => emit(this, 'duplex-chart'),
                )}
              `
            : nothing
        }
        <button
          type="button"
          class="follow ${this.follow ? 'on' : ''}"
          role="switch"
          aria-label=${SEARCH_TEXT.follow}
          aria-checked=${this.follow}
          title=${SEARCH_TEXT.followTitle}
          @click=${() => emit(this, 'duplex-follow', !this.follow)}
        >
          ${icon('fold-down')}${isWide ? html`<span>${SEARCH_TEXT.follow}</span>` : nothing}
        </button>
        ${
          isWide
            ? nothing
            : html`<duplex-menu
                .label=${SEARCH_TEXT.more}
                .items=${overflowItems(width, options, this.chart, this.knowsProtocol)}
                @duplex-choose=${(event: CustomEvent<OverflowChoice>) => this.#onMore(event.detail)}
              ></duplex-menu>`
        }
      </div>
      ${
        status.progress === undefined
          ? nothing
          : html`<vscode-progress-bar
              aria-label=${SEARCH_TEXT.searching}
              .value=${Math.round(status.progress * 100)}
              .max=${100}
            ></vscode-progress-bar>`
      }
    `;
  }

  /** In a narrow toolbar, only active modes have a button; the others are in the menu. */
  #fieldPart(width: Width): TemplateResult {
    const isNarrow = width === 'narrow';
    const { options, status } = this;
    const { mode } = options;
    const isCaseSensitive = options.caseSensitive && mode !== 'jsonpath';
    const isInvalid = status.problem !== undefined;
    return html`
      <div class="field ${isInvalid ? 'invalid' : ''}">
        ${icon('search', 'dim')}
        <input
          type="text"
          class="mono"
          spellcheck="false"
          autocomplete="off"
          aria-label=${SEARCH_TEXT.search}
          aria-invalid=${isInvalid}
          aria-describedby="status problem hint"
          title=${SEARCH_TEXT.searchTitle(FIND_KEYS)}
          placeholder=${SEARCH_PLACEHOLDERS[mode]}
          .value=${this.text}
          @input=${this.#onInput}
        />
        ${this.#hint()} ${this.#endButton()}
        ${
          isNarrow && !isCaseSensitive
            ? nothing
            : this.#toggle(
                'Aa',
                SEARCH_TEXT.caseSensitive,
                SEARCH_TEXT.caseSensitive,
                isCaseSensitive,
                () => this.#switch('caseSensitive'),
                mode === 'jsonpath',
              )
        }
        ${isNarrow && mode !== 'regex' ? nothing : this.#mode('.*', 'regex', SEARCH_TEXT.regex)}
        ${isNarrow && mode !== 'jsonpath' ? nothing : this.#mode('$', 'jsonpath', SEARCH_TEXT.jsonpath)}
        ${
          width === 'wide' || options.decoded
            ? this.#toggle('{ }', SEARCH_TEXT.decoded, SEARCH_TEXT.decodedTitle, options.decoded, () =>
                this.#switch('decoded'),
              )
            : nothing
        }
        <div id="problem" class="problem" role="alert" ?hidden=${!isInvalid}>
          ${status.problem ?? nothing}
        </div>
      </div>
    `;
  }

  /** Offers to read a text without matches as a JSONPath or a condition. It is the next stop of the Tab key. */
  #hint(): TemplateResult | typeof nothing {
    const { options, status, text } = this;
    const other = status.isEmpty && options.mode !== 'jsonpath' ? writtenAs(text) : undefined;
    if (other === undefined) return nothing;
    const onClick = (): void => {
      this.#change({ mode: 'jsonpath' });
      this.field.focus();
    };
    return html`<button type="button" id="hint" class="hint" @click=${onClick}>
      ${SEARCH_TEXT.searchAs[other]}
    </button>`;
  }

  /** Cancels the running search, or clears the field. One button does both, so that nothing moves. */
  #endButton(): TemplateResult {
    const isRunning = this.status.progress !== undefined;
    const isIdle = !isRunning && this.text === '';
    return this.#button(
      isRunning ? 'stop-circle' : 'close',
      isRunning ? SEARCH_TEXT.cancelSearch : SEARCH_TEXT.clearSearch,
      () => (isRunning ? emit(this, 'duplex-cancel') : this.#clear()),
      isIdle,
      isIdle ? 'gone' : '',
    );
  }

  #onlyMatches(): TemplateResult {
    return this.#toggle(
      html`${icon('list-filter')}<span class="word">${SEARCH_TEXT.onlyMatches}</span>`,
      SEARCH_TEXT.onlyMatches,
      SEARCH_TEXT.onlyMatchesTitle,
      this.options.onlyMatches,
      () => this.#switch('onlyMatches'),
    );
  }

  #kind(group: KindGroup): TemplateResult {
    const isOn = this.options.kinds.includes(group);
    return this.#toggle(KIND_GROUP_NAMES[group], KIND_GROUP_NAMES[group], '', isOn, () =>
      this.#switchKind(group),
    );
  }

  #mode(text: string, mode: Exclude<SearchMode, 'plain'>, name: string): TemplateResult {
    return this.#toggle(text, name, name, this.options.mode === mode, () => this.#switchMode(mode));
  }

  #switch(option: 'onlyMatches' | 'caseSensitive' | 'decoded' | 'folds'): void {
    this.#change({ [option]: !this.options[option] });
  }

  #switchKind(group: KindGroup): void {
    const { kinds } = this.options;
    this.#change({
      kinds: KIND_GROUPS.filter((each) => (each === group) !== kinds.includes(each)),
    });
  }

  #switchMode(mode: SearchMode): void {
    this.#change({ mode: this.options.mode === mode ? 'plain' : mode });
  }

  #onMore(choice: OverflowChoice): void {
    if (choice === 'goTo') emit(this, 'duplex-go-to');
    else if (choice === 'chart') emit(this, 'duplex-chart');
    else if (choice === 'units') this.units?.open();
    else if (choice === 'regex' || choice === 'jsonpath') this.#switchMode(choice);
    else if (
      choice === 'onlyMatches' ||
      choice === 'caseSensitive' ||
      choice === 'decoded' ||
      choice === 'folds'
    )
      this.#switch(choice);
    else this.#switchKind(choice);
  }

  #toggle(
    content: string | TemplateResult,
    name: string,
    title: string,
    isOn: boolean,
    onClick: () => void,
    isDisabled = false,
  ): TemplateResult {
    return html`<button
      type="button"
      class="toggle ${isOn ? 'on' : ''}"
      aria-label=${name}
      aria-pressed=${isOn}
      title=${title || nothing}
      ?disabled=${isDisabled}
      @click=${onClick}
    >
      ${content}
    </button>`;
  }

  #button(
    name: IconName,
    title: string,
    onClick: () => void,
    isDisabled: boolean,
    className = '',
  ): TemplateResult {
    return html`<button
      type="button"
      class="tool ${className}"
      aria-label=${title}
      title=${title}
      ?disabled=${isDisabled}
      @click=${onClick}
    >
      ${icon(name)}
    </button>`;
  }

  #change(change: Partial<SearchOptions>): void {
    this.#tell();
    emit(this, 'duplex-options', { ...this.options, ...change });
  }

  #onInput(): void {
    this.text = this.field.value;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#tell(), PAUSE);
  }

  /** Emits the text of the field. @param again whether to emit it even if it has not changed */
  #tell(again = false): void {
    clearTimeout(this.#pause);
    if (this.text === this.#pattern && !again) return;
    this.#pattern = this.text;
    emit(this, 'duplex-pattern', this.text);
  }

  /** Shows only the messages that meet a condition. */
  find(condition: string): void {
    this.text = condition;
    this.#change({ mode: 'jsonpath', onlyMatches: true });
  }

  /** Goes to the next or the previous match. */
  step(by: 1 | -1): void {
    this.#tell(this.status.isCancelled);
    emit(this, 'duplex-step', by);
  }

  #clear(): void {
    this.text = '';
    this.#tell();
    this.field.focus();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.target !== this.field || event.isComposing) return;
    if (event.key === 'Enter') this.step(event.shiftKey ? -1 : 1);
    else if (event.key !== 'Escape') return;
    else if (this.text !== '') this.#clear();
    else emit(this, 'duplex-leave');
    event.preventDefault();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-toolbar': Toolbar;
  }
  interface HTMLElementEventMap {
    'duplex-options': CustomEvent<SearchOptions>;
    /** The pattern to search for; empty to end the search. */
    'duplex-pattern': CustomEvent<string>;
    /** Go to the next or the previous match. */
    'duplex-step': CustomEvent<1 | -1>;
    /** Cancel the running search. */
    'duplex-cancel': CustomEvent<void>;
    /** Show or hide the chart. */
    'duplex-chart': CustomEvent<void>;
    /** Ask where to go. */
    'duplex-go-to': CustomEvent<void>;
  }
}
