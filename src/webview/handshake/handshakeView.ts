import '@vscode-elements/elements/dist/vscode-button/index.js';
import '../parts/segments.ts';
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { PanelHandshake } from '../../shared/panelProtocol.ts';
import type { Exchange, TlsDetail } from '../../shared/timeline.ts';
import { emit, reportTo } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { icon } from '../base/icons.ts';
import { coalesce } from '../base/queue.ts';
import { certificateStyles, certificateTree } from '../parts/certificates.ts';
import type { SegmentedControl } from '../parts/segments.ts';
import { baseStyles, factStyles, replacedStyles, sideStyles, toolStyles } from '../base/styles.ts';
import { toolButton } from '../parts/toolButton.ts';
import { WidthController } from '../base/width.ts';
import { inertLines, inertParts } from '../text/inertText.ts';
import { tlsName } from '../text/connectionText.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';
import { HANDSHAKE_TABS, HANDSHAKE_TAB_NAMES, HANDSHAKE_TEXT } from './handshakeTexts.ts';
import type { HandshakeTab } from './handshakeTexts.ts';
import { overviewFacts } from './overview.ts';
import type { OverviewFact } from './overview.ts';
import { handshakeStyles } from './handshakeStyles.ts';

const TABS = HANDSHAKE_TABS.map((tab) => ({ value: tab, text: HANDSHAKE_TAB_NAMES[tab] }));

/**
 * The last handshake of the session: request, response and TLS. Secrets stay on the host until the user reveals them.
 * Events: `duplex-close`, `duplex-leave`, `duplex-fail`.
 */
@customElement('duplex-handshake')
export class HandshakeView extends LitElement {
  static override styles = [
    baseStyles,
    toolStyles,
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

  @query('duplex-segments') private readonly tabs!: SegmentedControl;

  readonly #room = new WidthController(this);
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
    // Revealed secrets belong to one handshake only.
    this.#reveals = false;
    this.#load();
  }

  protected override render(): TemplateResult {
    const { handshake } = this;
    return html`
      <div class="bar" @keydown=${this.#onKey}>
        <duplex-segments
          .narrow=${this.#room.width === 'narrow'}
          .label=${SHARED_TEXT.handshake}
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
      reportTo(this, this.host.calls.copyHandshake(as, handshake?.isRevealed === true));
    return html`
      ${
        handshake
          ? html`${toolButton('terminal', SHARED_TEXT.copyCurl, copy('curl'), HANDSHAKE_TEXT.copyCurlTitle)}
            ${toolButton('copy', HANDSHAKE_TEXT.copyExchanges, copy('raw'))}`
          : nothing
      }
      ${toolButton('close', SHARED_TEXT.closeInspector, () => emit(this, 'duplex-close', true))}
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
    if (!canReveal)
      return html`<p class="secrets dim">${icon('eye-closed')}${HANDSHAKE_TEXT.maskedForGood}</p>`;
    return html`<p class="secrets dim">
      ${icon(isRevealed ? 'eye' : 'eye-closed')}<span role="status"
        >${isRevealed ? HANDSHAKE_TEXT.revealed : HANDSHAKE_TEXT.masked}</span
      >
      <vscode-button
        secondary
        @click=${() => {
          this.#reveals = !isRevealed;
          this.#load();
        }}
        >${isRevealed ? HANDSHAKE_TEXT.hide : HANDSHAKE_TEXT.reveal}</vscode-button
      >
    </p>`;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    emit(this, 'duplex-leave');
  }
}

function emptyPart(): TemplateResult {
  return html`<div class="empty dim">${HANDSHAKE_TEXT.noHandshake.map((line) => html`<p>${line}</p>`)}</div>`;
}

function factPart({ name, values, isWarning = false }: OverviewFact): TemplateResult {
  return html`<dt>${name}</dt>
    <dd class=${isWarning ? 'warning' : ''}>
      ${values.map((value) => html`<div>${inertParts(value)}</div>`)}
    </dd>`;
}

function exchangesPart(exchanges: readonly Exchange[] = []): TemplateResult | TemplateResult[] {
  if (exchanges.length === 0) return html`<p class="dim">${HANDSHAKE_TEXT.noExchanges}</p>`;
  return exchanges.map(
    (exchange) =>
      html`<section>
        <h3>${exchange.with === 'proxy' ? HANDSHAKE_TEXT.withProxy(exchange.url) : exchange.url}</h3>
        <h4>${HANDSHAKE_TEXT.request}</h4>
        <pre tabindex="0" aria-label=${HANDSHAKE_TEXT.request}>${inertLines(head(exchange.request))}</pre>
        <h4>${HANDSHAKE_TEXT.response}</h4>
        ${
          exchange.response === ''
            ? html`<p class="dim">${HANDSHAKE_TEXT.noResponse}</p>`
            : html`<pre tabindex="0" aria-label=${HANDSHAKE_TEXT.response}>
${inertLines(head(exchange.response))}</pre>`
        }
      </section>`,
  );
}

/** Drops the empty line that ends a header block. */
function head(text: string): string {
  return text.replace(/\r\n\r\n$/, '');
}

function tlsPart(tls: TlsDetail | undefined): TemplateResult {
  if (tls === undefined) return html`<p class="dim">${HANDSHAKE_TEXT.noTls}</p>`;
  const facts: OverviewFact[] = [
    { name: HANDSHAKE_TEXT.tlsProtocol, values: [tlsName(tls.protocol)] },
    { name: HANDSHAKE_TEXT.cipher, values: [tls.cipher] },
    { name: HANDSHAKE_TEXT.alpn, values: [tls.alpn || HANDSHAKE_TEXT.none] },
    { name: HANDSHAKE_TEXT.servername, values: [tls.servername || HANDSHAKE_TEXT.none] },
    {
      name: HANDSHAKE_TEXT.verification,
      values: [tls.verified ? SHARED_TEXT.verifiedTitle : HANDSHAKE_TEXT.verificationOff],
      isWarning: !tls.verified,
    },
  ];
  return html`<dl>${facts.map(factPart)}</dl>
    <h3>${HANDSHAKE_TEXT.chain}</h3>
    ${tls.chain.length === 0 ? html`<p class="dim">${HANDSHAKE_TEXT.noChain}</p>` : certificateTree(tls.chain, Date.now())}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-handshake': HandshakeView;
  }
}
