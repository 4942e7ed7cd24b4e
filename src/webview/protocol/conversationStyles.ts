import { css } from 'lit';

export const conversationStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .title {
    font-weight: 600;
    padding: 0 12px;
  }
  .body {
    flex: 1;
    min-height: 0;
    overflow: auto;
    padding: 4px 12px 12px;
    user-select: text;
  }
  h3 {
    font: inherit;
    font-weight: 600;
    margin: 10px 0 4px;
  }
  .heading {
    align-items: baseline;
    display: flex;
    gap: 16px;
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th {
    color: var(--vscode-descriptionForeground);
    font-weight: normal;
  }
  th,
  td {
    padding: 2px 12px 2px 0;
    text-align: left;
    vertical-align: top;
  }
  .figure {
    font-variant-numeric: tabular-nums;
    text-align: right;
    white-space: nowrap;
  }
  .name {
    overflow-wrap: anywhere;
  }
  ul {
    list-style: none;
    margin: 0 0 8px;
    padding: 0;
  }
  li {
    align-items: baseline;
    display: flex;
    gap: 10px;
    padding: 2px 0;
  }
  li .name {
    flex: 1;
  }
  .row {
    background: none;
    border: 0;
    color: var(--vscode-textLink-foreground);
    cursor: pointer;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
    padding: 0 2px;
  }
  .row:hover {
    text-decoration: underline;
  }
  .row:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  .error {
    color: var(--vscode-errorForeground);
  }
  .warning {
    color: var(--vscode-editorWarning-foreground);
  }
`;
