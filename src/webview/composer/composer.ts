import '@vscode-elements/elements/dist/vscode-button/index.js';
import '../parts/menu.ts';
import '../parts/segments.ts';
import './composerField.ts';
import './filePart.ts';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { convertDraft } from '../../core/format/draft.ts';
import { toDuplexError } from '../../shared/errors.ts';
import { COMPOSER_MODES } from '../../shared/panelProtocol.ts';
import type { ComposerMode, Draft, PanelCommand, RepeatProgress } from '../../shared/panelProtocol.ts';
import type { PanelVerb } from '../../shared/panelVerbs.ts';
import { emit } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import { createQueue } from '../base/queue.ts';
import { baseStyles, toolStyles } from '../base/styles.ts';
import { WidthController } from '../base/width.ts';
import type { ComposerField } from './composerField.ts';
import { toolButton } from '../parts/toolButton.ts';
import { composerMenu, FORMAT_KEYS, loadComposerParts, SEND_KEYS, sendKey } from './composerMenu.ts';
import { composerStyles } from './composerStyles.ts';
import { COMPOSER_TEXT, hintText, MODE_NAMES } from './composerTexts.ts';
import { draftProblem, formattedDraft, typingProblem } from './draftCheck.ts';
import { createDraftHistory } from './draftHistory.ts';
import type { Repetition } from './repeatForm.ts';
import { modeOf, VerbChoice } from './verbChoice.ts';

const MODES = COMPOSER_MODES.map((mode) => ({ value: mode, text: MODE_NAMES[mode] }));

/** Milliseconds after the last key until a draft is checked and handed to the host. */
const PAUSE = 250;

/**
 * Writes and sends messages. A draft that cannot be sent stays, with the reason beside it. A sent draft stays too, to
 * be changed and sent again. Events: `duplex-mode`, `duplex-collapse`, `duplex-run`.
 */
@customElement('duplex-composer')
export class Composer extends LitElement {
  static override styles = [baseStyles, toolStyles, composerStyles];

  @property({ attribute: false }) host!: Host;
  @property({ attribute: false }) isOpen = false;
  @property({ attribute: false }) mode: ComposerMode = 'text';
  @property({ attribute: false }) isCollapsed = false;
  /** The composer's share of the panel's height, in percent. */
  @property({ attribute: false }) share = 24;
  @property({ attribute: false }) repeat: RepeatProgress | undefined = undefined;

  /** The id of the session's protocol, if known; its verbs can be sent. */
  @property({ attribute: false }) protocol: string | undefined = undefined;

  @state() private text = '';
  /** The chosen file's path. */
  @state() private file = '';
  @state() private asIs = false;
  @state() private encode: Draft['encode'];
  @state() private problem: string | undefined = undefined;
  /** Messages whose outcome the host has not reported yet. */
  @state() private unsettled = 0;
  @state() private isAskingRepeat = false;

  @query('duplex-composer-field') private readonly field!: ComposerField | null;

  readonly #room = new WidthController(this);
  #failed = 0;
  readonly #verbs = new VerbChoice(this);
  readonly #sendInOrder = createQueue();
  #pause: ReturnType<typeof setTimeout> | undefined;
  readonly #history = createDraftHistory(() => this.host.calls.sentDrafts());

  get #draft(): Draft {
    const { mode, encode } = this;
    const { verb, spec } = this.#verbs;
    const more = { ...(this.asIs && { asIs: true }), ...(encode && { encode }), ...(verb && { verb }) };
    if (spec?.body === 'none') return { mode: 'text', text: '', ...more };
    return { mode, text: mode === 'file' ? this.file : this.text, ...more };
  }

  /** Puts a draft into the editor. */
  set(draft: Draft): void {
    this.#verbs.verb = draft.verb;
    if (draft.mode === 'file') this.file = draft.text;
    else this.text = draft.text;
    this.asIs = draft.asIs === true;
    this.encode = draft.encode;
    if (draft.mode !== this.mode) this.#setMode(draft.mode);
    this.problem = typingProblem(draft)?.problem;
    this.#keep();
  }

  override focus(): void {
    void this.updateComplete.then(() => this.field?.focus());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#pause);
  }

  protected override firstUpdated(): void {
    loadComposerParts(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Through the CSSOM: the page's policy forbids style attributes.
    this.style.setProperty('--share', this.isCollapsed ? 'auto' : `${this.share}%`);
    this.classList.toggle('verb', this.#verbs.spec !== undefined && !this.isCollapsed);
    if (changed.has('protocol')) void this.#report(this.#verbs.load(this.protocol, this.host.calls));
    if (changed.get('isOpen') === false && this.problem === COMPOSER_TEXT.notOpen) this.problem = undefined;
  }

  protected override render(): TemplateResult {
    if (this.isCollapsed)
      return html`<button
        type="button"
        class="expand"
        aria-expanded="false"
        @click=${() => emit(this, 'duplex-collapse', false)}
      >
        ${icon('chevron-up')}${COMPOSER_TEXT.expand}
      </button>`;
    return html`
      <section
        aria-label=${COMPOSER_TEXT.composer}
        @keydown=${this.#sendKey}
        @dragover=${(event: DragEvent) => event.dataTransfer?.types.includes('Files') && event.preventDefault()}
        @drop=${(event: DragEvent) => void this.#onDrop(event)}
      >
        <div class="bar ${this.#room.width}">
          ${this.#verbs.menu((spec) => this.#chooseVerb(spec))}
          <duplex-segments
            .pattern=${'radio' as const}
            .placement=${'above' as const}
            .narrow=${this.#room.width === 'narrow'}
            .label=${COMPOSER_TEXT.mode}
            .items=${MODES}
            .value=${live(this.mode)}
            @duplex-choose=${(event: CustomEvent<ComposerMode>) => this.#onMode(event.detail)}
          ></duplex-segments>
          <span class="space"></span>
          ${this.mode === 'json' ? toolButton('json', COMPOSER_TEXT.format, () => this.#format(), COMPOSER_TEXT.formatTitle(FORMAT_KEYS)) : nothing}
          <duplex-draft-menus
            class="menus"
            .host=${this.host}
            .draft=${this.#draft}
            .room=${this.#room.width}
            .report=${this.#report}
            @duplex-fill=${(event: CustomEvent<Draft>) => {
              this.set(event.detail);
              this.focus();
            }}
            @duplex-close=${() => this.focus()}
          ></duplex-draft-menus>
          ${toolButton('chevron-down', COMPOSER_TEXT.collapse, () => emit(this, 'duplex-collapse', true))}
        </div>
        ${this.#verbs.form(this.problem !== undefined)} ${this.#payloadPart()}
        ${
          this.isAskingRepeat
            ? html`<duplex-repeat-form
                @duplex-repeat=${(event: CustomEvent<Repetition>) => void this.#startRepeat(event.detail)}
                @duplex-close=${() => this.#stopAskingRepeat()}
              ></duplex-repeat-form>`
            : nothing
        }
        ${this.#foot()}
      </section>
    `;
  }

  #foot(): TemplateResult {
    const { problem, repeat, isOpen, mode, asIs, encode } = this;
    return html`<div class="bar">
      <div class="problem" role="alert">
        ${problem === undefined ? nothing : html`${icon('warning')}<span>${problem}</span>`}
      </div>
      <span class="hint dim" role="status">${hintText(this, this.unsettled, problem) ?? SEND_KEYS}</span>
      ${
        repeat === undefined
          ? nothing
          : html`<vscode-button secondary @click=${() => void this.#report(this.host.calls.stopRepeat())}
              >${COMPOSER_TEXT.repeatStop}</vscode-button
            >`
      }
      <div class="sending">
        <duplex-menu
          placement="above"
          .label=${COMPOSER_TEXT.more}
          .items=${composerMenu({ isOpen, mode, asIs, encode, isRepeating: repeat !== undefined, room: this.#room.width })}
          @duplex-choose=${(event: CustomEvent<string>) => this.#onMore(event.detail)}
        ></duplex-menu>
        <vscode-button
          class="send"
          title=${COMPOSER_TEXT.sendTitle(SEND_KEYS)}
          ?disabled=${!this.isOpen}
          @click=${() => this.send()}
          >${COMPOSER_TEXT.send}</vscode-button
        >
      </div>
    </div>`;
  }

  #chooseVerb(spec: PanelVerb | undefined): void {
    if (!spec) return this.focus();
    const mode = modeOf(spec);
    if (mode !== undefined && this.text.trim() === '') this.text = spec.sample.body;
    if (mode !== undefined) this.#setMode(mode);
    this.#verbs.focus();
  }

  onVerb(): void {
    this.problem = undefined;
    this.#history.reset();
    this.#keep();
  }

  #payloadPart(): TemplateResult {
    const { mode, file } = this;
    if (this.#verbs.spec?.body === 'none')
      return html`<div class="none dim">${COMPOSER_TEXT.noPayload}</div>`;
    if (mode !== 'file') return this.#textPart(mode);
    return html`<duplex-file-part
      .file=${file}
      @duplex-pick=${() => void this.#report(this.#choose())}
    ></duplex-file-part>`;
  }

  #textPart(mode: Exclude<ComposerMode, 'file'>): TemplateResult {
    const draft = this.#draft;
    return html`<duplex-composer-field
      .host=${this.host}
      .mode=${mode}
      .text=${this.text}
      .problem=${this.problem === undefined || this.problem === COMPOSER_TEXT.notOpen ? undefined : typingProblem(draft)}
      @duplex-text=${(event: CustomEvent<string>) => this.#onText(event.detail)}
      @duplex-mode=${(event: CustomEvent<ComposerMode>) => this.#setMode(event.detail)}
      @duplex-format=${() => this.#format()}
      @duplex-step=${(event: CustomEvent<1 | -1>) => void this.#report(this.#walk(event.detail))}
    ></duplex-composer-field>`;
  }

  /** Converts the message to another mode, or shows why that is impossible. */
  #onMode(mode: ComposerMode): void {
    if (mode !== 'file' && this.mode !== 'file' && this.text.trim() !== '') {
      const converted = convertDraft(this.text, this.mode, mode);
      if ('problem' in converted) {
        this.problem = converted.problem;
        this.requestUpdate('mode');
        return;
      }
      this.text = converted.text;
    }
    this.#setMode(mode);
  }

  #setMode(mode: ComposerMode): void {
    this.mode = mode;
    if (mode !== 'text' && mode !== 'json') this.encode = undefined;
    emit(this, 'duplex-mode', mode);
    this.#check();
  }

  #onText(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.#history.reset();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#check(), PAUSE);
  }

  readonly #sendKey = sendKey(() => this.send());

  #onMore(value: string): void {
    if (value === 'selection') this.send({ ...this.#draft, text: this.field?.selection || this.text });
    else if (value === 'repeat') this.isAskingRepeat = true;
    else if (value === 'asIs') {
      this.asIs = !this.asIs;
      this.#check();
    } else if (value === 'encode') this.renderRoot.querySelector('duplex-draft-menus')?.openEncoding();
    else emit(this, 'duplex-run', value as PanelCommand);
  }

  async #walk(step: 1 | -1): Promise<void> {
    const draft = await this.#history.step(step, this.#draft);
    if (draft !== undefined) this.set(draft);
  }

  #format(): void {
    if (this.mode !== 'json') return;
    const formatted = formattedDraft(this.#draft);
    if (formatted === undefined) this.problem = draftProblem(this.#draft)?.problem;
    else this.#onText(formatted);
    this.field?.focus();
  }

  #check(): void {
    this.problem = typingProblem(this.#draft)?.problem;
    this.#keep();
  }

  #keep(): void {
    this.host.calls.keepDraft(this.#draft);
  }

  async #choose(): Promise<void> {
    const path = await this.host.calls.pickFile();
    if (path !== undefined) this.#useFile(path);
  }

  #useFile(path: string): void {
    this.file = path;
    this.problem = undefined;
    this.#keep();
  }

  async #onDrop(event: DragEvent): Promise<void> {
    const files = event.dataTransfer?.files;
    if (files === undefined || files.length === 0) return;
    event.preventDefault();
    if (files.length > 1) this.problem = COMPOSER_TEXT.oneFile;
    else await this.#report(this.#dropped(files[0]!));
  }

  async #dropped(file: File): Promise<void> {
    const path = await this.host.calls.keepFile(file.name, new Uint8Array(await file.arrayBuffer()));
    this.#setMode('file');
    this.#useFile(path);
  }

  #stopAskingRepeat(): void {
    this.isAskingRepeat = false;
    this.focus();
  }

  async #startRepeat({ times, interval }: Repetition): Promise<void> {
    if (!this.#canSend(this.#draft)) return;
    this.#stopAskingRepeat();
    await this.#report(this.host.calls.repeat(this.#draft, times, interval));
  }

  send(draft = this.#draft): void {
    clearTimeout(this.#pause);
    this.#keep();
    if (!this.#canSend(draft)) return;
    this.#history.reset();
    if (this.unsettled === 0) this.#failed = 0;
    this.unsettled++;
    this.#sendInOrder(() => this.#sendOne(draft));
  }

  /** Whether a draft can be sent; if not, the reason is shown. */
  #canSend(draft: Draft): boolean {
    const problem = this.#verbs.problem ?? draftProblem(draft)?.problem;
    this.problem = this.isOpen ? problem : COMPOSER_TEXT.notOpen;
    return this.problem === undefined;
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

  /** Shows the failure of a call beside the Send button. */
  readonly #report = async (call: Promise<void>): Promise<void> => {
    try {
      await call;
    } catch (error) {
      this.problem = toDuplexError(error).message;
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-composer': Composer;
  }
  interface HTMLElementEventMap {
    'duplex-mode': CustomEvent<ComposerMode>;
    /** Hide or show the composer. */
    'duplex-collapse': CustomEvent<boolean>;
    /** Run a command of the session. */
    'duplex-run': CustomEvent<PanelCommand>;
  }
}
