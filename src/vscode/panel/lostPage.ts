import { escapeHtml } from './escapeHtml.ts';

export interface LostPage {
  /** Unguessable and new for every page. */
  readonly nonce: string;
  readonly language: string;
  readonly title: string;
  readonly text: string;
}

/** What stands in a restored panel whose recording cannot be shown: no script, nothing to load. */
export function lostPage({ nonce, language, title, text }: LostPage): string {
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${escapeHtml(nonce)}'">
    <style nonce="${escapeHtml(nonce)}">
      main { max-width: 40em; margin: 15vh auto 0; text-align: center; line-height: 1.5; }
      h1 { font-size: 1.3em; font-weight: 600; overflow-wrap: anywhere; }
    </style>
  </head>
  <body>
    <main>
      <h1>${escapeHtml(title)}</h1>
      <p>${escapeHtml(text)}</p>
    </main>
  </body>
</html>
`;
}
