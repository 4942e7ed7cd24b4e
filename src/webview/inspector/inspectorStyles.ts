import { css } from 'lit';

export const inspectorStyles = css`
  .facts {
    align-items: baseline;
    display: flex;
    flex: none;
    flex-wrap: wrap;
    gap: 8px 12px;
    /* One line: what does not fit is left out as a whole. */
    height: 32px;
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
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 0;
    position: relative;
  }
  duplex-document,
  duplex-reading,
  duplex-hex,
  duplex-decoded,
  duplex-frames {
    flex: 1;
    min-height: 0;
  }
  .waiting {
    opacity: 0.5;
  }
  .empty {
    padding: 4px 12px;
  }
`;
