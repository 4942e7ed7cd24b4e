import { css } from 'lit';

/** A field over the timeline that asks for one value, like VS Code's quick input. */
export const promptStyles = css`
  :host {
    background: var(
      --vscode-quickInput-background,
      var(--vscode-editorWidget-background, var(--vscode-editor-background))
    );
    border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
    border-radius: 5px;
    box-shadow: 0 0 8px var(--vscode-widget-shadow, transparent);
    color: var(--vscode-quickInput-foreground, var(--vscode-foreground));
    left: 50%;
    max-width: calc(100% - 24px);
    padding: 6px;
    position: absolute;
    top: 4px;
    transform: translateX(-50%);
    width: 440px;
    z-index: 3;
  }
  input {
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
    border-radius: 4px;
    color: var(--vscode-input-foreground);
    font: inherit;
    height: 26px;
    padding: 0 6px;
    width: 100%;
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
  p {
    line-height: 1.4;
    margin: 6px 2px 0;
  }
  .problem {
    color: var(--vscode-list-errorForeground);
  }
`;
