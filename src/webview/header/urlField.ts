import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { EditableConnection } from '../../shared/panelProtocol.ts';
import { emit, reportTo } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { baseStyles, fieldStyles } from '../base/styles.ts';
import { HEADER_TEXT } from './headerTexts.ts';

/** Milliseconds after the last key until the host checks the URL. */
const PAUSE = 250;

/**
 * The URL of the connection, edited in place: Enter connects with it, Escape discards the change. An unusable text
 * stays in the field. Events: `duplex-connect` before it connects, `duplex-edited`.
 */
@customElement('duplex-url-field')
export class UrlField extends LitElement {
  static override styles = [
    baseStyles,
    fieldStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      input {
        background: transparent;
        border-color: transparent;
        font-family: var(--vscode-editor-font-family, monospace);
        font-size: 12px;
        text-overflow: ellipsis;
        unicode-bidi: isolate;
        width: 100%;
      }
      input:hover,
      input.edited,
      input:focus {
        background: var(--vscode-input-background);
      }
      input:hover:not(:focus),
      input.edited:not(:focus) {
        border-color: var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
      }
      input.edited[aria-invalid='true'] {
        border-color: var(--invalid-border);
      }
      .problem {
        color: var(--vscode-list-errorForeground);
        line-height: 1.4;
        margin: 2px 0 0;
        overflow-wrap: anywhere;
        padding: 0 7px;
      }
    `,
  ];

  @property({ attribute: false }) host!: Host;
  /** The URL of the session, secrets masked. */
  @property({ attribute: false }) url = '';

  /** The text that was typed and not applied. */
  @state() private edited: string | undefined = undefined;
  @state() private problem: string | undefined = undefined;

  @query('input') private readonly input!: HTMLInputElement;

  #pause: ReturnType<typeof setTimeout> | undefined;

  /** The text that was typed and not applied; undefined for none. */
  get typed(): string | undefined {
    return this.edited;
  }

  override focus(): void {
    this.input.focus();
    this.input.select();
  }

  /** Connects with the typed URL. */
  apply(): void {
    clearTimeout(this.#pause);
    reportTo(this, this.#apply());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#pause);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // The URL was applied, here or in the form.
    if (changed.has('url') && changed.get('url') !== undefined) this.#set(undefined);
  }

  protected override render(): TemplateResult {
    const { edited, problem, url } = this;
    return html`<input
        class=${edited === undefined ? '' : 'edited'}
        aria-label=${HEADER_TEXT.form.url}
        aria-invalid=${problem !== undefined}
        aria-describedby=${problem === undefined ? nothing : 'problem'}
        spellcheck="false"
        title=${edited ?? url}
        .value=${live(edited ?? url)}
        @input=${() => this.#onInput()}
        @keydown=${this.#onKey}
      />${
        problem === undefined ? nothing : html`<p id="problem" class="problem" role="alert">${problem}</p>`
      }`;
  }

  #set(edited: string | undefined): void {
    clearTimeout(this.#pause);
    const wasEdited = this.edited !== undefined;
    this.edited = edited;
    const isEdited = edited !== undefined;
    if (!isEdited) this.problem = undefined;
    if (wasEdited !== isEdited) emit(this, 'duplex-edited', isEdited);
  }

  #onInput(): void {
    const { value } = this.input;
    this.#set(value === this.url ? undefined : value);
    if (this.edited !== undefined) this.#pause = setTimeout(() => reportTo(this, this.#check()), PAUSE);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.apply();
    else if (event.key === 'Escape' && this.edited !== undefined) this.#set(undefined);
    else return;
    event.preventDefault();
  };

  /** The options with the typed URL; undefined if they are invalid, and the reason is shown. */
  async #check(): Promise<EditableConnection | undefined> {
    const { edited } = this;
    const { calls } = this.host;
    const options = await calls.editableConnection();
    const changed = edited === undefined ? options : { ...options, url: edited };
    const problem = await calls.connectionProblem(changed);
    if (edited !== this.edited) return undefined;
    this.problem = problem ?? undefined;
    return this.problem === undefined ? changed : undefined;
  }

  async #apply(): Promise<void> {
    const { edited } = this;
    const options = await this.#check();
    if (options === undefined) return;
    emit(this, 'duplex-connect');
    const isTaken = await this.host.calls.reconnectWith(options).catch((error: unknown) => {
      // The session has taken the URL, and its card shows the failure.
      if (this.edited === edited) this.#set(undefined);
      throw error;
    });
    if (isTaken && this.edited === edited) this.#set(undefined);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-url-field': UrlField;
  }
  interface HTMLElementEventMap {
    /** Whether the URL was edited and not applied. */
    'duplex-edited': CustomEvent<boolean>;
  }
}
