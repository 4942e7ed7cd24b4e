import { css } from 'lit';

export const panelStyles = css`
  :host {
    background: var(--vscode-editor-background);
    display: flex;
    flex-direction: column;
    height: 100vh;
    /* Parts have a least height: in a panel that is too low for them the page scrolls, and none covers another. */
    overflow: hidden auto;
  }
  duplex-toolbar {
    flex: none;
  }
  duplex-split-view {
    flex: 1 0 0;
  }
  duplex-timeline {
    flex: 1;
  }
  .announcement {
    clip-path: inset(50%);
    height: 1px;
    overflow: hidden;
    position: absolute;
    top: 0;
    width: 1px;
  }
`;

/** Removes the margin that VS Code gives to a webview's body. */
export const pageStyles = css`
  body {
    margin: 0;
    overflow: hidden;
    padding: 0;
  }
`;

export const timelinePaneStyles = css`
  :host {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
    position: relative;
  }
  duplex-timeline {
    flex: 1;
  }
  /* The room that they take once their code is loaded, so that no row moves then. */
  duplex-chart:not(:defined) {
    flex: none;
    height: 87px;
  }
  duplex-range-bar:not(:defined) {
    flex: none;
    height: 30px;
  }
  .pill {
    align-items: center;
    background: var(--vscode-button-background);
    border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent));
    border-radius: 12px;
    box-shadow: 0 2px 6px var(--vscode-widget-shadow, transparent);
    color: var(--vscode-button-foreground);
    cursor: pointer;
    display: flex;
    font: inherit;
    gap: 4px;
    height: 24px;
    left: 50%;
    padding: 0 10px 0 6px;
    position: absolute;
    transform: translate(-50%, -32px);
    z-index: 1;
  }
  .pill:hover {
    background: var(--vscode-button-hoverBackground);
  }
  .end {
    height: 0;
    position: relative;
  }
`;
