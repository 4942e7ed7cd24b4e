import { css } from 'lit';

export const headerStyles = css`
  :host {
    border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    container-type: inline-size;
    display: block;
    position: relative;
    /* Its menu lies over all that follows. */
    z-index: 5;
  }
  /* What is wrong with the URL stands below it: the buttons stay where they are. */
  .main {
    align-items: flex-start;
    display: flex;
    gap: 8px;
    min-height: 40px;
    padding: 6px 8px 2px 12px;
  }
  .state {
    align-items: center;
    display: flex;
    flex: none;
    font-variant-numeric: tabular-nums;
    font-weight: 600;
    gap: 6px;
    margin-right: 4px;
    min-height: 26px;
  }
  .tool,
  duplex-menu {
    margin-top: 1px;
  }
  .state.open .icon {
    color: var(--vscode-testing-iconPassed);
  }
  .state.failed .icon {
    color: var(--vscode-errorForeground);
  }
  .state.waiting .icon {
    color: var(--vscode-list-warningForeground);
  }
  .state.idle .icon,
  .state.closed .icon {
    color: var(--vscode-descriptionForeground);
  }
  .url {
    flex: 1;
  }
  vscode-button {
    flex: none;
    height: 26px;
  }
  /* One of icon and label is shown: they need no room between them. */
  vscode-button > * {
    margin: 0;
  }
  vscode-button .icon {
    display: none;
  }
  vscode-button[aria-pressed='true'] {
    --vscode-button-secondaryBackground: var(--vscode-inputOption-activeBackground);
    --vscode-button-border: var(--vscode-inputOption-activeBorder, transparent);
    --vscode-button-secondaryForeground: var(--vscode-inputOption-activeForeground);
    --vscode-button-secondaryHoverBackground: var(--vscode-inputOption-activeBackground);
  }
  .facts {
    color: var(--vscode-descriptionForeground);
    column-gap: 14px;
    display: flex;
    flex-wrap: wrap;
    font-variant-numeric: tabular-nums;
    list-style: none;
    margin: 0;
    padding: 0 12px 8px;
    row-gap: 2px;
  }
  .facts li {
    align-items: center;
    display: flex;
    gap: 4px;
    white-space: nowrap;
  }
  .facts .icon {
    font-size: 14px;
    opacity: 0.8;
    width: 14px;
  }
  .facts .warning {
    color: var(--vscode-list-warningForeground);
  }
  .facts .warning .icon {
    opacity: 1;
  }
  .subprotocol {
    max-width: 100%;
    overflow: hidden;
  }
  @container (max-width: 640px) {
    /* The URL has a row of its own: the buttons would leave it no room. */
    .main {
      flex-wrap: wrap;
      gap: 2px 4px;
    }
    .state {
      flex: 1 1 0;
      min-width: 0;
    }
    .state .word {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .url {
      flex: 1 0 100%;
      order: 1;
    }
    vscode-button .icon {
      display: inline-block;
    }
    vscode-button::part(base) {
      padding: 1px 4px;
    }
    vscode-button .label {
      display: none;
    }
    /* One line of what matters most; a fact that does not fit is left out as a whole. */
    .facts {
      height: 26px;
      overflow: hidden;
    }
    .facts li {
      height: 20px;
    }
    .facts .warning {
      order: -3;
    }
    .facts .in,
    .facts .out {
      order: -2;
    }
    .facts .open,
    .facts .roundTrip {
      order: -1;
    }
  }
  @container (max-width: 300px) {
    .main {
      column-gap: 2px;
    }
    .state {
      margin-right: 0;
    }
    /* There was no handshake yet, and the word is long. */
    .state.idle ~ .handshake {
      display: none;
    }
  }
  .banner {
    align-items: center;
    background: var(--vscode-inputValidation-warningBackground);
    border: 1px solid var(--vscode-inputValidation-warningBorder);
    border-radius: 4px;
    color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
    display: flex;
    gap: 10px;
    margin: 0 12px 10px;
    padding: 6px 8px;
  }
  .banner .icon {
    color: var(--vscode-editorWarning-foreground);
    flex: none;
  }
  .banner p {
    flex: 1;
    line-height: 1.4;
    margin: 0;
    min-width: 0;
    overflow-wrap: anywhere;
  }
`;
