export interface PanelResources {
  /** The webview's own source for the policy (`webview.cspSource`). */
  readonly cspSource: string;
  /** Unguessable and new for every page. */
  readonly nonce: string;
  readonly script: string;
  readonly codicons: string;
  /** BCP 47, for screen readers. */
  readonly language: string;
  /** The title of the page for screen readers. */
  readonly title: string;
  /** The texts of the user's language, keyed by the English texts; none for English. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
}

/** The page of a session's panel. It shows content of servers, so it loads and runs only our own files. */
export function panelHtml(resources: PanelResources): string {
  const { cspSource, nonce, script, codicons, language, title, texts } = resources;
  // The element holds data, not a script. The data must not contain the end tag.
  const data = texts && JSON.stringify(texts).replaceAll('<', '\\u003c');
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    // Pictures of messages, which are of types without scripts. The page creates the blobs itself.
    `img-src blob:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    <link id="vscode-codicon-stylesheet" rel="stylesheet" href="${escapeHtml(codicons)}">
  </head>
  <body>
    ${data === undefined ? '' : `<script type="application/json" id="duplex-texts">${data}</script>`}
    <duplex-panel></duplex-panel>
    <script type="module" nonce="${escapeHtml(nonce)}" src="${escapeHtml(script)}"></script>
  </body>
</html>
`;
}

export interface RestoreErrorPage {
  /** Unguessable and new for every page. */
  readonly nonce: string;
  readonly language: string;
  readonly title: string;
  readonly text: string;
  /** The offered actions: commands of VS Code with at most one argument. */
  readonly links: readonly { readonly label: string; readonly command: string; readonly argument?: string }[];
}

/** The page of a restored panel whose recording cannot be shown. It has no script and loads nothing. */
export function restoreErrorPage({ nonce, language, title, text, links }: RestoreErrorPage): string {
  const buttons = links.map(
    ({ label, command, argument }) =>
      `<a href="${escapeHtml(commandUri(command, argument))}">${escapeHtml(label)}</a>`,
  );
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${escapeHtml(nonce)}'">
    <style nonce="${escapeHtml(nonce)}">
      main { max-width: 40em; margin: 15vh auto 0; text-align: center; line-height: 1.5; }
      h1 { font-size: 1.3em; font-weight: 600; }
      h1, p { overflow-wrap: anywhere; }
      a { display: inline-block; margin: 0 4px 4px; padding: 4px 14px; border-radius: 4px; text-decoration: none; }
      a { border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent)); }
      a { color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
      .vscode-high-contrast:not(.vscode-high-contrast-light) a:first-child {
        color: var(--vscode-editor-background); background: var(--vscode-foreground);
      }
      a + a { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
      a + a { border-color: var(--vscode-button-secondaryBorder, var(--vscode-contrastBorder, transparent)); }
      a:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
    </style>
  </head>
  <body>
    <main>
      <h1>${escapeHtml(title)}</h1>
      <p>${escapeHtml(text)}</p>
      <p>${buttons.join(' ')}</p>
    </main>
  </body>
</html>
`;
}

function commandUri(command: string, argument: string | undefined): string {
  return `command:${command}${argument === undefined ? '' : `?${encodeURIComponent(JSON.stringify([argument]))}`}`;
}

/** Escapes a text for an element or a quoted attribute of HTML. */
function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
