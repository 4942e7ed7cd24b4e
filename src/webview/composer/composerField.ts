import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { MessageProblem } from '../../core/format/textMessage.ts';
import type { ComposerMode } from '../../shared/panelProtocol.ts';
import { emit, reportTo } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { baseStyles } from '../base/styles.ts';
import type { ComposerEditor } from '../editor/composerEditor.ts';
import { COMPOSER_TEXT, PLACEHOLDERS } from './composerTexts.ts';

/**
 * The text of a draft in CodeMirror, which is loaded on first use. Until then, a plain text field takes the input and
 * hands it over. Events: `duplex-text`, `duplex-mode`, `duplex-format`, `duplex-step`.
 */
@customElement('duplex-composer-field')
export class ComposerField extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        background: var(--vscode-input-background);
        border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
        border-radius: 4px;
        color: var(--vscode-input-foreground);
        display: block;
        flex: 1 1 66px;
        min-height: 66px;
        overflow: hidden;
        position: relative;
      }
      :host(:focus-within) {
        border-color: var(--vscode-focusBorder);
      }
      :host([invalid]) {
        border-color: var(--invalid-border);
        box-shadow: var(--invalid-ring);
      }
      .editor {
        height: 100%;
      }
      textarea {
        background: transparent;
        border: 0;
        color: inherit;
        font: inherit;
        font-family: var(--vscode-editor-font-family, monospace);
        font-size: var(--vscode-editor-font-size, 13px);
        height: 100%;
        inset: 0;
        outline: none;
        padding: 4px 6px;
        position: absolute;
        resize: none;
        width: 100%;
      }
    `,
  ];

  @property({ attribute: false }) host!: Host;
  @property({ attribute: false }) mode: Exclude<ComposerMode, 'file'> = 'text';
  @property({ attribute: false }) text = '';
  /** The problem of the text, marked at its position. */
  @property({ attribute: false }) problem: MessageProblem | undefined = undefined;

  @state() private isLoaded = false;

  @query('.editor') private readonly place!: HTMLElement;
  @query('textarea') private readonly plain!: HTMLTextAreaElement | null;

  #editor: ComposerEditor | undefined;

  /** The selected text; empty if nothing is selected. */
  get selection(): string {
    return this.#editor?.selection ?? '';
  }

  override focus(): void {
    if (this.#editor) this.#editor.focus();
    else void this.updateComplete.then(() => (this.#editor ?? this.plain)?.focus());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#editor?.destroy();
    this.#editor = undefined;
    this.isLoaded = false;
  }

  protected override firstUpdated(): void {
    reportTo(this, this.#load());
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.toggleAttribute('invalid', this.problem !== undefined);
    if (!this.#editor) return;
    this.#editor.set(this.text, this.mode);
    if (changed.has('mode')) this.#editor.setPlaceholder(PLACEHOLDERS[this.mode]);
    if (changed.has('problem') || changed.has('text')) this.#showProblem();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="editor"></div>
      ${
        this.isLoaded
          ? nothing
          : html`<textarea
              aria-label=${COMPOSER_TEXT.composer}
              spellcheck="false"
              placeholder=${PLACEHOLDERS[this.mode]}
              .value=${this.text}
              @input=${() => emit(this, 'duplex-text', this.plain!.value)}
            ></textarea>`
      }
    `;
  }

  async #load(): Promise<void> {
    const { createComposerEditor } = await import('../editor/editors.ts');
    if (!this.isConnected) return;
    const { plain } = this;
    // `:focus` would not match while VS Code has yet to give its focus to the page.
    const hadFocus = plain !== null && this.shadowRoot?.activeElement === plain;
    const selection = plain && { from: plain.selectionStart, to: plain.selectionEnd };
    this.#editor = createComposerEditor({
      parent: this.place,
      root: this.renderRoot as ShadowRoot,
      label: COMPOSER_TEXT.composer,
      text: plain?.value ?? this.text,
      mode: this.mode,
      onChange: (text) => {
        this.text = text;
        emit(this, 'duplex-text', text);
      },
      onMode: (mode) => {
        this.mode = mode as Exclude<ComposerMode, 'file'>;
        emit(this, 'duplex-mode', this.mode);
      },
      onFormat: () => emit(this, 'duplex-format'),
      onHistory: (step) => emit(this, 'duplex-step', step),
    });
    this.#editor.setPlaceholder(PLACEHOLDERS[this.mode]);
    this.#showProblem();
    this.isLoaded = true;
    if (selection) this.#editor.select(selection.from, selection.to);
    if (hadFocus) this.#editor.focus();
    this.#editor.setVariables(await this.host.calls.variables());
  }

  #showProblem(): void {
    const { problem } = this;
    this.#editor?.setProblem(problem && { message: problem.problem, at: problem.at });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-composer-field': ComposerField;
  }
  interface HTMLElementEventMap {
    /** The text was edited. */
    'duplex-text': CustomEvent<string>;
    'duplex-format': CustomEvent<void>;
    /** Go to the next or the previous match. */
    'duplex-step': CustomEvent<1 | -1>;
  }
}
