import { css } from 'lit';

/** What every part of the panel shares: font, icons, visible focus, scrollbars as VS Code has them. */
export const baseStyles = css`
  :host {
    box-sizing: border-box;
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  .mono {
    font-family: var(--vscode-editor-font-family, monospace);
  }
  .dim {
    color: var(--vscode-descriptionForeground);
  }
  .icon {
    display: inline-block;
    font: normal 16px/1 codicon;
    text-align: center;
    text-rendering: auto;
    user-select: none;
    width: 16px;
    -webkit-font-smoothing: antialiased;
  }
  .icon.spin {
    animation: spin 1.5s steps(30) infinite;
  }
  @keyframes spin {
    to {
      transform: rotate(360deg);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .icon.spin {
      animation: none;
    }
  }
  /* The component gives every button the border of a primary one. */
  vscode-button[secondary] {
    --vscode-button-border: var(--vscode-button-secondaryBorder, var(--vscode-contrastBorder, transparent));
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  /* VS Code gives the page a scrollbar-color, by which Chromium would ignore the rules below. */
  .viewport,
  .head {
    scrollbar-color: auto;
  }
  ::-webkit-scrollbar {
    height: 10px;
    width: 10px;
  }
  ::-webkit-scrollbar-corner {
    background: transparent;
  }
  ::-webkit-scrollbar-thumb {
    background: var(--vscode-scrollbarSlider-background);
    border: 1px solid var(--vscode-contrastBorder, transparent);
  }
  ::-webkit-scrollbar-thumb:hover {
    background: var(--vscode-scrollbarSlider-hoverBackground);
  }
  ::-webkit-scrollbar-thumb:active {
    background: var(--vscode-scrollbarSlider-activeBackground);
  }
`;

/** A sign that stands for a character without a shape of its own. */
export const replacedStyles = css`
  .replaced {
    background: var(--vscode-editorUnicodeHighlight-background, transparent);
    border-radius: 2px;
    color: var(--vscode-list-warningForeground);
    outline: 1px solid var(--vscode-editorUnicodeHighlight-border, transparent);
  }
`;

/** Facts as names and values, blocks of what a server sent, parts that open and close. */
export const factStyles = css`
  dl {
    column-gap: 16px;
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    line-height: 1.5;
    margin: 0;
    row-gap: 4px;
  }
  dt {
    color: var(--vscode-descriptionForeground);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
    user-select: text;
  }
  pre {
    background: var(--vscode-textCodeBlock-background, transparent);
    border: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    border-radius: 4px;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
    line-height: 1.5;
    margin: 4px 0 0;
    max-height: 40vh;
    overflow: auto;
    overflow-wrap: anywhere;
    padding: 6px 8px;
    scrollbar-color: auto;
    tab-size: 4;
    unicode-bidi: isolate;
    user-select: text;
    white-space: pre-wrap;
  }
  summary {
    border-radius: 3px;
    cursor: pointer;
    line-height: 1.6;
    width: fit-content;
  }
`;

/** A list whose rows stand still in a layer that sticks to the viewport, while an empty element of its height scrolls. */
export const listStyles = css`
  .viewport {
    contain: strict;
    height: 100%;
    overflow: auto;
    overflow-anchor: none;
  }
  .layer {
    height: 100%;
    left: 0;
    overflow-x: visible;
    overflow-y: clip;
    position: sticky;
    top: 0;
  }
  .rows {
    transform: translateY(var(--shift, 0));
  }
  .spacer {
    height: var(--spacer, 0);
  }
`;
