import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '../parts/segments.ts';
import { html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { emit } from '../emit.ts';
import { icon } from '../icons.ts';
import type { IconName } from '../icons.ts';
import { isMac } from '../platform.ts';
import { baseStyles } from '../styles.ts';
import { DIRECTION_CHOICE_NAMES, KIND_GROUP_NAMES, SEARCH_PLACEHOLDERS, TEXT } from '../texts.ts';
import { DIRECTION_CHOICES, KIND_GROUPS, NO_SEARCH } from './searchOptions.ts';
import type { DirectionChoice, KindGroup, SearchMode, SearchOptions } from './searchOptions.ts';
import { NO_STATUS } from './searchStatus.ts';
import type { SearchStatus } from './searchStatus.ts';
import { toolbarStyles } from './toolbarStyles.ts';

const DIRECTIONS = DIRECTION_CHOICES.map((value) => ({ value, text: DIRECTION_CHOICE_NAMES[value] }));

/** Milliseconds after the last key until what was typed is searched. */
const PAUSE = 200;

const FIND_KEYS = isMac ? '⌘F' : 'Ctrl+F';

/**
 * Which rows the timeline shows, and the search. Events: `duplex-options` (SearchOptions), `duplex-pattern` (what to search,
 * or nothing), `duplex-step` (1 or -1), `duplex-cancel`, `duplex-follow` (whether), `duplex-chart` (show or hide it), `duplex-go-to`, `duplex-leave`.
 */
@customElement('duplex-toolbar')
export class Toolbar extends LitElement {
  static override styles = [baseStyles, toolbarStyles];

  @property({ attribute: false }) options: SearchOptions = NO_SEARCH;
  @property({ attribute: false }) status: SearchStatus = NO_STATUS;
  @property({ attribute: false }) follow = true;
  /** Whether the chart of the rate is open. */
  @property({ attribute: false }) chart = true;
  /** How many rows there are, as a text. */
  @property({ attribute: false }) rows = '';

  /** What stands in the field. */
  @state() private text = '';

  @query('input') private readonly field!: HTMLInputElement;

  #pause: ReturnType<typeof setTimeout> | undefined;
  /** What was told last. */
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
    return html`
      <div class="bar" role="toolbar" aria-label=${TEXT.toolbar}>
        <duplex-segments
          .pattern=${'radio' as const}
          .label=${TEXT.direction}
          .items=${DIRECTIONS}
          .value=${options.direction}
          @duplex-choose=${(event: CustomEvent<DirectionChoice>) => this.#change({ direction: event.detail })}
        ></duplex-segments>
        <div class="kinds" role="group" aria-label=${TEXT.kinds}>
          ${KIND_GROUPS.map((group) => this.#kind(group))}
        </div>
        <div class="search" role="search" @keydown=${this.#onKey}>
          ${this.#fieldPart()}
          ${this.#button('arrow-up', TEXT.previousMatch, () => this.step(-1), !status.canStep)}
          ${this.#button('arrow-down', TEXT.nextMatch, () => this.step(1), !status.canStep)}
          ${this.#toggle(
            html`${icon('list-filter')}<span class="word">${TEXT.onlyMatches}</span>`,
            TEXT.onlyMatches,
            TEXT.onlyMatchesTitle,
            options.onlyMatches,
            () => this.#change({ onlyMatches: !options.onlyMatches }),
          )}
        </div>
        <div class="rows dim">${this.rows}</div>
        ${this.#button('target', TEXT.goToTitle, () => emit(this, 'duplex-go-to', undefined), false)}
        ${this.#toggle(icon('graph-line'), TEXT.chart, TEXT.chartTitle, this.chart, () =>
          emit(this, 'duplex-chart', undefined),
        )}
        <button
          type="button"
          class="follow ${this.follow ? 'on' : ''}"
          role="switch"
          aria-label=${TEXT.follow}
          aria-checked=${this.follow}
          title=${TEXT.followTitle}
          @click=${() => emit(this, 'duplex-follow', !this.follow)}
        >
          ${icon('fold-down')}<span>${TEXT.follow}</span>
        </button>
      </div>
      ${
        status.progress === undefined
          ? nothing
          : html`<vscode-progress-bar
              aria-label=${TEXT.searching}
              .value=${Math.round(status.progress * 100)}
              .max=${100}
            ></vscode-progress-bar>`
      }
    `;
  }

  #fieldPart(): TemplateResult {
    const { options, status } = this;
    const { mode } = options;
    const isInvalid = status.problem !== undefined;
    return html`
      <div class="field ${isInvalid ? 'invalid' : ''}">
        ${icon('search', 'dim')}
        <input
          type="text"
          class="mono"
          spellcheck="false"
          autocomplete="off"
          aria-label=${TEXT.search}
          aria-invalid=${isInvalid}
          aria-describedby="status problem"
          title=${TEXT.searchTitle(FIND_KEYS)}
          placeholder=${SEARCH_PLACEHOLDERS[mode]}
          .value=${this.text}
          @input=${this.#onInput}
        />
        <span id="status" class="count ${status.isEmpty ? 'none' : 'dim'}" title=${status.title}
          >${status.text}</span
        >
        ${this.#endButton()}
        ${this.#toggle(
          'Aa',
          TEXT.caseSensitive,
          TEXT.caseSensitive,
          options.caseSensitive && mode !== 'jsonpath',
          () => this.#change({ caseSensitive: !options.caseSensitive }),
          mode === 'jsonpath',
        )}
        ${this.#mode('.*', 'regex', TEXT.regex)} ${this.#mode('$', 'jsonpath', TEXT.jsonpath)}
        <div id="problem" class="problem" role="alert" ?hidden=${!isInvalid}>
          ${status.problem ?? nothing}
        </div>
      </div>
    `;
  }

  /** Ends what runs, or clears what stands there: one place for both, so that nothing moves. */
  #endButton(): TemplateResult {
    const isRunning = this.status.progress !== undefined;
    const isIdle = !isRunning && this.text === '';
    return this.#button(
      isRunning ? 'stop-circle' : 'close',
      isRunning ? TEXT.cancelSearch : TEXT.clearSearch,
      () => (isRunning ? emit(this, 'duplex-cancel', undefined) : this.#clear()),
      isIdle,
      isIdle ? 'gone' : '',
    );
  }

  #kind(group: KindGroup): TemplateResult {
    const { kinds } = this.options;
    const isOn = kinds.includes(group);
    return this.#toggle(KIND_GROUP_NAMES[group], KIND_GROUP_NAMES[group], '', isOn, () =>
      this.#change({
        kinds: KIND_GROUPS.filter((each) => (each === group ? !isOn : kinds.includes(each))),
      }),
    );
  }

  #mode(text: string, mode: SearchMode, name: string): TemplateResult {
    const isOn = this.options.mode === mode;
    return this.#toggle(text, name, name, isOn, () => this.#change({ mode: isOn ? 'plain' : mode }));
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

  /** What stands in the field, at once. @param again also where it was told before */
  #tell(again = false): void {
    clearTimeout(this.#pause);
    if (this.text === this.#pattern && !again) return;
    this.#pattern = this.text;
    emit(this, 'duplex-pattern', this.text);
  }

  /** Goes to the next or the previous match of what stands in the field. */
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
    else emit(this, 'duplex-leave', undefined);
    event.preventDefault();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-toolbar': Toolbar;
  }
}
