import { css } from 'lit';

export const handshakeStyles = css`
  :host {
    background: var(--vscode-editor-background);
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
  }
  .bar {
    align-items: center;
    border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    display: flex;
    flex: none;
    height: 35px;
    justify-content: space-between;
    padding: 0 8px 0 2px;
  }
  .actions {
    display: flex;
    gap: 2px;
  }
  .body {
    flex: 1;
    min-height: 0;
    overflow: auto;
    padding: 12px;
    scrollbar-color: auto;
  }
  .secrets {
    align-items: center;
    display: flex;
    gap: 8px;
    margin: 0 0 12px;
    min-height: 26px;
  }
  .secrets .icon {
    flex: none;
  }
  h3 {
    font-size: inherit;
    font-weight: 600;
    margin: 0 0 4px;
    overflow-wrap: anywhere;
  }
  dl + h3 {
    margin-top: 16px;
  }
  section + section {
    margin-top: 20px;
  }
  h4 {
    color: var(--vscode-descriptionForeground);
    font-size: inherit;
    font-weight: normal;
    margin: 8px 0 0;
  }
  .warning {
    color: var(--vscode-list-warningForeground);
  }
  .empty p,
  p {
    margin: 0;
  }
`;
