import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { emit } from '../base/events.ts';
import { baseStyles } from '../base/styles.ts';
import { COMPOSER_TEXT } from './composerTexts.ts';

/** The file whose bytes are sent. Event: `duplex-pick`. */
@customElement('duplex-file-part')
export class FilePart extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        align-items: center;
        display: flex;
        flex: 1;
        flex-wrap: wrap;
        gap: 8px 12px;
        min-height: 66px;
      }
      .path {
        font-size: 12px;
        min-width: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** The path of the chosen file; empty for none. */
  @property({ attribute: false }) file = '';

  protected override render(): TemplateResult {
    return html`
      <vscode-button secondary @click=${() => emit(this, 'duplex-pick')}
        >${COMPOSER_TEXT.choose}</vscode-button
      >
      ${
        this.file === ''
          ? html`<span class="dim">${COMPOSER_TEXT.noFile}</span>`
          : html`<span class="path mono" title=${this.file}>${this.file}</span>`
      }
      <span class="dim">${COMPOSER_TEXT.fileHint}</span>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-file-part': FilePart;
  }
  interface HTMLElementEventMap {
    /** Choose a file. */
    'duplex-pick': CustomEvent<void>;
  }
}
