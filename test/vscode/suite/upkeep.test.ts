import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { startDemoServer } from '../../../src/demo/demoServer.ts';
import type { DemoServer } from '../../../src/demo/demoServer.ts';
import {
  closeAll,
  connect,
  duplexApi,
  panelTabs,
  rowsOf,
  run,
  summaryOf,
  waitForRows,
} from '../support/duplex.ts';
import { until } from '../support/until.ts';

describe('the small things of a session', () => {
  let server: DemoServer;

  before(async () => {
    server = await startDemoServer({ port: 0 });
  });
  afterEach(closeAll);
  after(async () => {
    await server.close();
  });

  it('is renamed, and its panel with it', async () => {
    const id = await connect(`${server.url}/echo`);
    await run('renameSession', id, 'Prices');
    assert.equal((await summaryOf(id)).name, 'Prices');
    await until('the title', () => panelTabs().some((tab) => tab.label === 'Prices'));
  });

  it('is duplicated: another session with the same options, connected', async () => {
    const id = await connect({ url: `${server.url}/echo`, name: 'Echo', subprotocols: ['v1.json'] });
    const copy = await run<string>('duplicateSession', id);
    assert.notEqual(copy, id);
    const { name, state, protocol } = await summaryOf(copy);
    assert.deepEqual([name, state, protocol], ['Echo (2)', 'open', 'v1.json']);
  });

  it('is cleared: earlier rows are hidden, not destroyed', async () => {
    const id = await connect(`${server.url}/echo`);
    await run('send', id, 'old');
    await waitForRows(id, 3);
    await run('clearSession', id);
    await until('the mark', async () => (await summaryOf(id)).firstRow === 3);
    const rows = await waitForRows(id, 4);
    assert.equal(rows[3]!.kind, 'note');
    assert.equal((await rowsOf(id))[1]!.preview, 'old');
  });

  it('is connected from the list of recent URLs', async () => {
    const id = await run<string>('connectRecent', `${server.url}/echo`);
    assert.equal((await summaryOf(id)).state, 'open');
    await run('removeRecent', `${server.url}/echo`);
  });

  it('can begin in a new request file, which runs as it is', async () => {
    await run('startDemoServer');
    try {
      await run('newRequestFile');
      const document = vscode.window.activeTextEditor?.document;
      assert.deepEqual([document?.languageId, document?.isUntitled], ['websocket-request', true]);
      assert.deepEqual(vscode.languages.getDiagnostics(document!.uri), []);
      const id = await run<string>('sendRequestMessage', document!.uri, 0, 0);
      const rows = await waitForRows(id, 3);
      assert.deepEqual(
        rows.map(({ kind, direction }) => `${kind} ${direction}`),
        ['open none', 'text out', 'text in'],
      );
    } finally {
      await run('stopDemoServer');
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  });

  it('shows its views without an error', async () => {
    for (const view of ['sessions', 'requests', 'recent', 'recordings'])
      await vscode.commands.executeCommand(`duplex.${view}.focus`);
    await run('refreshRecordings');
    assert.deepEqual((await duplexApi()).sessions(), []);
  });

  it('has a row in the Requests view that connects and opens its request', async () => {
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const uri = vscode.Uri.joinPath(folder, 'listed.ws');
    const text = `### First\nws://127.0.0.1:1/\n\n### Second\n# @name second\nws://127.0.0.1:${server.port}/echo\n`;
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    try {
      const row = { kind: 'request', uri, request: { which: 'second' } };
      const id = await run<string>('connectListedRequest', row);
      assert.equal((await summaryOf(id)).name, 'second');
      await run('openListedRequest', row);
      const editor = vscode.window.activeTextEditor;
      assert.deepEqual([editor?.document.uri.path, editor?.selection.active.line], [uri.path, 5]);
      assert.equal(await run('connectListedRequest', { kind: 'file', uri }), undefined);
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.workspace.fs.delete(uri);
    }
  });
});
