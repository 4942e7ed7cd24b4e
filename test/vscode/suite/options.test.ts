import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { startDemoServer } from '../../../src/demo/demoServer.ts';
import type { DemoServer } from '../../../src/demo/demoServer.ts';
import { closeAll, connect, duplexApi, payloadText, run, summaryOf, waitForRows } from '../support/duplex.ts';
import { until } from '../support/until.ts';

describe('options of a connection', () => {
  let server: DemoServer;

  before(async () => {
    server = await startDemoServer({ port: 0 });
  });
  afterEach(async () => {
    await closeAll();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(async () => {
    await server.close();
  });

  it('come from the settings unless a connection sets them', async () => {
    const settings = vscode.workspace.getConfiguration('duplex.connection');
    await settings.update('deflate', false, vscode.ConfigurationTarget.Global);
    try {
      assert.equal((await summaryOf(await connect(`${server.url}/echo`))).extensions, '');
      const asked = { url: `${server.url}/echo`, deflateParameters: { clientMaxWindowBits: 12 } };
      assert.match((await summaryOf(await connect(asked))).extensions, /permessage-deflate/);
    } finally {
      await settings.update('deflate', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('that contradict each other open nothing', async () => {
    const api = await duplexApi();
    const wrong = { url: `${server.url}/echo`, cert: '/nowhere/client.pem' };
    await assert.rejects(
      Promise.resolve().then(() => api.open(wrong)),
      /has no key/,
    );
    assert.equal(api.sessions().length, 0);
  });

  it('are checked in a request file, at their place', async () => {
    const content = '# @reconnect-delay 2h\n# @cert ./client.pem\nWEBSOCKET wss://localhost\n';
    const document = await vscode.workspace.openTextDocument({ language: 'websocket-request', content });
    const found = await until('the diagnostics', () => {
      const diagnostics = vscode.languages.getDiagnostics(document.uri);
      return diagnostics.length === 2 && diagnostics;
    });
    assert.deepEqual(
      found.map(({ code, range }) => [code, range.start.line, range.start.character]),
      [
        ['directive.argument', 0, 19],
        ['directive.conflict', 1, 8],
      ],
    );
  });

  it('are saved as a request file, with the sent messages and without secrets', async () => {
    const id = await connect({
      url: `${server.url}/echo?token=canary-query`,
      name: 'Prices',
      subprotocols: ['v1.json'],
      headers: { Authorization: 'Bearer canary-header' },
    });
    await run('send', id, '{"op":"subscribe"}');
    await run('send', id, '# no comment');
    await waitForRows(id, 5);
    await run('saveAsRequestFile', id);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'websocket-request');
    assert.doesNotMatch(text, /canary/);
    assert.match(text, /^### Prices$/m);
    assert.match(text, /^# @subprotocol v1\.json$/m);
    assert.match(text, /^WEBSOCKET ws:\/\/[^/]+\/echo\?token=\{\{\$secret token\}\}$/m);
    assert.match(text, /^Authorization: Bearer \{\{\$secret authorization\}\}$/m);
    assert.match(text, /\n\n\{"op":"subscribe"\}\n===\n\\# no comment\n$/);
  });

  it('never show their secrets, also in a refusal', async () => {
    const id = await connect({
      url: `${server.url.replace('//', '//me:canary-userinfo@')}/refuse?status=401&token=canary-query`,
      headers: { 'X-Api-Key': 'canary-header' },
    });
    const summary = await summaryOf(id);
    assert.equal(summary.state, 'failed');
    assert.doesNotMatch(JSON.stringify(summary), /canary/);
    const [row] = await waitForRows(id, 1);
    assert.doesNotMatch(`${row!.preview}${await payloadText(id, 0)}`, /canary/);
  });
});
