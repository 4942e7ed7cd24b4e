import { css } from 'lit';

/** Height of a row in pixels, for the styles and the arithmetic of scrolling. */
export const TOPIC_HEIGHT = 24;

export const topicsStyles = css`
  .title {
    font-weight: 600;
    padding: 0 12px;
  }
  .facts {
    flex: none;
    padding: 4px 12px;
  }
  p {
    margin: 2px 0;
  }
  .viewport {
    flex: 1;
    height: auto;
    min-height: 72px;
  }
  .viewport:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .row {
    align-items: center;
    box-sizing: border-box;
    cursor: pointer;
    display: flex;
    gap: 6px;
    height: ${TOPIC_HEIGHT}px;
    padding: 0 12px 0 calc(4px + min(var(--level, 0) * 14px, 40%));
    white-space: nowrap;
  }
  .row:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .row[aria-selected='true'] {
    background: var(--vscode-list-inactiveSelectionBackground);
    color: var(--vscode-list-inactiveSelectionForeground, inherit);
  }
  .viewport:focus .row.active {
    outline: 1px solid var(--vscode-list-focusOutline, var(--vscode-focusBorder));
    outline-offset: -1px;
  }
  .twistie {
    display: flex;
    flex: none;
    justify-content: center;
    width: 20px;
  }
  .twistie.closed {
    transform: rotate(-90deg);
  }
  .label {
    flex: 0 1 auto;
    min-width: 4ch;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .value {
    color: var(--vscode-descriptionForeground);
    flex: 1 1 0;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .row[aria-selected='true'] .value {
    color: inherit;
  }
  .figure {
    flex: none;
    font-variant-numeric: tabular-nums;
  }
`;
