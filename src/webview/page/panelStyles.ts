import { css } from 'lit';

export const panelStyles = css`
  :host {
    background: var(--vscode-editor-background);
    display: flex;
    flex-direction: column;
    height: 100vh;
    overflow: hidden;
  }
  duplex-split-view {
    flex: 1;
  }
  duplex-timeline {
    flex: 1;
  }
  .announcement {
    clip-path: inset(50%);
    height: 1px;
    overflow: hidden;
    position: absolute;
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
