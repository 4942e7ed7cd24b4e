import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { root } from '../../../../scripts/lib/folders.mjs';
import { panelHtml } from '../../../../src/vscode/panel/panelHtml.ts';

export const PAGE_TITLE = 'A session';

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };

/** Serves the page that the extension makes for a panel, policy included, and the built files it loads. */
export async function startPageServer(): Promise<{ readonly url: string }> {
  const server = createServer((request, response) => {
    const file = /^\/([\w-]+\.(js|css|ttf))(\?|$)/.exec(request.url ?? '');
    if (!file) {
      response.setHeader('content-type', 'text/html');
      response.end(/^\/(\?|$)/.test(request.url ?? '') ? page : '');
      return;
    }
    readFile(join(root, 'dist', 'webview', file[1]!)).then(
      (bytes) => {
        response.setHeader('content-type', TYPES[file[2]!]!);
        // Each panel loads the same files: the browser keeps them with their compiled code.
        response.setHeader('cache-control', 'max-age=3600');
        response.end(bytes);
      },
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const page = panelHtml({
    cspSource: url,
    nonce: 'dGVzdA==',
    script: 'panel.js',
    codicons: 'codicon.css',
    language: 'en',
    title: PAGE_TITLE,
  });
  return { url };
}
