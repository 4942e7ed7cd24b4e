import { html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { isColumnPath } from '../../core/protocol/json/singularPath.ts';
import { MAX_COLUMNS } from '../../shared/timelineProtocol.ts';
import { emit } from '../base/events.ts';
import { baseStyles } from '../base/styles.ts';
import { promptStyles } from './promptStyles.ts';
import { TIMELINE_TEXT } from './timelineTexts.ts';

/** Asks for the path of a new column. Events: `duplex-column`, `duplex-close`. */
@customElement('duplex-column-input')
export class ColumnInput extends LitElement {
  static override styles = [baseStyles, promptStyles];

  /** The paths of the existing columns. */
  @property({ attribute: false }) paths: readonly string[] = [];
  /** The initial text of the field. */
  @property({ attribute: false }) suggestion = '';

  @state() private text = '';

  @query('input') private readonly field!: HTMLInputElement;

  override focus(): void {
    this.field.focus();
    // Typing replaces a complete path and continues the beginning of one.
    if (isColumnPath(this.text)) this.field.select();
    else this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }

  protected override willUpdate(): void {
    if (!this.hasUpdated) this.text = this.suggestion;
  }

  protected override firstUpdated(): void {
    this.focus();
  }

  protected override render(): TemplateResult {
    const problem = this.#problem;
    return html`
      <input
        type="text"
        class="mono"
        spellcheck="false"
        autocomplete="off"
        aria-label=${TIMELINE_TEXT.columnPath}
        aria-describedby="hint"
        aria-invalid=${problem !== undefined}
        placeholder="$.type"
        .value=${this.text}
        @input=${() => (this.text = this.field.value)}
        @keydown=${this.#onKey}
        @blur=${() => emit(this, 'duplex-close', false)}
      />
      <p id="hint" class=${problem === undefined ? 'dim' : 'problem'} aria-live="polite">
        ${problem ?? TIMELINE_TEXT.columnHint}
      </p>
    `;
  }

  /** Why the text cannot be the path of a new column; undefined while it may become one. */
  get #problem(): string | undefined {
    const path = this.text.trim();
    if (this.paths.length >= MAX_COLUMNS) return TIMELINE_TEXT.columnsFull(MAX_COLUMNS);
    if (this.paths.includes(path)) return TIMELINE_TEXT.columnExists;
    return isColumnPath(path) || isBeginning(path) ? undefined : TIMELINE_TEXT.columnProblem;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const path = this.text.trim();
    if (event.key === 'Escape') emit(this, 'duplex-close', true);
    else if (event.key !== 'Enter') return;
    else if (this.#problem === undefined && isColumnPath(path)) emit(this, 'duplex-column', path);
    event.preventDefault();
  }
}

/** Whether the text can still become a path. */
function isBeginning(text: string): boolean {
  return /^\$?$|^\$.*[.[]$/.test(text);
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-column-input': ColumnInput;
  }
  interface HTMLElementEventMap {
    /** The path of a new column. */
    'duplex-column': CustomEvent<string>;
  }
}
