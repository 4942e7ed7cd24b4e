import { css, html } from 'lit';
import type { TemplateResult } from 'lit';

/** Links to rows of the timeline, and the colours of errors. */
export const linkStyles = css`
  .link {
    background: none;
    border: 0;
    border-radius: 3px;
    color: var(--vscode-textLink-foreground);
    cursor: pointer;
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 12px;
    min-height: 24px;
    overflow-wrap: anywhere;
    padding: 0 2px;
    text-align: left;
  }
  .link:hover,
  .link[aria-pressed='true'] {
    text-decoration: underline;
  }
  .link:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  .error {
    color: var(--vscode-list-errorForeground);
  }
  .warning {
    color: var(--vscode-list-warningForeground);
  }
`;

export function rowButton(row: number, go: () => void): TemplateResult {
  return html`<button type="button" class="link" @click=${go}>#${row}</button>`;
}

/** @param time in microseconds */
export function latency(time: number): string {
  return `${(time / 1000).toFixed(time < 10_000 ? 2 : 0)} ms`;
}
