import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { byteCount } from '../../shared/byteCount.ts';
import type { SessionSummary, Unrecorded } from '../../shared/session.ts';
import { emit } from '../emit.ts';
import { icon } from '../icons.ts';
import { baseStyles } from '../styles.ts';
import { count } from '../text/figures.ts';
import { STATES, TEXT } from '../texts.ts';
import { connectionAction } from './connectionAction.ts';
import { connectionFacts } from './facts.ts';
import { stateLook } from './stateLook.ts';

const SECOND = 1_000;

/** The connection: what it is, how it is, what to do with it. Events: `duplex-connect`, `duplex-disconnect`, `duplex-details`. */
@customElement('duplex-header')
export class SessionHeader extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
        display: block;
      }
      .main {
        align-items: center;
        display: flex;
        gap: 12px;
        min-height: 40px;
        padding: 6px 12px 2px;
      }
      .state {
        align-items: center;
        display: flex;
        flex: none;
        font-weight: 600;
        gap: 6px;
      }
      .open .icon {
        color: var(--vscode-testing-iconPassed);
      }
      .failed .icon {
        color: var(--vscode-errorForeground);
      }
      .waiting .icon {
        color: var(--vscode-list-warningForeground);
      }
      .idle .icon,
      .closed .icon {
        color: var(--vscode-descriptionForeground);
      }
      .url {
        flex: 1;
        font-size: 12px;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        unicode-bidi: isolate;
        white-space: nowrap;
      }
      vscode-button {
        flex: none;
      }
      .facts {
        color: var(--vscode-descriptionForeground);
        display: flex;
        flex-wrap: wrap;
        font-variant-numeric: tabular-nums;
        margin: 0;
        padding: 0 12px 8px;
        row-gap: 2px;
      }
      .facts span:not(:last-child)::after {
        content: '|';
        margin: 0 8px;
        opacity: 0.5;
      }
      .banner {
        align-items: center;
        background: var(--vscode-inputValidation-errorBackground);
        border: 1px solid var(--vscode-inputValidation-errorBorder);
        border-radius: 4px;
        color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
        display: flex;
        gap: 10px;
        margin: 0 12px 10px;
        padding: 6px 8px;
      }
      .banner .icon {
        color: var(--vscode-errorForeground);
        flex: none;
      }
      .banner.warning {
        background: var(--vscode-inputValidation-warningBackground);
        border-color: var(--vscode-inputValidation-warningBorder);
        color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
      }
      .banner.warning .icon {
        color: var(--vscode-editorWarning-foreground);
      }
      .banner p {
        flex: 1;
        line-height: 1.4;
        margin: 0;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .banner code {
        font-family: var(--vscode-editor-font-family, monospace);
        font-size: 12px;
        opacity: 0.8;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) session!: SessionSummary;
  @property({ attribute: false }) remoteName = '';
  /** Wall-clock time of the last row, where it is known. */
  @property({ attribute: false }) lastActivity: number | undefined = undefined;

  #clock: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clock = setInterval(() => {
      if (this.session.state === 'open') this.requestUpdate();
    }, SECOND);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('session');
    if (before === undefined) return;
    const messages = (session: SessionSummary): number => session.in.messages + session.out.messages;
    if (messages(before) !== messages(this.session)) this.lastActivity = Date.now();
  }

  protected override render(): TemplateResult {
    const { session } = this;
    const look = stateLook(session.state);
    const action = connectionAction(session.state);
    const facts = connectionFacts(session, this.remoteName, Date.now(), this.lastActivity);
    return html`
      <header aria-label=${TEXT.connection}>
        <div class="main">
          <span class="state ${session.state}">
            ${icon(look.icon, look.spins ? 'spin' : '')}<span class="word">${STATES[session.state]}</span>
          </span>
          <span class="url mono" title=${session.url}>${session.url}</span>
          <vscode-button
            class="action"
            ?secondary=${!action.isPrimary}
            @click=${() => emit(this, `duplex-${action.call}`, undefined)}
            >${action.label}</vscode-button
          >
        </div>
        <p class="facts">
          ${facts.map(({ name, text, title }) => html`<span class=${name} title=${title}>${text}</span>`)}
        </p>
        ${session.error ? this.#failure(session.error) : nothing}
        ${session.unrecorded ? unrecordedBanner(session.unrecorded) : nothing}
      </header>
    `;
  }

  #failure({ code, message }: NonNullable<SessionSummary['error']>): TemplateResult {
    return html`<div class="banner" role="alert">
      ${icon('error')}
      <p>${message} <code>${code}</code></p>
      <vscode-button secondary @click=${() => emit(this, 'duplex-details', undefined)}>
        ${TEXT.details}
      </vscode-button>
    </div>`;
  }
}

function unrecordedBanner({ reason, messages, bytes }: Unrecorded): TemplateResult {
  return html`<div class="banner warning">
    ${icon('warning')}
    <p><span role="alert">${reason}</span> ${TEXT.unrecorded(count(messages), byteCount(bytes))}</p>
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-header': SessionHeader;
  }
}
