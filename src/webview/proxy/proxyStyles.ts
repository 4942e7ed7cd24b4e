import { css } from 'lit';

export const proxyStyles = css`
  :host {
    border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    display: flex;
    flex: none;
    flex-direction: column;
    gap: 4px;
    max-height: 50%;
    overflow: auto;
    padding: 4px 12px;
  }
  .bar,
  .line {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    min-height: 26px;
  }
  .bar input {
    flex: 1 1 12ch;
  }
  .line input[type='text'] {
    flex: 1 1 20ch;
  }
  .written {
    font-family: var(--vscode-editor-font-family, monospace);
    overflow-wrap: anywhere;
  }
  label {
    align-items: center;
    display: flex;
    gap: 6px;
    min-width: 0;
  }
  input[type='checkbox'] {
    accent-color: var(--vscode-button-background);
    flex: none;
    height: 16px;
    margin: 4px;
    width: 16px;
  }
  .count {
    font-variant-numeric: tabular-nums;
    margin-inline-start: auto;
    white-space: nowrap;
  }
  button {
    align-items: center;
    background: none;
    border: 1px solid transparent;
    border-radius: 5px;
    color: inherit;
    cursor: pointer;
    display: flex;
    flex: none;
    font: inherit;
    gap: 4px;
    height: 26px;
    padding: 0 6px;
  }
  button:hover:not(:disabled) {
    background: var(--vscode-toolbar-hoverBackground);
    border: 1px dashed var(--vscode-toolbar-hoverOutline, transparent);
  }
  button[aria-pressed='true'],
  button[aria-expanded='true'] {
    background: var(--vscode-inputOption-activeBackground);
    border-color: var(--vscode-inputOption-activeBorder, transparent);
    color: var(--vscode-inputOption-activeForeground, inherit);
  }
  button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  button:disabled {
    cursor: default;
    opacity: 0.4;
  }
  textarea {
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
    border-radius: 4px;
    box-sizing: border-box;
    color: var(--vscode-input-foreground);
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
    min-height: 6em;
    padding: 6px;
    resize: vertical;
    width: 100%;
  }
  textarea:focus {
    border-color: var(--vscode-focusBorder);
    outline: none;
  }
`;
