import { css, html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { emit } from '../base/events.ts';
import { baseStyles } from '../base/styles.ts';
import { TIMELINE_TEXT } from './timelineTexts.ts';
import { parseGoTo } from './parseGoTo.ts';
import type { GoTo, GoToContext } from './parseGoTo.ts';

/** Asks for a row's number or a time. Events: `duplex-destination`, `duplex-close`. */
@customElement('duplex-go-to')
export class GoToInput extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        background: var(
          --vscode-quickInput-background,
          var(--vscode-editorWidget-background, var(--vscode-editor-background))
        );
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        border-radius: 5px;
        box-shadow: 0 0 8px var(--vscode-widget-shadow, transparent);
        color: var(--vscode-quickInput-foreground, var(--vscode-foreground));
        left: 50%;
        max-width: calc(100% - 24px);
        padding: 6px;
        position: absolute;
        top: 4px;
        transform: translateX(-50%);
        width: 440px;
        z-index: 3;
      }
      input {
        background: var(--vscode-input-background);
        border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
        border-radius: 4px;
        color: var(--vscode-input-foreground);
        font: inherit;
        height: 26px;
        padding: 0 6px;
        width: 100%;
      }
      input:focus {
        border-color: var(--vscode-focusBorder);
        outline: none;
      }
      input::placeholder {
        color: var(--vscode-input-placeholderForeground);
      }
      input[aria-invalid='true'] {
        border-color: var(--vscode-inputValidation-errorBorder);
      }
      p {
        line-height: 1.4;
        margin: 6px 2px 0;
      }
      .problem {
        color: var(--vscode-list-errorForeground);
      }
    `,
  ];

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
    /** Where to go. */
    'duplex-destination': CustomEvent<GoTo>;
  }
}
