import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textarea/index.js';
import '../parts/segments.ts';
import type { VscodeTextarea } from '@vscode-elements/elements';
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toDuplexError } from '../../shared/errors.ts';
import { COMPOSER_MODES } from '../../shared/panelProtocol.ts';
import type { ComposerMode, Draft } from '../../shared/panelProtocol.ts';
import { createQueue } from '../base/queue.ts';
import { emit } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import { isMac } from '../base/host.ts';
import { baseStyles } from '../base/styles.ts';
import { COMPOSER_TEXT, MODE_NAMES, PLACEHOLDERS } from './composerTexts.ts';
import { composerStyles } from './composerStyles.ts';
import { draftProblem, typingProblem } from './draftCheck.ts';

const MODES = COMPOSER_MODES.map((mode) => ({ value: mode, text: MODE_NAMES[mode] }));

const LEAST_LINES = 3;
const GREATEST_LINES = 12;

/** Milliseconds after the last key until a draft is checked and handed to the host to keep. */
const PAUSE = 250;

const SEND_KEYS = isMac ? '⌘⏎' : 'Ctrl+Enter';

/**
 * Where a message is written and sent. What cannot be sent stays, with the reason beside it; what was sent stays
 * as well, to be sent again or changed. Event: `duplex-mode` (the mode).
 */
@customElement('duplex-composer')
export class Composer extends LitElement {
  static override styles = [baseStyles, composerStyles];

  @property({ attribute: false }) host!: Host;
  @property({ attribute: false }) isOpen = false;
  @property({ attribute: false }) mode: ComposerMode = 'text';

  /** What was typed; it is the same text in each of the typed modes. */
  @state() private text = '';
  /** The chosen file's path. */
  @state() private file = '';
  @state() private problem: string | undefined = undefined;
  /** Messages that were sent from here and of which the host has not said yet how it went. */
  @state() private unsettled = 0;

  #failed = 0;
  readonly #sendInOrder = createQueue();
  #pause: ReturnType<typeof setTimeout> | undefined;

  get #draft(): Draft {
    return { mode: this.mode, text: this.mode === 'file' ? this.file : this.text };
  }

  /** Puts a draft back that the host kept. */
  restore(draft: Draft): void {
    if (draft.mode === 'file') this.file = draft.text;
    else this.text = draft.text;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#pause);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.get('isOpen') === false && this.problem === COMPOSER_TEXT.notOpen) this.problem = undefined;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('mode')) return;
    const field = this.renderRoot.querySelector<VscodeTextarea>('vscode-textarea');
    // The element has no other way to let its text stand off its border.
    void field?.updateComplete.then(() => field.wrappedElement.style.setProperty('padding', '4px 6px'));
  }

  protected override render(): TemplateResult {
    const problem = this.problem;
    return html`
      <section aria-label=${COMPOSER_TEXT.composer} @keydown=${this.#onKey}>
        <div class="bar">
          <duplex-segments
            .pattern=${'radio' as const}
            .label=${COMPOSER_TEXT.mode}
            .items=${MODES}
            .value=${this.mode}
            @duplex-choose=${this.#onMode}
          ></duplex-segments>
        </div>
        ${this.mode === 'file' ? this.#filePart() : this.#textPart(this.mode)}
        <div class="bar">
          <div class="problem" role="alert">
            ${problem === undefined ? nothing : html`${icon('warning')}<span>${problem}</span>`}
          </div>
          <span class="hint dim">${this.#hint(problem)}</span>
          <vscode-button
            class="send"
            title=${COMPOSER_TEXT.sendTitle(SEND_KEYS)}
            ?disabled=${!this.isOpen}
            @click=${() => this.#send()}
            >${COMPOSER_TEXT.send}</vscode-button
          >
        </div>
      </section>
    `;
  }

  #hint(problem: string | undefined): string {
    if (this.unsettled > 0) return COMPOSER_TEXT.sending(this.unsettled);
    if (!this.isOpen) return problem === COMPOSER_TEXT.notOpen ? '' : COMPOSER_TEXT.notOpenHint;
    return problem === undefined ? SEND_KEYS : '';
  }

  #textPart(mode: Exclude<ComposerMode, 'file'>): TemplateResult {
    const lines = this.text.split('\n', GREATEST_LINES).length;
    return html`<vscode-textarea
      monospace
      rows=${Math.max(LEAST_LINES, lines)}
      .label=${COMPOSER_TEXT.composer}
      placeholder=${PLACEHOLDERS[mode]}
      ?invalid=${this.problem !== undefined && this.problem !== COMPOSER_TEXT.notOpen}
      .value=${this.text}
      @input=${this.#onInput}
    ></vscode-textarea>`;
  }

  #filePart(): TemplateResult {
    return html`<div class="file">
      <vscode-button secondary @click=${() => void this.#choose()}>${COMPOSER_TEXT.choose}</vscode-button>
      ${
        this.file === ''
          ? html`<span class="dim">${COMPOSER_TEXT.noFile}</span>`
          : html`<span class="path mono" title=${this.file}>${this.file}</span>`
      }
      <span class="dim">${COMPOSER_TEXT.fileHint}</span>
    </div>`;
  }

  #onMode(event: CustomEvent<ComposerMode>): void {
    this.mode = event.detail;
    emit(this, 'duplex-mode', this.mode);
    this.problem = typingProblem(this.#draft);
    this.#keep();
  }

  #onInput(event: Event): void {
    this.text = (event.target as HTMLElement & { value: string }).value;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.problem = typingProblem(this.#draft);
      this.#keep();
    }, PAUSE);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.#send();
  }

  #keep(): void {
    this.host.calls.keepDraft(this.#draft);
  }

  async #choose(): Promise<void> {
    try {
      const path = await this.host.calls.pickFile();
      if (path === undefined) return;
      this.file = path;
      this.problem = undefined;
      this.#keep();
    } catch (error) {
      this.problem = toDuplexError(error).message;
    }
  }

  #send(): void {
    clearTimeout(this.#pause);
    const draft = this.#draft;
    this.problem = this.isOpen ? draftProblem(draft) : COMPOSER_TEXT.notOpen;
    this.#keep();
    if (this.problem !== undefined) return;
    if (this.unsettled === 0) this.#failed = 0;
    this.unsettled++;
    this.#sendInOrder(() => this.#sendOne(draft));
  }

  async #sendOne(draft: Draft): Promise<void> {
    try {
      await this.host.calls.send(draft);
    } catch (error) {
      this.problem = COMPOSER_TEXT.notSent(++this.#failed, toDuplexError(error).message);
    } finally {
      this.unsettled--;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-composer': Composer;
  }
  interface HTMLElementEventMap {
    'duplex-mode': CustomEvent<ComposerMode>;
  }
}
