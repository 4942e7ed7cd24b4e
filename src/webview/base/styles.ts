import { css } from 'lit';

/** Styles of every part: font, icons, visible focus, VS Code's scrollbars. */
export const baseStyles = css`
  :host {
    box-sizing: border-box;
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
    --invalid-border: var(--vscode-inputValidation-errorBorder);
    --invalid-ring: none;
  }
  /* High contrast themes give an error the border of a valid field, or one that is too dark: it gets a thick one of another colour. */
  :host-context(.vscode-high-contrast) {
    --invalid-border: var(--vscode-errorForeground);
    --invalid-ring: inset 0 0 0 1px var(--vscode-errorForeground);
  }
  /* Not inherited: the box that a browser puts around the content of details has another one. */
  *,
  *::before,
  *::after {
    box-sizing: border-box;
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
  /* The dark high contrast theme gives all buttons the same look: the primary one is turned into the strongest. */
  :host-context(.vscode-high-contrast:not(.vscode-high-contrast-light)) vscode-button:not([secondary]) {
    --vscode-button-background: var(--vscode-foreground);
    --vscode-button-foreground: var(--vscode-editor-background);
    --vscode-button-hoverBackground: var(--vscode-foreground);
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

/** The sign that replaces an invisible character. */
export const replacedStyles = css`
  .replaced {
    background: var(--vscode-editorUnicodeHighlight-background, transparent);
    border-radius: 2px;
    color: var(--vscode-list-warningForeground);
    outline: 1px solid var(--vscode-editorUnicodeHighlight-border, transparent);
  }
`;

/** The colours of JSON: the classes of the tokens from `lineTokens` and `jsonTokens`. */
export const tokenStyles = css`
  .name {
    color: var(--vscode-debugTokenExpression-name);
  }
  .string {
    color: var(--vscode-debugTokenExpression-string);
  }
  .number {
    color: var(--vscode-debugTokenExpression-number);
  }
  .word {
    color: var(--vscode-debugTokenExpression-boolean);
  }
`;

/** Lists of names and values, blocks of server text, collapsible parts. */
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

/** A list whose rows stay in a sticky layer while an empty element of the list's height scrolls. */
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

/** A part beside or below the timeline: a bar with tabs and actions, and the content below. */
export const sideStyles = css`
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
  .bar duplex-segments {
    min-width: 0;
  }
  .actions {
    display: flex;
    flex: none;
    gap: 2px;
  }
`;

/** Text fields, and icon-only buttons. */
export const fieldStyles = css`
  input {
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
    border-radius: 4px;
    color: var(--vscode-input-foreground);
    font: inherit;
    height: 26px;
    min-width: 0;
    padding: 0 6px;
  }
  input:focus {
    border-color: var(--vscode-focusBorder);
    outline: none;
  }
  input::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
  input[aria-invalid='true'] {
    border-color: var(--invalid-border);
    box-shadow: var(--invalid-ring);
  }
`;

/** Icon-only buttons of a toolbar. */
export const toolStyles = css`
  .tool {
    align-items: center;
    background: none;
    border: 0;
    border-radius: 5px;
    color: var(--vscode-icon-foreground, var(--vscode-foreground));
    cursor: pointer;
    display: inline-flex;
    flex: none;
    height: 24px;
    justify-content: center;
    padding: 0;
    width: 24px;
  }
  .tool:hover:not(:disabled) {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-toolbar-hoverOutline, transparent);
    outline-offset: -1px;
  }
  .tool:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  .tool:disabled {
    cursor: default;
    opacity: 0.4;
  }
`;
