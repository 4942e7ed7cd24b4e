import { css } from 'lit';

export const composerStyles = css`
  :host {
    display: flex;
    flex: 0 1 auto;
    flex-direction: column;
    height: var(--share);
    min-height: min-content;
    padding: 6px 12px 10px;
  }
  /* Room for the fields of a verb; in a low panel they scroll. */
  :host(.verb) {
    height: max(var(--share), 264px);
    min-height: 206px;
  }
  section {
    display: flex;
    flex: 1;
    flex-direction: column;
    gap: 6px;
    min-height: 0;
  }
  .menus {
    display: contents;
  }

  .bar {
    align-items: center;
    display: flex;
    flex: none;
    flex-wrap: wrap;
    gap: 2px 8px;
    min-height: 26px;
  }
  .bar.medium {
    --segment-padding: 5px;
  }
  .bar.narrow {
    column-gap: 4px;
    --segment-padding: 4px;
  }
  .space {
    flex: 1;
  }
  .expand {
    align-items: center;
    background: none;
    border: 0;
    border-radius: 4px;
    color: var(--vscode-foreground);
    cursor: pointer;
    display: flex;
    font: inherit;
    gap: 6px;
    height: 26px;
    padding: 0 4px;
    text-align: left;
  }
  .expand:hover {
    background: var(--vscode-toolbar-hoverBackground);
  }
  .problem {
    align-items: center;
    color: var(--vscode-list-errorForeground);
    display: flex;
    flex: 1;
    gap: 6px;
    min-width: 0;
  }
  .problem .icon,
  .hint,
  .send {
    flex: none;
  }
  .sending {
    align-items: center;
    display: flex;
    flex: none;
    gap: 4px;
  }
  .none {
    flex: 1;
  }
`;
