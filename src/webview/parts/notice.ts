import '@vscode-elements/elements/dist/vscode-button/index.js';
import { css, html, LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { emit } from '../base/events.ts';
import { icon } from '../base/icons.ts';
import { baseStyles } from '../base/styles.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';

/** An error message in the look of VS Code's notifications. Event: `duplex-dismiss`. */
@customElement('duplex-notice')
export class Notice extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        align-items: center;
        background: var(--vscode-notifications-background);
        border: 1px solid var(--vscode-notifications-border, var(--vscode-contrastBorder, transparent));
        border-radius: 4px;
        bottom: 16px;
        box-shadow: 0 0 8px var(--vscode-widget-shadow, transparent);
        color: var(--vscode-notifications-foreground);
        display: flex;
        gap: 10px;
        max-width: min(600px, calc(100% - 32px));
        padding: 10px 12px;
        position: absolute;
        right: 16px;
        z-index: 2;
      }
      .icon {
        color: var(--vscode-notificationsErrorIcon-foreground);
        flex: none;
      }
      .text {
        overflow-wrap: anywhere;
      }
      vscode-button {
        flex: none;
      }
    `,
  ];

  @property({ attribute: false }) text = '';

  protected override render(): TemplateResult {
    return html`
      ${icon('error')}<span class="text" role="alert">${this.text}</span>
      <vscode-button secondary @click=${() => emit(this, 'duplex-dismiss')}
        >${SHARED_TEXT.dismiss}</vscode-button
      >
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'duplex-notice': Notice;
  }
  interface HTMLElementEventMap {
    'duplex-dismiss': CustomEvent<void>;
  }
}
