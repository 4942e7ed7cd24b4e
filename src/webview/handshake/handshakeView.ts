import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import '../parts/segments.ts';
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { PanelHandshake } from '../../shared/panelProtocol.ts';
import type { Exchange, TlsDetail } from '../../shared/timeline.ts';
import { emit } from '../emit.ts';
import type { Host } from '../host.ts';
import { icon } from '../icons.ts';
import { coalesce } from '../list/coalesce.ts';
import { certificateStyles, certificateTree } from '../parts/certificates.ts';
import type { Segments } from '../parts/segments.ts';
import { sideStyles } from '../parts/sideStyles.ts';
import { baseStyles, factStyles, replacedStyles } from '../styles.ts';
import { inertLines, inertText } from '../text/inertText.ts';
import { tlsName } from '../text/tls.ts';
import { HANDSHAKE_TAB_NAMES, TEXT } from '../texts.ts';
import { HANDSHAKE_TABS } from './handshakeTabs.ts';
import type { HandshakeTab } from './handshakeTabs.ts';
import { handshakeStyles } from './handshakeStyles.ts';
import { overviewFacts } from './overview.ts';
import type { OverviewFact } from './overview.ts';

const TABS = HANDSHAKE_TABS.map((tab) => ({ value: tab, text: HANDSHAKE_TAB_NAMES[tab] }));

/**
 * The last handshake of the session: what was sent and received, and over what. Secrets stay on the host until the
 * user asks for them. Events: `duplex-close`, `duplex-leave` (back to where the user came from), `duplex-fail` (an error).
 */
@customElement('duplex-handshake')
export class HandshakeView extends LitElement {
  static override styles = [
    baseStyles,
    sideStyles,
    factStyles,
    replacedStyles,
    certificateStyles,
    handshakeStyles,
  ];

  @property({ attribute: false }) host!: Host;
  /** Changes with every handshake of the session. */
  @property({ attribute: false }) version = '';

  @state() private handshake: PanelHandshake | undefined = undefined;
  @state() private isLoaded = false;
  @state() private tab: HandshakeTab = 'overview';

  @query('duplex-segments') private readonly tabs!: Segments;

  #reveals = false;

  readonly #load = coalesce(
    async () => {
      this.handshake = await this.host.calls.handshake(this.#reveals);
      this.isLoaded = true;
    },
    (error) => emit(this, 'duplex-fail', error),
  );

  override focus(): void {
    void this.updateComplete.then(() => this.tabs.focus());
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('version')) return;
    // The secrets of another handshake were not asked for.
    this.#reveals = false;
    this.#load();
  }

  protected override render(): TemplateResult {
    const { handshake } = this;
    return html`
      <div class="bar" @keydown=${this.#onKey}>
        <duplex-segments
          .label=${TEXT.handshake}
          .items=${TABS}
          .value=${this.tab}
          @duplex-choose=${(event: CustomEvent<HandshakeTab>) => (this.tab = event.detail)}
        ></duplex-segments>
        <div class="actions">${this.#actions(handshake)}</div>
      </div>
      <div
        class="body"
        role="tabpanel"
        tabindex="0"
        aria-label=${HANDSHAKE_TAB_NAMES[this.tab]}
        @keydown=${this.#onKey}
      >
        ${this.isLoaded ? (handshake ? this.#body(handshake) : emptyPart()) : nothing}
      </div>
    `;
  }

  #actions(handshake: PanelHandshake | undefined): TemplateResult {
    const copy = (as: 'curl' | 'raw') => () =>
      this.#report(this.host.calls.copyHandshake(as, handshake?.isRevealed === true));
    return html`
      ${
        handshake
          ? html`<vscode-toolbar-button
                icon="terminal"
                label=${TEXT.copyCurl}
                title=${TEXT.copyCurlTitle}
                @click=${copy('curl')}
              ></vscode-toolbar-button>
              <vscode-toolbar-button
                icon="copy"
                label=${TEXT.copyExchanges}
                title=${TEXT.copyExchanges}
                @click=${copy('raw')}
              ></vscode-toolbar-button>`
          : nothing
      }
      <vscode-toolbar-button
        icon="close"
        label=${TEXT.closeInspector}
        title=${TEXT.closeInspector}
        @click=${() => emit(this, 'duplex-close', undefined)}
      ></vscode-toolbar-button>
    `;
  }

  #body(handshake: PanelHandshake): TemplateResult {
    switch (this.tab) {
      case 'overview':
        return html`<dl>${overviewFacts(handshake).map(factPart)}</dl>`;
      case 'exchanges':
        return html`${this.#secrets(handshake)} ${exchangesPart(handshake.detail.exchanges)}`;
      case 'tls':
        return tlsPart(handshake.detail.tls);
    }
  }

  #secrets({ isRevealed, canReveal }: PanelHandshake): TemplateResult {
    if (!canReveal) return html`<p class="secrets dim">${icon('eye-closed')}${TEXT.maskedForGood}</p>`;
    return html`<p class="secrets dim">
      ${icon(isRevealed ? 'eye' : 'eye-closed')}<span role="status"
        >${isRevealed ? TEXT.revealed : TEXT.masked}</span
      >
      <vscode-button
        secondary
        @click=${() => {
          this.#reveals = !isRevealed;
          this.#load();
        }}
        >${isRevealed ? TEXT.hide : TEXT.reveal}</vscode-button
      >
    </p>`;
  }

  #report(call: Promise<void>): void {
    call.catch((error: unknown) => emit(this, 'duplex-fail', error));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    emit(this, 'duplex-leave', undefined);
  }
}

function emptyPart(): TemplateResult {
  return html`<div class="empty dim">${TEXT.noHandshake.map((line) => html`<p>${line}</p>`)}</div>`;
}

function factPart({ name, values, isWarning = false }: OverviewFact): TemplateResult {
  return html`<dt>${name}</dt>
    <dd class=${isWarning ? 'warning' : ''}>
      ${values.map((value) => html`<div>${inertText(value)}</div>`)}
    </dd>`;
}

function exchangesPart(exchanges: readonly Exchange[] = []): TemplateResult | TemplateResult[] {
  if (exchanges.length === 0) return html`<p class="dim">${TEXT.noExchanges}</p>`;
  return exchanges.map(
    (exchange) =>
      html`<section>
        <h3>${exchange.with === 'proxy' ? TEXT.withProxy(exchange.url) : exchange.url}</h3>
        <h4>${TEXT.request}</h4>
        <pre tabindex="0" aria-label=${TEXT.request}>${inertLines(head(exchange.request))}</pre>
        <h4>${TEXT.response}</h4>
        ${
          exchange.response === ''
            ? html`<p class="dim">${TEXT.noResponse}</p>`
            : html`<pre tabindex="0" aria-label=${TEXT.response}>${inertLines(head(exchange.response))}</pre>`
        }
      </section>`,
  );
}

/** Without the empty line that ends it, which would only take up room. */
function head(text: string): string {
  return text.replace(/\r\n\r\n$/, '');
}

function tlsPart(tls: TlsDetail | undefined): TemplateResult {
  if (tls === undefined) return html`<p class="dim">${TEXT.noTls}</p>`;
  const facts: OverviewFact[] = [
    { name: TEXT.tlsProtocol, values: [tlsName(tls.protocol)] },
    { name: TEXT.cipher, values: [tls.cipher] },
    { name: TEXT.alpn, values: [tls.alpn || TEXT.none] },
    { name: TEXT.servername, values: [tls.servername || TEXT.none] },
    {
      name: TEXT.verification,
      values: [tls.verified ? TEXT.verifiedTitle : TEXT.verificationOff],
      isWarning: !tls.verified,
    },
  ];
  return html`<dl>${facts.map(factPart)}</dl>
    <h3>${TEXT.chain}</h3>
    ${tls.chain.length === 0 ? html`<p class="dim">${TEXT.noChain}</p>` : certificateTree(tls.chain, Date.now())}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-handshake': HandshakeView;
  }
}
