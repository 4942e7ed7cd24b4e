import { css } from 'lit';

export const panelStyles = css`
  :host {
    background: var(--vscode-editor-background);
    display: flex;
    flex-direction: column;
    height: 100vh;
    overflow: hidden;
  }
  main {
    display: flex;
    flex: 1;
    min-height: 0;
  }
  main.narrow {
    flex-direction: column;
  }
  duplex-timeline {
    flex: 1;
  }
  duplex-inspector {
    flex: none;
  }
  .wide duplex-inspector {
    width: var(--inspector);
  }
  .narrow duplex-inspector {
    height: var(--inspector);
  }
  .notice {
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
  .notice .icon {
    color: var(--vscode-notificationsErrorIcon-foreground);
    flex: none;
  }
  .notice span:not(.icon) {
    overflow-wrap: anywhere;
  }
  .notice vscode-button {
    flex: none;
  }
  .announcement {
    clip-path: inset(50%);
    height: 1px;
    overflow: hidden;
    position: absolute;
    width: 1px;
  }
`;

/** VS Code gives the page's body a margin of its own. */
export const pageStyles = css`
  body {
    margin: 0;
    overflow: hidden;
    padding: 0;
  }
`;
