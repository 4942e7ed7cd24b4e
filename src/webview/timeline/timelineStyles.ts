import { css } from 'lit';

/** Pixels; the rows' CSS height and the scroll arithmetic must agree. */
export const ROW_HEIGHT = 22;

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
    grid-template-columns:
      calc(var(--seq-chars, 4) * 1ch) 13ch 9ch 16px 9ch
      minmax(0, 1fr) 8ch;
    height: 22px;
    padding: 0 12px;
    white-space: nowrap;
  }
  .head {
    border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    color: var(--vscode-descriptionForeground);
    flex: none;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
    height: 24px;
    overflow: hidden;
    /* As wide as the list, whose scrollbar is beside its rows. */
    scrollbar-gutter: stable;
  }
  .seq,
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
  .row {
    contain: strict;
    cursor: default;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
    position: relative;
    user-select: none;
  }
  .row .seq,
  .row .delta,
  .row .time,
  .row .size,
  .row .kind {
    color: var(--vscode-descriptionForeground);
  }
  .preview {
    overflow: hidden;
    text-overflow: ellipsis;
    unicode-bidi: isolate;
  }
  .tag {
    border: 1px solid var(--vscode-editorWarning-foreground);
    border-radius: 3px;
    font-size: 11px;
    margin-left: 8px;
    padding: 0 4px;
  }
  .message {
    display: flex;
    min-width: 0;
  }
  .row .in {
    color: var(--vscode-charts-blue);
  }
  .row .out {
    color: var(--vscode-charts-yellow);
  }
  /* An icon's colour may be too light for text. */
  .row.open .kind .icon {
    color: var(--vscode-testing-iconPassed);
  }
  .row.error .kind,
  .row.error .preview {
    color: var(--vscode-errorForeground);
  }
  .row.close .preview,
  .row.note .preview,
  .row.ping .preview,
  .row.pong .preview {
    color: var(--vscode-descriptionForeground);
  }
  .row.note.gap .kind .icon {
    color: var(--vscode-editorWarning-foreground);
  }
  .row.note.gap .preview {
    color: inherit;
  }
  .row:hover {
    background: var(--vscode-list-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .row.selected {
    background: var(--vscode-list-inactiveSelectionBackground);
    outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .viewport:focus .row.selected {
    background: var(--vscode-list-activeSelectionBackground);
    outline: 1px solid var(--vscode-list-focusOutline, var(--vscode-focusBorder));
  }
  .viewport:focus .row.selected * {
    color: var(--vscode-list-activeSelectionForeground);
  }
  .viewport:focus-visible:not(.has-active) {
    outline: 1px solid var(--vscode-focusBorder);
  }
  .kind {
    align-items: center;
    display: flex;
    gap: 4px;
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
  /* On the text's own colour the theme's highlight stays readable; in high contrast it is a border. */
  mark {
    background: var(--vscode-editor-findMatchHighlightBackground);
    box-shadow: inset 0 0 0 1px var(--vscode-editor-findMatchHighlightBorder, transparent);
    color: inherit;
  }
  .selected mark {
    background: var(--vscode-editor-findMatchBackground);
    box-shadow: inset 0 0 0 1px var(--vscode-editor-findMatchBorder, transparent);
  }
  .row.hit::before {
    background: var(--vscode-editorOverviewRuler-findMatchForeground, var(--vscode-focusBorder));
    content: '';
    height: 100%;
    left: 0;
    position: absolute;
    top: 0;
    width: 3px;
  }
  @container (max-width: 640px) {
    .head,
    .row {
      grid-template-columns: calc(var(--seq-chars, 4) * 1ch) 13ch 16px 16px minmax(0, 1fr) 8ch;
    }
    .delta,
    .word {
      display: none;
    }
  }
`;
