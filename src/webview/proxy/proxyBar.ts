import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type {
  Draft,
  PanelFault,
  PanelProxy,
  PanelProxyCalls,
  PanelRowCalls,
} from '../../shared/panelProtocol.ts';
import { emit, reportTo } from '../base/events.ts';
import { icon } from '../base/icons.ts';
import { baseStyles, fieldStyles } from '../base/styles.ts';
import { count } from '../text/figures.ts';
import { proxyStyles } from './proxyStyles.ts';
import { PROXY_TEXT } from './proxyTexts.ts';

type Way = 'in' | 'out';

/** A held message that is being edited. */
interface Editing {
  readonly seq: number;
  readonly draft: Draft;
}

/**
 * The proxy that the connection passes through: its held messages with decisions on them, and its faults. Events:
 * `duplex-leave`, `duplex-fail`.
 */
@customElement('duplex-proxy-bar')
export class ProxyBar extends LitElement {
  static override styles = [baseStyles, fieldStyles, proxyStyles];

  @property({ attribute: false }) calls!: PanelProxyCalls & Pick<PanelRowCalls, 'draftOf'>;
  @property({ attribute: false }) proxy!: PanelProxy;
  /** The selected row. */
  @property({ attribute: false }) selected: number | undefined = undefined;

  @state() private showsFaults = false;
  @state() private editing: Editing | undefined = undefined;

  @query('.condition') private readonly condition!: HTMLInputElement;
  @query('.new') private readonly newFault!: HTMLInputElement;
  @query('textarea') private readonly area!: HTMLTextAreaElement | null;

  /** Opens the editor of a held message. */
  async edit(seq: number): Promise<void> {
    this.editing = { seq, draft: await this.calls.draftOf(seq) };
    await this.updateComplete;
    this.area?.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // The message was released elsewhere, or the connection has ended.
    if (changed.has('proxy') && this.editing && !this.proxy.held.includes(this.editing.seq))
      this.editing = undefined;
  }

  protected override render(): TemplateResult {
    const { held, faults } = this.proxy;
    const chosen = this.#chosen;
    const button = (text: string, title: string, act: (seq: number) => unknown): TemplateResult =>
      html`<button
        type="button"
        title=${title}
        ?disabled=${chosen === undefined}
        @click=${() => chosen !== undefined && act(chosen)}
      >
        ${text}
      </button>`;
    return html`
      <div class="bar" role="toolbar" aria-label=${PROXY_TEXT.proxy}>
        ${this.#holdButton('in')}${this.#holdButton('out')}
        <input
          class="condition"
          type="text"
          aria-label=${PROXY_TEXT.condition}
          placeholder=${PROXY_TEXT.conditionHint}
          spellcheck="false"
        />
        <span class="count dim" role="status">${PROXY_TEXT.held(count(held.length))}</span>
        ${button(PROXY_TEXT.release, PROXY_TEXT.releaseTitle, (seq) => this.#do(this.calls.releaseHeld([seq])))}
        ${button(PROXY_TEXT.edit, PROXY_TEXT.edit, (seq) => this.#do(this.edit(seq)))}
        ${button(PROXY_TEXT.drop, PROXY_TEXT.dropTitle, (seq) => this.#do(this.calls.dropHeld([seq])))}
        ${button(PROXY_TEXT.releaseAll, PROXY_TEXT.releaseAll, () => this.#do(this.calls.releaseHeld(held)))}
        <button
          type="button"
          class="faults"
          aria-expanded=${this.showsFaults}
          title=${PROXY_TEXT.faultsTitle}
          @click=${() => (this.showsFaults = !this.showsFaults)}
        >
          ${PROXY_TEXT.faults(count(faults.filter(({ isOn }) => isOn).length))}
        </button>
      </div>
      ${this.editing ? this.#editor(this.editing) : nothing} ${this.showsFaults ? this.#faults() : nothing}
    `;
  }

  /** The selected message if it is held, or else the first held message. */
  get #chosen(): number | undefined {
    const { held } = this.proxy;
    return held.find((seq) => seq === this.selected) ?? held[0];
  }

  #holdButton(way: Way): TemplateResult {
    const { text, title } = PROXY_TEXT.hold[way];
    return html`<button
      type="button"
      aria-pressed=${this.#holding(way).length > 0}
      title=${title}
      @click=${() => this.#do(this.#toggle(way))}
    >
      ${icon(way === 'in' ? 'arrow-down' : 'arrow-up')}${text}
    </button>`;
  }

  #holding(way: Way): readonly PanelFault[] {
    return this.proxy.faults.filter(({ isOn, holds }) => isOn && holds.includes(way));
  }

  /** Switches holding off, or on with the condition from the field. */
  async #toggle(way: Way): Promise<void> {
    const holding = this.#holding(way);
    for (const { id, isOfFile } of holding) {
      if (isOfFile) await this.calls.switchFault(id, false);
      else await this.calls.removeFault(id);
    }
    if (holding.length > 0) return;
    const where = this.condition.value.trim();
    await this.calls.addFault(where === '' ? `hold ${way}` : `hold ${way} where ${where}`);
  }

  #editor({ seq, draft }: Editing): TemplateResult {
    return html`<form @submit=${this.#onSubmit} @keydown=${this.#onEditorKey}>
      <label class="line" for="edited"
        >${PROXY_TEXT.editing(seq)} <span class="dim">${draft.mode}</span></label
      >
      <textarea id="edited" spellcheck="false" .value=${draft.text}></textarea>
      <div class="line">
        <button type="submit" title="Ctrl+Enter">${PROXY_TEXT.send}</button>
        <button type="button" @click=${() => this.#closeEditor()}>${PROXY_TEXT.cancel}</button>
      </div>
    </form>`;
  }

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    const { editing, area } = this;
    if (!editing || !area) return;
    const release = async (): Promise<void> => {
      await this.calls.editHeld(editing.seq, { ...editing.draft, text: area.value });
      this.#closeEditor();
    };
    this.#do(release());
  };

  readonly #onEditorKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.#closeEditor();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#onSubmit(event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  #closeEditor(): void {
    this.editing = undefined;
    emit(this, 'duplex-leave');
  }

  #faults(): TemplateResult {
    return html`<div role="group" aria-label=${PROXY_TEXT.faultsTitle}>
      ${this.proxy.faults.map(
        ({ id, written, isOn, fired, isOfFile }) =>
          html`<div class="line">
            <label
              ><input
                type="checkbox"
                .checked=${isOn}
                @change=${(event: Event) =>
                  this.#do(this.calls.switchFault(id, (event.target as HTMLInputElement).checked))}
              /><span class="written">${written}</span></label
            >
            <span class="count dim">${PROXY_TEXT.fired(count(fired))}</span>
            ${
              isOfFile
                ? nothing
                : html`<button
                    type="button"
                    aria-label=${PROXY_TEXT.remove(written)}
                    title=${PROXY_TEXT.remove(written)}
                    @click=${() => this.#do(this.calls.removeFault(id))}
                  >
                    ${icon('close')}
                  </button>`
            }
          </div>`,
      )}
      <form class="line" @submit=${this.#onAdd}>
        <input
          class="new"
          type="text"
          aria-label=${PROXY_TEXT.newFault}
          placeholder=${PROXY_TEXT.newFaultHint}
          spellcheck="false"
        />
        <button type="submit">${PROXY_TEXT.add}</button>
      </form>
    </div>`;
  }

  readonly #onAdd = (event: Event): void => {
    event.preventDefault();
    const add = async (): Promise<void> => {
      await this.calls.addFault(this.newFault.value);
      this.newFault.value = '';
    };
    this.#do(add());
  };

  #do(call: Promise<void>): void {
    reportTo(this, call);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-proxy-bar': ProxyBar;
  }
}
