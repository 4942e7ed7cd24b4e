import { css } from 'lit';

export const timelineStyles = css`
  :host {
    container-type: inline-size;
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
    --delta-column: 9ch;
    --kind-column: 9ch;
    --time-column: 16ch;
    --size-column: 8ch;
    grid-template-columns:
      calc(var(--seq-chars, 4) * 1ch) var(--time-column) var(--delta-column) 16px var(--kind-column)
      minmax(0, 1fr) var(--size-column);
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
  .head duplex-menu.messages {
    justify-self: start;
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
  /* The time already shows it. */
  :host([mode='previous']) .head,
  :host([mode='previous']) .row {
    --delta-column: ;
  }
  :host([mode='previous']) .delta {
    display: none;
  }
  @container (max-width: 640px) {
    .head,
    .row {
      --delta-column: ;
      --kind-column: 16px;
    }
    .delta,
    .word {
      display: none;
    }
  }
  /* What a message is and says; the inspector has its time and size. */
  @container (max-width: 360px) {
    .head,
    .row {
      --size-column: ;
      --time-column: ;
    }
    .time,
    .size,
    .head duplex-menu.times {
      display: none;
    }
    .row .more {
      right: 4px;
    }
  }
`;
