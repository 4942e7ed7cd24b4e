import { html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { emit } from '../base/events.ts';
import { baseStyles } from '../base/styles.ts';
import { promptStyles } from './promptStyles.ts';
import { TIMELINE_TEXT } from './timelineTexts.ts';
import { parseGoTo } from './parseGoTo.ts';
import type { GoTo, GoToContext } from './parseGoTo.ts';

/** Asks for a row's number or a time. Events: `duplex-destination`, `duplex-close`. */
@customElement('duplex-go-to')
export class GoToInput extends LitElement {
  static override styles = [baseStyles, promptStyles];

  @property({ attribute: false }) context: GoToContext = { firstRow: 0, rows: 0, startedAt: 0 };

  @state() private text = '';

  @query('input') private readonly field!: HTMLInputElement;

  override focus(): void {
    this.field.focus();
    this.field.select();
  }

  /** Sets the text as if it had been typed. */
  set(text: string): void {
    this.text = text;
  }

  protected override firstUpdated(): void {
    this.focus();
  }

  protected override render(): TemplateResult {
    const found = this.text === '' ? undefined : parseGoTo(this.text, this.context);
    const problem = typeof found === 'string' ? found : undefined;
    return html`
      <input
        type="text"
        class="mono"
        spellcheck="false"
        autocomplete="off"
        aria-label=${TIMELINE_TEXT.goTo}
        aria-describedby="hint"
        aria-invalid=${problem !== undefined}
        placeholder=${TIMELINE_TEXT.goToPlaceholder}
        .value=${this.text}
        @input=${() => (this.text = this.field.value)}
        @keydown=${this.#onKey}
        @blur=${() => emit(this, 'duplex-close', false)}
      />
      <p id="hint" class=${problem === undefined ? 'dim' : 'problem'} aria-live="polite">
        ${problem ?? TIMELINE_TEXT.goToHint(this.context.firstRow, Math.max(this.context.firstRow, this.context.rows - 1))}
      </p>
    `;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Escape') emit(this, 'duplex-close', true);
    else if (event.key !== 'Enter') return;
    else {
      const found: GoTo | string = parseGoTo(this.text, this.context);
      if (typeof found !== 'string') emit(this, 'duplex-destination', found);
    }
    event.preventDefault();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-go-to': GoToInput;
  }
  interface HTMLElementEventMap {
    /** Go to this row or time. */
    'duplex-destination': CustomEvent<GoTo>;
  }
}
