import { css } from 'lit';

/** What stands beside or below the timeline: a bar with tabs and actions, and what they show under it. */
export const sideStyles = css`
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
`;
