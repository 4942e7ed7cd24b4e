import { css } from 'lit';

/** The buttons of the bar. A toggle that is on has the colours of an option that is on. */
export const toggleStyles = css`
  button {
    align-items: center;
    background: none;
    border: 1px solid transparent;
    border-radius: 4px;
    color: inherit;
    cursor: pointer;
    display: inline-flex;
    flex: none;
    font: inherit;
    gap: 4px;
    height: 24px;
    justify-content: center;
    padding: 0 8px;
  }
  button:hover:not(:disabled) {
    background: var(--vscode-toolbar-hoverBackground);
    color: var(--vscode-panelTitle-activeForeground, var(--vscode-foreground));
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  button:disabled {
    cursor: default;
    opacity: 0.4;
  }
  button.toggle.on,
  button.follow.on,
  button.toggle.on:hover,
  button.follow.on:hover {
    background: var(--vscode-inputOption-activeBackground);
    border-color: var(--vscode-inputOption-activeBorder, transparent);
    color: var(--vscode-inputOption-activeForeground);
  }
  button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
`;

export const toolbarStyles = css`
  :host {
    border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    container-type: inline-size;
    display: block;
    flex: none;
    position: relative;
    z-index: 4;
  }
  .bar {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    min-height: 36px;
    padding: 4px 12px;
  }
  .kinds {
    display: flex;
    gap: 2px;
  }
  .search {
    align-items: center;
    display: flex;
    flex: 1 1 240px;
    gap: 2px;
    min-width: 0;
  }
  .field {
    align-items: center;
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
    border-radius: 4px;
    color: var(--vscode-input-foreground);
    display: flex;
    flex: 1;
    gap: 2px;
    height: 28px;
    margin-right: 4px;
    /* Its toggles and a few words. */
    min-width: 170px;
    padding: 0 1px 0 6px;
    position: relative;
  }
  .field:focus-within {
    border-color: var(--vscode-focusBorder);
  }
  .field.invalid {
    border-color: var(--invalid-border);
    box-shadow: var(--invalid-ring);
  }
  .field > .icon {
    flex: none;
  }
  input {
    background: none;
    border: 0;
    color: inherit;
    flex: 1;
    font-size: 12px;
    height: 100%;
    min-width: 40px;
    outline: none;
    padding: 0 4px;
    text-overflow: ellipsis;
  }
  input::placeholder {
    color: var(--vscode-input-placeholderForeground);
    font-family: var(--vscode-font-family);
  }
  /* Beside the field: the counts move nothing in it. */
  .count {
    flex: none;
    font-size: 12px;
    font-variant-numeric: tabular-nums;
    min-width: 92px;
    overflow: hidden;
    padding: 0 4px;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .narrow .count,
  .medium .count {
    min-width: 0;
  }
  .narrow .count {
    flex: 0 1 auto;
  }
  .narrow .field {
    min-width: 0;
  }
  .count.none {
    color: var(--vscode-list-errorForeground);
  }
  .field button {
    font-size: 12px;
    min-width: 24px;
    padding: 0 2px;
  }
  .tool,
  .search > .toggle {
    min-width: 24px;
    padding: 0 3px;
  }
  .kinds .toggle {
    color: var(--vscode-panelTitle-inactiveForeground, var(--vscode-descriptionForeground));
  }
  button.gone {
    visibility: hidden;
  }
  .rows {
    flex: none;
    /* Room for the counts of a filter, so that setting one moves nothing. */
    margin-left: auto;
    min-width: 160px;
    overflow: hidden;
    text-overflow: ellipsis;
    font-variant-numeric: tabular-nums;
    text-align: right;
    white-space: nowrap;
  }
  .problem {
    background: var(--vscode-inputValidation-errorBackground);
    border: 1px solid var(--vscode-inputValidation-errorBorder);
    border-radius: 0 0 4px 4px;
    color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
    left: -1px;
    line-height: 1.4;
    overflow-wrap: anywhere;
    padding: 4px 8px;
    position: absolute;
    right: -1px;
    top: 100%;
    z-index: 3;
  }
  /* Below the field, where its problem would be. */
  .field > .hint {
    background: var(--vscode-editorWidget-background);
    border-color: var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
    color: var(--vscode-textLink-foreground);
    left: -1px;
    padding: 0 8px;
    position: absolute;
    top: 100%;
    z-index: 3;
  }
  .field > .hint:hover {
    background: var(--vscode-editorWidget-background);
    text-decoration: underline;
  }
  input:focus-visible {
    outline: none;
  }
  @container (max-width: 1100px) {
    .word {
      display: none;
    }
    .count,
    .rows {
      min-width: 0;
    }
  }
  /* Two lines: what is shown, and the search. */
  .medium .search,
  .narrow .search {
    flex: 1 1 100%;
    order: 1;
  }
  .medium .rows,
  .narrow .rows {
    flex: 1 1 0;
    min-width: 0;
  }
  .narrow {
    column-gap: 2px;
    padding-inline: 8px;
    --segment-padding: 5px;
  }
  /* The field has the whole line, and the count and the steps have the next one while there is a search. */
  .narrow .search {
    flex-wrap: wrap;
  }
  .narrow .field {
    flex-basis: 100%;
    margin-right: 0;
  }
  .narrow .count {
    margin-right: auto;
  }
  .narrow .search:has(.count:empty) > :not(.field) {
    display: none;
  }
  .medium .follow,
  .narrow .follow {
    min-width: 26px;
    padding: 0 3px;
  }
  vscode-progress-bar {
    bottom: -1px;
    left: 0;
    position: absolute;
    right: 0;
  }
`;
