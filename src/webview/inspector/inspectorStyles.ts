import { css } from 'lit';

export const inspectorStyles = css`
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
  .facts {
    align-items: baseline;
    display: flex;
    flex: none;
    gap: 12px;
    overflow: hidden;
    padding: 8px 12px;
    white-space: nowrap;
  }
  .facts .mono {
    font-size: 12px;
  }
  .remark,
  .progress,
  .failure {
    align-items: center;
    display: flex;
    flex: none;
    gap: 8px;
    padding: 0 12px 8px;
  }
  .remark {
    align-items: flex-start;
    color: var(--vscode-descriptionForeground);
  }
  .remark .icon {
    color: var(--vscode-editorInfo-foreground);
    flex: none;
  }
  .progress vscode-progress-bar {
    flex: 1;
  }
  .progress span {
    font-variant-numeric: tabular-nums;
  }
  .body {
    flex: 1;
    min-height: 0;
    position: relative;
  }
  duplex-document,
  duplex-frames {
    height: 100%;
  }
  .waiting {
    opacity: 0.5;
  }
  .empty {
    padding: 4px 12px;
  }
`;
