import { escapeHtml } from './escapeHtml.ts';

export interface RestoredPage {
  /** Unguessable and new for every page. */
  readonly nonce: string;
  readonly language: string;
  readonly title: string;
  readonly text: string;
  /** What a click runs: a `command:` link. */
  readonly action: { readonly label: string; readonly href: string } | undefined;
}

/** What stands in a panel whose window was reloaded: no script, and nothing that connects by itself. */
export function restoredPage({ nonce, language, title, text, action }: RestoredPage): string {
  const link = action
    ? `<p><a class="button" href="${escapeHtml(action.href)}">${escapeHtml(action.label)}</a></p>`
    : '';
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${escapeHtml(nonce)}'">
    <style nonce="${escapeHtml(nonce)}">
      main { max-width: 40em; margin: 15vh auto 0; text-align: center; line-height: 1.5; }
      h1 { font-size: 1.3em; font-weight: 600; overflow-wrap: anywhere; }
      .button { display: inline-block; padding: 4px 14px; border-radius: 2px; text-decoration: none;
        color: var(--vscode-button-foreground); background: var(--vscode-button-background);
        border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent)); }
      .button:hover { color: var(--vscode-button-foreground); background: var(--vscode-button-hoverBackground); }
      .button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
    </style>
  </head>
  <body>
    <main>
      <h1>${escapeHtml(title)}</h1>
      <p>${escapeHtml(text)}</p>
      ${link}
    </main>
  </body>
</html>
`;
}
