import '@vscode-elements/elements/dist/vscode-button/index.js';
import '../parts/menu.ts';
import { html, LitElement, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { byteCount } from '../../shared/byteCount.ts';
import type { PanelCommand } from '../../shared/panelProtocol.ts';
import type { SessionSummary, Unrecorded } from '../../shared/session.ts';
import { emit } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import type { IconName } from '../base/icons.ts';
import { baseStyles, toolStyles } from '../base/styles.ts';
import { count } from '../text/figures.ts';
import { shownFailure } from '../text/connectionText.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';
import { HEADER_TEXT } from './headerTexts.ts';
import { connectionActions, sessionMenu, stateLook, stateText } from './sessionState.ts';
import type { ConnectionAction } from './sessionState.ts';
import { connectionFacts } from './facts.ts';
import type { Fact } from './facts.ts';
import { headerStyles } from './headerStyles.ts';
import './urlField.ts';
import type { UrlField } from './urlField.ts';

const SECOND = 1_000;

/**
 * The connection: state, URL, facts and actions. Events: `duplex-connect`, `duplex-applying`, `duplex-disconnect`,
 * `duplex-handshake`, `duplex-run`.
 */
@customElement('duplex-header')
export class SessionHeader extends LitElement {
  static override styles = [baseStyles, toolStyles, headerStyles];

  @property({ attribute: false }) host!: Host;
  @property({ attribute: false }) session!: SessionSummary;
  @property({ attribute: false }) remoteName = '';
  @property({ attribute: false }) heartbeat = false;
  /** Whether the form with its options is open. */
  @property({ attribute: false }) isEditing = false;
  /** Whether the handshake is in view. */
  @property({ attribute: false }) showsHandshake = false;

  /** The URL was edited and not applied. */
  @state() private isUrlEdited = false;

  @query('duplex-url-field') private readonly urlField!: UrlField | null;

  @query('.edit') private readonly editButton!: HTMLButtonElement;

  #clock: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clock = setInterval(() => {
      const { state } = this.session;
      if (state === 'open' || state === 'waiting') this.requestUpdate();
    }, SECOND);
  }

  /** Focuses the button that opens the form, after the form was closed. */
  override focus(): void {
    this.editButton.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  protected override render(): TemplateResult {
    const { session, remoteName, heartbeat } = this;
    const now = Date.now();
    const look = stateLook(session.state);
    return html`
      <header aria-label=${HEADER_TEXT.connection}>
        <div class="main">
          <span class="state ${session.state}" title=${stateText(session, now)}>
            ${icon(look.icon, look.spins ? 'spin' : '')}<span class="word">${stateText(session, now)}</span>
          </span>
          ${this.isEditing ? html`<span class="url"></span>` : this.#url()}
          ${connectionActions(session.state, shownFailure(session) !== undefined, this.isUrlEdited).map((action) => this.#action(action))}
          <button
            type="button"
            class="tool edit"
            aria-label=${SHARED_TEXT.editConnection}
            aria-expanded=${this.isEditing}
            title=${SHARED_TEXT.editConnection}
            @click=${() => this.toggleForm()}
          >
            ${icon('edit')}
          </button>
          <vscode-button
            class="handshake"
            secondary
            aria-label=${SHARED_TEXT.handshake}
            aria-pressed=${this.showsHandshake}
            title=${HEADER_TEXT.handshakeTitle}
            @click=${() => emit(this, 'duplex-handshake')}
            >${buttonContent('lock', SHARED_TEXT.handshake)}</vscode-button
          >
          <duplex-menu
            .label=${HEADER_TEXT.moreActions}
            .items=${sessionMenu(session.state)}
            @duplex-choose=${(event: CustomEvent<PanelCommand>) => emit(this, 'duplex-run', event.detail)}
          ></duplex-menu>
        </div>
        <ul class="facts">
          ${connectionFacts(session, { remoteName, heartbeat, now }).map(factItem)}
        </ul>
        ${session.unrecorded ? unrecordedBanner(session.unrecorded) : nothing}
      </header>
    `;
  }

  #url(): TemplateResult {
    return html`<duplex-url-field
      class="url"
      .host=${this.host}
      .url=${this.session.url}
      @duplex-edited=${(event: CustomEvent<boolean>) => (this.isUrlEdited = event.detail)}
      @duplex-connect=${() => emit(this, 'duplex-applying')}
    ></duplex-url-field>`;
  }

  /** Opens or closes the form, whose URL field starts with the text of the header's. */
  toggleForm(): void {
    const typed = this.urlField?.typed;
    this.isUrlEdited = false;
    emit(this, 'duplex-edit-connection', typed);
  }

  #action({ label, call, isPrimary }: ConnectionAction): TemplateResult {
    return html`<vscode-button
      class="action"
      ?secondary=${!isPrimary}
      aria-label=${label}
      title=${label}
      @click=${() => (call === 'apply' ? this.urlField?.apply() : emit(this, `duplex-${call}`))}
      >${buttonContent(call === 'disconnect' ? 'debug-disconnect' : 'plug', label)}</vscode-button
    >`;
  }
}

/** The styles show the label, or the icon if there is no room. */
function buttonContent(glyph: IconName, label: string): TemplateResult {
  return html`${icon(glyph)}<span class="label">${label}</span>`;
}

function factItem({ name, icon: glyph, text, title, isWarning = false }: Fact): TemplateResult {
  return html`<li class="${name} ${isWarning ? 'warning' : ''}" title=${title}>
    ${icon(glyph)}<span>${text}</span>
  </li>`;
}

function unrecordedBanner({ reason, messages, bytes }: Unrecorded): TemplateResult {
  return html`<div class="banner">
    ${icon('warning')}
    <p><span role="alert">${reason}</span> ${HEADER_TEXT.unrecorded(count(messages), byteCount(bytes))}</p>
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-header': SessionHeader;
  }
  interface HTMLElementEventMap {
    'duplex-connect': CustomEvent<void>;
    /** The session connects with an edited URL or another fix of a failure. */
    'duplex-applying': CustomEvent<void>;
    'duplex-disconnect': CustomEvent<void>;
    /** Open or close the form with the options of the connection. The detail is a URL that was typed and not applied. */
    'duplex-edit-connection': CustomEvent<string | undefined>;
  }
}
