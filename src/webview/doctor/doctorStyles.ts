import { css } from 'lit';

export const doctorStyles = css`
  :host {
    border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    display: block;
    flex: 0 1 auto;
    max-height: 50vh;
    min-height: 44px;
    overflow: auto;
    scrollbar-color: auto;
  }
  section {
    display: flex;
    gap: 10px;
    padding: 10px 8px 12px 12px;
  }
  section > .icon {
    color: var(--vscode-errorForeground);
    flex: none;
    margin-top: 2px;
  }
  .card {
    flex: 1;
    min-width: 0;
  }
  .cause {
    line-height: 1.5;
    margin: 0;
    overflow-wrap: anywhere;
    user-select: text;
  }
  .headline {
    display: block;
    font-weight: 600;
  }
  .cause code {
    color: var(--vscode-descriptionForeground);
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
    margin-left: 4px;
    white-space: nowrap;
  }
  .fixes {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 8px;
  }
  .fixes vscode-button {
    height: auto;
    max-width: 100%;
  }
  /* A label that is longer than the card goes on in a second line. */
  .fixes vscode-button::part(base) {
    height: auto;
    overflow-wrap: anywhere;
    white-space: normal;
  }
  .evidence {
    margin-top: 12px;
  }
  .evidence dl + details {
    margin-top: 8px;
  }
  .evidence pre {
    margin-bottom: 6px;
  }
  .toggle {
    align-self: flex-start;
    background: none;
    border: 0;
    border-radius: 5px;
    color: var(--vscode-icon-foreground, var(--vscode-foreground));
    cursor: pointer;
    flex: none;
    height: 22px;
    padding: 0;
    width: 22px;
  }
  .toggle:hover {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-toolbar-hoverOutline, transparent);
    outline-offset: -1px;
  }
  .toggle:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
`;
