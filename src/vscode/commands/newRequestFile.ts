import { l10n, window, workspace } from 'vscode';
import { DEMO_PORT } from '../demoControl.ts';
import { REQUEST_LANGUAGE } from '../requestFiles/requestDocuments.ts';
import type { Services } from '../services.ts';

/** Opens a request file, saved nowhere yet, whose request works against the demo server. */
export async function newRequestFile({ demo }: Pick<Services, 'demo'>): Promise<void> {
  const content = requestFileExample(demo.url);
  const document = await workspace.openTextDocument({ language: REQUEST_LANGUAGE, content });
  await window.showTextDocument(document);
}

/** @param demoUrl `ws://host:port` of the demo server, where it runs */
function requestFileExample(demoUrl = `ws://localhost:${DEMO_PORT}`): string {
  const host = demoUrl.replace(/^ws:\/\//, '').replace('127.0.0.1', 'localhost');
  const hint = l10n.t(
    'Click Connect, then Send. The command "WebSocket: Start Demo Server" starts the server.',
  );
  // A file that has no name yet is shown by its first line.
  return `### Echo
# ${hint}
@host = ${host}
WEBSOCKET ws://{{host}}/echo

{"hello": "world"}
`;
}
