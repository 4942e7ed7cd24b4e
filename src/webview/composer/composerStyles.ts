import { css } from 'lit';

export const composerStyles = css`
  :host {
    border-top: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    display: block;
    flex: none;
    padding: 8px 12px 10px;
  }
  section {
    display: flex;
    flex-direction: column;
    gap: 6px;
  }
  .bar {
    align-items: center;
    display: flex;
    gap: 12px;
    min-height: 26px;
  }
  vscode-textarea {
    --vscode-editor-background: var(--vscode-input-background);
    --vscode-editor-foreground: var(--vscode-input-foreground);
    --vscode-editor-font-size: 13px;
    /* The border says it; a whole field in red while one types is too much. */
    --vscode-inputValidation-errorBackground: var(--vscode-input-background);
    --vscode-settings-textInputBorder: var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
    display: block;
    max-height: 40vh;
    width: 100%;
  }
  .problem {
    align-items: center;
    color: var(--vscode-list-errorForeground);
    display: flex;
    flex: 1;
    gap: 6px;
    min-width: 0;
  }
  .problem .icon {
    flex: none;
  }
  .hint {
    flex: none;
  }
  .send {
    flex: none;
  }
  .file {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 8px 12px;
    min-height: 40px;
  }
  .path {
    font-size: 12px;
    min-width: 0;
    overflow-wrap: anywhere;
  }
`;
