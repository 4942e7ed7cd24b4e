import type { Width } from '../base/width.ts';
import '../parts/menu.ts';
import { html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Draft, SavedMessage } from '../../shared/panelProtocol.ts';
import { emit } from '../base/events.ts';
import { isMac } from '../base/host.ts';
import type { Host } from '../base/host.ts';
import type { Menu } from '../parts/menu.ts';
import { draftTitle } from './draftHistory.ts';
import { DRAFT_TEXT } from './draftTexts.ts';
import { ASK_SCHEMA, encodingMenu } from './encodingMenu.ts';

const HISTORY_KEYS = isMac ? '⌥↑' : 'Alt+Up';

/**
 * The menus of the format in which the draft is encoded, of saved and of sent messages. Events: `duplex-fill` with the
 * chosen message, or with the draft in another format, and `duplex-close`.
 */
@customElement('duplex-draft-menus')
export class DraftMenus extends LitElement {
  @property({ attribute: false }) host!: Host;
  /** Wide: names fit; medium: icons fit; narrow: only the icons that most drafts need fit. */
  @property({ attribute: false }) room: Width = 'wide';
  /** The current draft, which `Save Message` saves. */
  @property({ attribute: false }) draft!: Draft;
  /** Shows the failure of a call. */
  @property({ attribute: false }) report!: (call: Promise<void>) => Promise<void>;

  @query('.encoding') private readonly encoding!: Menu | null;

  @state() private sentDrafts: readonly Draft[] = [];
  @state() private saved: readonly SavedMessage[] = [];

  protected override createRenderRoot(): this {
    // The composer's bar lays the two menus out among its own tools.
    return this;
  }

  protected override render(): TemplateResult {
    const sent = this.sentDrafts.map((draft, index) => ({ value: String(index), text: draftTitle(draft) }));
    const { mode } = this.draft;
    const canEncode = mode === 'text' || mode === 'json';
    const nothingSent = { value: '', text: DRAFT_TEXT.noHistory, isDisabled: true };
    return html`
      ${canEncode ? this.#encoding() : nothing}
      <duplex-menu
        placement="above"
        .label=${DRAFT_TEXT.savedTitle}
        .text=${this.room === 'wide' ? DRAFT_TEXT.saved : ''}
        .glyph=${'bookmark' as const}
        .items=${[
          { value: 'save', text: DRAFT_TEXT.saveMessage },
          { value: 'open', text: DRAFT_TEXT.openSaved },
          ...this.saved.map(({ name }, index) => ({
            value: String(index),
            text: name,
            beginsGroup: index === 0,
          })),
        ]}
        @duplex-opening=${() => void this.report(this.#loadSaved())}
        @duplex-choose=${(event: CustomEvent<string>) => this.#onSaved(event.detail)}
      ></duplex-menu>
      <duplex-menu
        placement="above"
        .label=${DRAFT_TEXT.historyTitle(HISTORY_KEYS)}
        .text=${this.room === 'wide' ? DRAFT_TEXT.history : ''}
        .glyph=${'history' as const}
        .items=${sent.length > 0 ? sent : [nothingSent]}
        @duplex-opening=${() => void this.report(this.#loadHistory())}
        @duplex-choose=${(event: CustomEvent<string>) => this.#fill(this.sentDrafts[Number(event.detail)])}
      ></duplex-menu>
    `;
  }

  /** Opens the menu of formats when it has no button. */
  openEncoding(): void {
    const { left, top } = this.parentElement!.getBoundingClientRect();
    this.encoding?.openAt(left, top);
  }

  #encoding(): TemplateResult {
    const { encode } = this.draft;
    const { text, label, items } = encodingMenu(encode);
    return html`<duplex-menu
      class="encoding"
      placement="above"
      ?contextual=${this.room === 'narrow' && encode === undefined}
      .label=${label}
      .text=${this.room === 'wide' ? text : ''}
      .glyph=${'file-binary' as const}
      .items=${items}
      @duplex-choose=${(event: CustomEvent<string>) => void this.report(this.#encodeAs(event.detail))}
      @duplex-close=${() => emit(this, 'duplex-close', true)}
    ></duplex-menu>`;
  }

  /** @param format as in `@encode`; empty to send as text */
  async #encodeAs(format: string): Promise<void> {
    const { encode, ...plain } = this.draft;
    if (format !== ASK_SCHEMA) return this.#fill(format === '' ? plain : { ...plain, encode: format });
    const chosen = await this.host.calls.askSchema(encode ?? '');
    // The user may have typed in the meantime.
    if (chosen !== undefined) this.#fill({ ...this.draft, encode: chosen });
  }

  #onSaved(value: string): void {
    if (value === 'open') void this.report(this.host.calls.openSavedMessages());
    else if (value === 'save') void this.report(this.host.calls.saveMessage(this.draft));
    else this.#fill(this.saved[Number(value)]?.draft);
  }

  #fill(draft: Draft | undefined): void {
    if (draft !== undefined) emit(this, 'duplex-fill', draft);
  }

  async #loadSaved(): Promise<void> {
    this.saved = await this.host.calls.savedMessages();
  }

  async #loadHistory(): Promise<void> {
    this.sentDrafts = await this.host.calls.sentDrafts();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-draft-menus': DraftMenus;
  }
  interface HTMLElementEventMap {
    /** Put this message into the editor. */
    'duplex-fill': CustomEvent<Draft>;
  }
}
