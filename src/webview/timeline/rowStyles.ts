import { css } from 'lit';

/** Height of a row in pixels, for the styles and the arithmetic of scrolling. */
export const ROW_HEIGHT = 22;

/** Styles of the rows. Their columns are in timelineStyles.ts. */
export const rowStyles = css`
  .row {
    contain: strict;
    cursor: default;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
    height: ${ROW_HEIGHT}px;
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
  .more {
    background: var(--vscode-editorWidget-background, var(--vscode-editor-background));
    border-radius: 4px;
    cursor: pointer;
    display: none;
    height: ${ROW_HEIGHT}px;
    line-height: 18px;
    min-width: 24px;
    padding: 2px 4px;
    position: absolute;
    /* Over the end of the message, not over the size. */
    right: calc(12px + 8ch);
    text-align: center;
    top: 0;
  }
  .row:hover .more,
  .row.focused .more {
    display: block;
  }
  .row.focused:not(:hover) .more {
    display: none;
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
    color: var(--vscode-list-errorForeground);
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
  .row.zero .time {
    color: var(--vscode-foreground);
    font-weight: 600;
  }
  /* A long pause before a row: a line between it and the one above, with its length, which overlaps neither's text. */
  .row.paused {
    contain: size layout style;
  }
  .row.paused::after {
    border-top: 1px dashed
      var(
        --vscode-editorIndentGuide-activeBackground1,
        var(--vscode-contrastBorder, var(--vscode-descriptionForeground))
      );
    content: '';
    left: 12px;
    pointer-events: none;
    position: absolute;
    right: 12px;
    top: 0;
  }
  .pause {
    background: var(--vscode-editor-background);
    color: var(--vscode-descriptionForeground);
    font-size: 10px;
    line-height: 10px;
    padding: 0 4px;
    pointer-events: none;
    position: absolute;
    right: calc(12px + 9ch);
    top: -5px;
    z-index: 1;
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
  /* The dim colours are too close to the background of a selection. */
  .row.selected > *:not(.pause),
  .row.selected .word {
    color: inherit;
  }
  .viewport:focus .row.selected {
    background: var(--vscode-list-activeSelectionBackground);
  }
  .viewport:focus .row.focused {
    outline: 1px solid var(--vscode-list-focusOutline, var(--vscode-focusBorder));
  }
  .viewport:focus .row.selected *:not(.pause) {
    color: var(--vscode-list-activeSelectionForeground);
  }
  .viewport:focus .row .active {
    outline: 1px solid var(--vscode-list-focusOutline, var(--vscode-focusBorder));
  }
  .viewport:focus-visible:not(.has-active) {
    outline: 1px solid var(--vscode-focusBorder);
  }
  .kind {
    align-items: center;
    display: flex;
    gap: 4px;
  }
  /* On the text's own colour the theme's highlight stays readable; in high contrast it is a border. */
  mark {
    background: var(--vscode-editor-findMatchHighlightBackground);
    box-shadow: inset 0 0 0 1px var(--vscode-editor-findMatchHighlightBorder, transparent);
    color: inherit;
  }
  .selected mark {
    box-shadow: inset 0 0 0 1px var(--vscode-editor-findMatchBorder, var(--vscode-editor-findMatchBackground));
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
`;
