import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { emit } from '../base/events.ts';
import { baseStyles, fieldStyles } from '../base/styles.ts';
import { DRAFT_TEXT } from './draftTexts.ts';

/** How often a message is sent, with a pause in milliseconds. */
export interface Repetition {
  readonly times: number;
  readonly interval: number;
}

const MAX_TIMES = 1_000_000;
const MAX_INTERVAL = 86_400_000;

/** Asks how often to send the message. Events: `duplex-repeat`, `duplex-close`. */
@customElement('duplex-repeat-form')
export class RepeatForm extends LitElement {
  static override styles = [
    baseStyles,
    fieldStyles,
    css`
      form {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
      }
      label {
        align-items: center;
        display: flex;
        gap: 6px;
      }
      input {
        width: 9ch;
      }
      .problem {
        color: var(--vscode-list-errorForeground);
      }
    `,
  ];

  @state() private isInvalid = false;

  @query('.times') private readonly times!: HTMLInputElement;
  @query('.interval') private readonly interval!: HTMLInputElement;

  protected override firstUpdated(): void {
    this.times.focus();
    this.times.select();
  }

  protected override render(): TemplateResult {
    return html`<form @submit=${this.#onSubmit} @keydown=${this.#onKey}>
      <label>${DRAFT_TEXT.repeatTimes}<input class="times" inputmode="numeric" value="10" /></label>
      <label>${DRAFT_TEXT.repeatEvery}<input class="interval" inputmode="numeric" value="1000" /></label>
      <vscode-button @click=${this.#onSubmit}>${DRAFT_TEXT.repeatStart}</vscode-button>
      ${
        this.isInvalid ? html`<span class="problem" role="alert">${DRAFT_TEXT.repeatProblem}</span>` : nothing
      }
    </form>`;
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    const times = Number(this.times.value);
    const interval = Number(this.interval.value);
    const isPause = this.interval.value.trim() !== '' && interval >= 0 && interval <= MAX_INTERVAL;
    this.isInvalid = !(Number.isInteger(times) && times >= 1 && times <= MAX_TIMES && isPause);
    if (!this.isInvalid) emit(this, 'duplex-repeat', { times, interval });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.#onSubmit(event);
    else if (event.key === 'Escape') emit(this, 'duplex-close', true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-repeat-form': RepeatForm;
  }
  interface HTMLElementEventMap {
    'duplex-repeat': CustomEvent<Repetition>;
  }
}
