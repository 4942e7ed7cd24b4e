import { css } from 'lit';

/** Height of a row in pixels, for the styles and the arithmetic of scrolling. */
export const FRAME_HEIGHT = 22;

export const framesStyles = css`
  :host {
    display: block;
    min-height: 0;
  }
  .table {
    display: flex;
    flex-direction: column;
    height: 100%;
    overflow: auto hidden;
    scrollbar-color: auto;
  }
  .row {
    column-gap: 10px;
    display: grid;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
    font-variant-numeric: tabular-nums;
    grid-template-columns: 3ch 14px 12ch 12ch 3ch 3ch 9ch 8ch 6ch minmax(10ch, 1fr);
    height: ${FRAME_HEIGHT}px;
    line-height: ${FRAME_HEIGHT}px;
    min-width: max-content;
    padding: 0 12px;
    white-space: nowrap;
  }
  .head {
    flex: none;
  }
  .viewport {
    flex: 1;
    min-height: 0;
    user-select: text;
  }
  .number,
  .header,
  .payload {
    text-align: right;
  }
  .direction .icon {
    font-size: 14px;
    line-height: ${FRAME_HEIGHT}px;
  }
  .direction.in {
    color: var(--vscode-charts-blue, var(--vscode-foreground));
  }
  .direction.out {
    color: var(--vscode-charts-yellow, var(--vscode-foreground));
  }
  .remark {
    color: var(--vscode-descriptionForeground);
    font-family: var(--vscode-font-family);
  }
  .empty {
    padding: 4px 12px;
  }
  .empty p {
    line-height: 1.5;
    margin: 0;
    max-width: 60ch;
  }
  .empty vscode-button {
    margin-top: 10px;
  }
`;
