import { css } from 'lit';

export const conversationStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    /* In a low panel the parts keep their smallest heights, and all of them scroll. */
    overflow: hidden auto;
  }
  .title {
    font-weight: 600;
    padding: 0 12px;
  }
  /* The figures leave at least half of the room to the calls. */
  .body {
    flex: 0 1 auto;
    min-height: 88px;
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
    align-items: center;
    border-top: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    display: flex;
    flex: none;
    flex-wrap: wrap;
    gap: 0 12px;
    padding: 2px 12px;
  }
  .heading h3 {
    margin: 4px 0;
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  duplex-call-list {
    flex: 1 0 96px;
    min-height: 50%;
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
    vertical-align: baseline;
  }
  .figure {
    font-variant-numeric: tabular-nums;
    text-align: right;
    white-space: nowrap;
  }
  .name {
    overflow-wrap: anywhere;
  }
  .only {
    vertical-align: middle;
  }
  .only[aria-pressed='true'] {
    background: var(--vscode-inputOption-activeBackground);
    color: var(--vscode-inputOption-activeForeground);
    outline: 1px solid var(--vscode-inputOption-activeBorder, transparent);
    outline-offset: -1px;
  }
`;
