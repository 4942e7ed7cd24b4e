import { css, html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Draft, DraftEncoding } from '../../shared/panelProtocol.ts';
import { emit } from '../base/events.ts';
import { t } from '../base/l10n.ts';
import { baseStyles, toolStyles } from '../base/styles.ts';
import { toolButton } from '../parts/toolButton.ts';

const TITLES: Readonly<Record<DraftEncoding, string>> = { msgpack: 'MessagePack', cbor: 'CBOR' };

/** The format in which a draft is sent. Event: `duplex-fill` with the draft without it. */
@customElement('duplex-encoding-chip')
export class EncodingChip extends LitElement {
  static override styles = [
    baseStyles,
    toolStyles,
    css`
      :host {
        align-items: center;
        display: flex;
        flex: none;
        gap: 2px;
      }
    `,
  ];

  @property({ attribute: false }) draft!: Draft;

  protected override render(): TemplateResult {
    const { encode, ...plain } = this.draft;
    return html`<span>${t('Encoded as {0}', encode ? TITLES[encode] : '')}</span>
      ${toolButton('close', t('Send as Text'), () => emit(this, 'duplex-fill', plain))}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-encoding-chip': EncodingChip;
  }
}
