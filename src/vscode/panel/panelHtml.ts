import { escapeHtml } from './escapeHtml.ts';

export interface PanelResources {
  /** The webview's own source for the policy (`webview.cspSource`). */
  readonly cspSource: string;
  /** Unguessable and new for every page. */
  readonly nonce: string;
  readonly script: string;
  readonly codicons: string;
  /** BCP 47, for screen readers. */
  readonly language: string;
  /** What the page is called to screen readers. */
  readonly title: string;
}

/** The page of a session's panel. What a server sends is shown in it, so nothing loads or runs but our own files. */
export function panelHtml(resources: PanelResources): string {
  const { cspSource, nonce, script, codicons, language, title } = resources;
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
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
    <duplex-panel></duplex-panel>
    <script type="module" nonce="${escapeHtml(nonce)}" src="${escapeHtml(script)}"></script>
  </body>
</html>
`;
}
