import { css } from 'lit';

export const handshakeStyles = css`
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
    flex-wrap: wrap;
    gap: 8px;
    margin: 0 0 12px;
    min-height: 26px;
  }
  .secrets .icon {
    flex: none;
  }
  .secrets span[role] {
    flex: 0 1 auto;
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
