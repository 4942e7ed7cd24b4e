import { css } from 'lit';

export const connectionFormStyles = css`
  :host {
    border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    container-type: inline-size;
    display: flex;
    flex: 0 1 auto;
    flex-direction: column;
    max-height: 50vh;
    min-height: 120px;
  }
  form {
    display: flex;
    flex-direction: column;
    gap: 8px;
    overflow: auto;
    padding: 8px 12px 0;
    /* Fields that get the focus stay clear of the foot. */
    scroll-padding-bottom: 40px;
  }
  label {
    align-items: flex-start;
    display: flex;
    flex-direction: column;
    gap: 4px;
  }
  label input {
    max-width: 640px;
    width: 100%;
  }
  label.line {
    align-items: center;
    flex-direction: row;
    gap: 8px;
  }
  label.line input {
    flex: 1;
    max-width: none;
  }
  label.check {
    align-items: center;
    flex-direction: row;
    gap: 8px;
    min-height: 24px;
  }
  label.check input {
    height: 18px;
    width: 18px;
  }
  .fields {
    align-items: stretch;
    display: flex;
    flex-direction: column;
    gap: 8px;
  }
  .fields vscode-button {
    align-self: flex-start;
  }
  .fields p {
    margin: 0;
  }
  .group {
    display: flex;
    flex-direction: column;
    gap: 8px;
  }
  .group + .group {
    border-top: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
    padding-top: 8px;
  }
  h3 {
    font: inherit;
    font-weight: 600;
    margin: 0;
  }
  summary {
    border-radius: 3px;
    cursor: pointer;
    line-height: 24px;
    width: fit-content;
  }
  details label {
    margin-top: 4px;
  }
  .preview {
    overflow-wrap: anywhere;
  }
  form > .preview {
    margin: 0;
  }
  .offer {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: 4px 8px;
    margin: 0;
    overflow-wrap: anywhere;
  }
  .pair {
    align-items: center;
    display: flex;
    gap: 6px;
  }
  .pair input:first-child {
    flex: 1 1 30%;
  }
  .pair input:nth-child(2) {
    flex: 1 1 70%;
  }
  .foot {
    align-items: center;
    background: var(--vscode-editor-background);
    bottom: 0;
    display: flex;
    gap: 8px;
    padding-bottom: 10px;
    position: sticky;
    z-index: 1;
  }
  .problem {
    color: var(--vscode-list-errorForeground);
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  @container (max-width: 560px) {
    duplex-segments {
      --segment-padding: 7px;
    }
  }
  @container (max-width: 400px) {
    duplex-segments {
      --segment-columns: auto auto;
      --segment-flow: row;
      --segment-height: 26px;
    }
    /* The problem has a line of its own, and the buttons share the next one. */
    .foot {
      flex-wrap: wrap;
    }
    .problem {
      flex-basis: 100%;
    }
    .problem:empty {
      display: none;
    }
    .foot vscode-button {
      flex: 1 1 auto;
    }
  }
`;
