import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { WebSocket } from 'ws';
import { closeAll, connect, duplexApi, payloadText, run, summaryOf, waitForRows } from '../support/duplex.ts';
import { until } from '../support/until.ts';

const FILE = [
  '### Answers',
  'SERVE ws://127.0.0.1:0/answers',
  '',
  '{"hello": "client"}',
  '=== on-message',
  '# @where $.op == "ping"',
  '{"op": "pong"}',
  '### Doubled',
  'PROXY ws://127.0.0.1:0 -> {{target}}',
  '# @fault duplicate in',
  '### Values',
  '@target = TARGET',
  'WEBSOCKET ws://localhost',
];

/** Whether nothing listens at a port that an example names. */
async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

describe('servers of request files', () => {
  let folder: string;
  let files = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'duplex-servers-'));
    await duplexApi();
  });
  afterEach(async () => {
    await run('stopAllServers');
    await closeAll();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(async () => {
    await run('stopDemoServer');
    await rm(folder, { recursive: true });
  });

  async function open(lines: readonly string[]): Promise<vscode.TextDocument> {
    const path = join(folder, `servers-${++files}.ws`);
    await writeFile(path, lines.join('\n'));
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    return document;
  }

  /** The lenses of a line without their icons, by their order. */
  async function lensesAt(document: vscode.TextDocument, line: number): Promise<string[]> {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      100,
    );
    return lenses
      .filter(({ range }) => range.start.line === line)
      .map(({ command }) => command?.title.replace(/^\$\(.*?\) /, '') ?? '');
  }

  it('are served above their target, answer clients, and count rules', async () => {
    const document = await open(FILE.slice(0, 7));
    assert.deepEqual(await lensesAt(document, 1), ['Serve']);
    const [url] = await run<string[]>('serve', document.uri, 1);
    assert.match(url!, /^ws:\/\/127\.0\.0\.1:\d+\/answers$/);
    // Served once, however often it is asked for.
    assert.deepEqual(await run<string[]>('serve', document.uri, 1), [url]);
    const id = await connect(url);
    await waitForRows(id, 2);
    assert.equal(await payloadText(id, 1), '{"hello": "client"}');
    for (const expected of [4, 6]) {
      await run('send', id, '{"op": "ping"}');
      await waitForRows(id, expected);
    }
    await until('the count of the rule', async () => (await lensesAt(document, 4)).includes('Fired 2 times'));
    assert.deepEqual(await lensesAt(document, 1), ['Stop', `${url} · 1 connected`]);
  });

  it('have each connection as a session of its own, which ends with its server', async () => {
    const document = await open(FILE.slice(0, 7));
    const [url] = await run<string[]>('serve', document.uri, 1);
    const id = await connect(url);
    const other = await until('the session of the server', async () =>
      (await duplexApi()).sessions().find((session) => session.id !== id),
    );
    assert.equal(other.state, 'open');
    await run('revealSession', other.id);
    await run('stopServer', document.uri, 1);
    await until('the end of the client', async () => (await summaryOf(id)).state === 'closed');
    assert.deepEqual(await lensesAt(document, 1), ['Serve']);
    assert.deepEqual(
      (await duplexApi()).sessions().map((session) => session.id),
      [id],
    );
  });

  it('stand between a client and its server as proxies', async () => {
    const demo = await run<string>('startDemoServer');
    const document = await open(FILE.map((line) => line.replace('TARGET', demo)));
    assert.deepEqual(await lensesAt(document, 8), ['Start Proxy']);
    const [url] = await run<string[]>('serve', document.uri, 8);
    const id = await connect(`${url}/echo`);
    await run('send', id, 'twice');
    await waitForRows(id, 4);
    assert.deepEqual([await payloadText(id, 2), await payloadText(id, 3)], ['twice', 'twice']);
    await until('the count of the fault', async () => (await lensesAt(document, 9)).includes('Fired once'));
  });

  it('do not listen to the network before the question about it is answered', async () => {
    for (const block of ['SERVE ws://0.0.0.0:0/', 'PROXY ws://0.0.0.0:0 -> ws://127.0.0.1:9']) {
      const document = await open([block]);
      const [before] = await lensesAt(document, 0);
      // The host of tests shows no modal dialog: what asks by one gets no answer.
      assert.equal(await run('serve', document.uri, 0), undefined);
      assert.deepEqual(await lensesAt(document, 0), [before]);
    }
  });

  it('are offered as examples, which answer clients until they are stopped', async function () {
    if (!(await isFree(3001))) this.skip();
    const [url] = await run<string[]>('serveExample', 'json-rpc-calculator.ws');
    const document = vscode.window.activeTextEditor!.document;
    assert.match(document.uri.path, /examples\/servers\/json-rpc-calculator\.ws$/);
    const client = new WebSocket(url!);
    await once(client, 'open');
    client.send('{"jsonrpc":"2.0","id":7,"method":"add","params":[1,2]}');
    const [answer] = (await once(client, 'message')) as [Buffer];
    assert.deepEqual(JSON.parse(answer.toString()), { jsonrpc: '2.0', id: 7, result: 3 });
    const ended = once(client, 'close');
    const { line } = document.positionAt(document.getText().indexOf('SERVE '));
    assert.equal((await lensesAt(document, line))[0], 'Stop');
    await run('stopServer', document.uri, line);
    await ended;
    assert.deepEqual(await lensesAt(document, line), ['Serve']);
    assert.ok(await isFree(3001));
  });

  it('report the place of an error, and do not listen', async () => {
    const document = await open(['SERVE ws://127.0.0.1:0/?a=b']);
    assert.match((await lensesAt(document, 0))[0]!, /^Not runnable: error in line 1/);
    assert.equal(await run('serve', document.uri, 0), undefined);
  });
});

describe('Start Proxy', () => {
  afterEach(async () => {
    await run('stopAllServers');
    await closeAll();
  });
  after(() => run('stopDemoServer'));

  it('puts a proxy in front of a server, with a session for each connection', async () => {
    const demo = await run<string>('startDemoServer');
    const url = await run<string>('startProxy', demo);
    assert.match(url, /^ws:\/\/127\.0\.0\.1:\d+$/);
    const id = await connect(`${url}/echo`);
    await run('send', id, 'through');
    await waitForRows(id, 3);
    assert.equal(await payloadText(id, 2), 'through');
    const sessions = (await duplexApi()).sessions();
    assert.deepEqual(
      sessions.map(({ state }) => state),
      ['open', 'open'],
    );
    // It is the connection of a client: nothing connects it from here.
    const passed = sessions.find((session) => session.id !== id)!;
    await run('disconnect', id);
    await until(
      'the end of the proxied session',
      async () => (await summaryOf(passed.id)).state === 'closed',
    );
    await run('reconnect', passed.id);
    assert.equal((await summaryOf(passed.id)).state, 'closed');
  });
});
