import { css } from 'lit';

export const timelineStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
  }
  .head,
  .row {
    align-items: center;
    column-gap: 10px;
    display: grid;
    grid-template-columns: var(--columns);
    padding: 0 12px;
    white-space: nowrap;
  }
  .head {
    border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    color: var(--vscode-descriptionForeground);
    flex: none;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
    height: 26px;
    /* As wide as the rows, beside which the list has its scrollbar. */
    padding-right: 22px;
  }
  .head duplex-menu {
    justify-self: end;
  }
  .seq,
  .time,
  .delta,
  .size {
    text-align: right;
  }
  .list {
    flex: 1;
    min-height: 0;
    position: relative;
  }
  .viewport {
    overflow-x: hidden;
    overflow-y: scroll;
  }
  .viewport:focus-visible {
    outline: none;
  }
  .columns {
    clip-path: inset(50%);
    height: 1px;
    overflow: hidden;
    position: absolute;
    width: 1px;
  }
  .empty {
    align-items: center;
    display: flex;
    flex-direction: column;
    gap: 6px;
    inset: 0;
    justify-content: center;
    padding: 16px;
    pointer-events: none;
    position: absolute;
    text-align: center;
  }
  .empty p {
    margin: 0;
    max-width: 40em;
  }
  .head duplex-menu.messages,
  .head duplex-menu.value {
    justify-self: start;
    max-width: 100%;
    min-width: 0;
  }
  .head .message {
    align-items: center;
    column-gap: 12px;
    display: flex;
    min-width: 0;
  }
  .head duplex-menu.messages {
    flex: 0 1 auto;
  }
  .row .value {
    overflow: hidden;
    text-overflow: ellipsis;
    unicode-bidi: isolate;
  }
  .row .skipped {
    color: var(--vscode-descriptionForeground);
    font-style: italic;
  }
  /* Over the message's end: there is no size beside it. */
  :host([room='narrow']) .row .more {
    right: 4px;
  }
`;
