import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { startDemoServer } from '../../../src/demo/demoServer.ts';
import type { DemoServer } from '../../../src/demo/demoServer.ts';
import { closeAll, duplexApi, panelTabs, payloadText, run, waitForRows } from '../support/duplex.ts';
import { until } from '../support/until.ts';

describe('running a request', () => {
  let server: DemoServer;
  let folder: string;
  let files = 0;

  before(async () => {
    server = await startDemoServer({ port: 0 });
    folder = await mkdtemp(join(tmpdir(), 'duplex-runs-'));
    await duplexApi();
  });
  afterEach(async () => {
    await closeAll();
    await run('selectEnvironment', null);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  async function open(lines: readonly string[], inFolder = folder): Promise<vscode.TextDocument> {
    const path = join(inFolder, `run-${++files}.ws`);
    await writeFile(path, lines.join('\n'));
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    return document;
  }

  const echo = (expectation: string): string[] => [
    '### Echo',
    `WEBSOCKET ${server.url}/echo`,
    '',
    '{"op": "hello"}',
    '=== wait-for-server',
    '# @within 5s',
    `# @expect $.op == "${expectation}"`,
  ];

  const lensTitles = async (document: vscode.TextDocument): Promise<string[]> => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      100,
    );
    return lenses.map(({ range, command }) => `${range.start.line} ${command?.title ?? ''}`);
  };

  const sessionsNamed = async (name: string) =>
    (await duplexApi()).sessions().filter((session) => session.name === name);

  it('passes if its expectations hold, in its own session', async () => {
    const document = await open(echo('hello'));
    assert.equal(await run('runRequest', document.uri.toString(), 0), 'passed');
    const [session] = await sessionsNamed('Echo');
    assert.equal(session?.state, 'closed');
    const rows = await waitForRows(session.id, 4);
    assert.deepEqual(
      rows.map(({ kind, direction }) => `${kind} ${direction}`),
      ['open none', 'text out', 'text in', 'close out'],
    );
    const titles = await lensTitles(document);
    assert.ok(
      titles.some((title) => /^4 \$\(pass\) .*#2$/.test(title)),
      titles.join(', '),
    );
  });

  it('fails if one does not, and leads to the judged message', async () => {
    const document = await open(echo('goodbye'));
    assert.equal(await run('runRequest', document.uri.toString(), 0), 'failed');
    const titles = await lensTitles(document);
    assert.ok(
      titles.some((title) => /^4 \$\(error\) .*#2$/.test(title)),
      titles.join(', '),
    );
    const [session] = await sessionsNamed('Echo');
    assert.equal(panelTabs().length, 0);
    await run('goToMessage', session?.id, 2);
    await until('its panel', () => panelTabs().some(({ label }) => label === 'Echo (Closed)'));
  });

  it('runs all requests of a file, and answers how each went', async () => {
    const document = await open([
      ...echo('hello'),
      '### Refused',
      '# @expect status == 401',
      `WEBSOCKET ${server.url}/refuse?status=401`,
      '### Nobody there',
      'WEBSOCKET ws://127.0.0.1:1/',
      '### Not one',
      'WEBSOCKET http://localhost',
    ]);
    const statuses = await run<string[]>('runRequestFile', document.uri.toString());
    assert.deepEqual(statuses, ['passed', 'passed', 'error', 'error']);
  });

  it('keeps one session of a request, that of its last run', async () => {
    const document = await open(echo('hello'));
    const uri = document.uri.toString();
    await run('runRequest', uri, 0);
    const [first] = await sessionsNamed('Echo');
    await run('runRequest', uri, 0);
    const left = await until('one session', async () => {
      const sessions = await sessionsNamed('Echo');
      return sessions.length === 1 && sessions;
    });
    assert.notEqual(left[0]?.id, first?.id);
  });

  it('is cancelled at once', async () => {
    const document = await open([`WEBSOCKET ${server.url}/echo`, '', '=== wait-for-server', '# @within 60s']);
    const uri = document.uri.toString();
    const running = run<string>('runRequest', uri, 0);
    await until('a session', async () =>
      (await duplexApi()).sessions().some(({ state }) => state === 'open'),
    );
    await run('cancelRun', uri, 0);
    assert.equal(await running, 'skipped');
  });

  it('uses the variables of the chosen environment, and so do the diagnostics', async () => {
    await writeFile(
      join(folder, 'http-client.env.json'),
      JSON.stringify({ dev: { place: 'echo' }, other: { place: 'refuse?status=404' } }),
    );
    const document = await open(['### Place', `WEBSOCKET ${server.url}/{{place}}`]);
    const uri = document.uri.toString();
    await until('the error', () => vscode.languages.getDiagnostics(document.uri).length === 1);
    await run('selectEnvironment', 'dev');
    await until('no error', () => vscode.languages.getDiagnostics(document.uri).length === 0);
    assert.equal(await run('runRequest', uri, 0), 'passed');
    await run('selectEnvironment', 'other');
    assert.equal(await run('runRequest', uri, 0), 'error');
  });

  it('fills in secrets, which lie in no recorded URL or header', async () => {
    const document = await open([
      '### Secret',
      `WEBSOCKET ${server.url}/echo?key={{$secret canary}}`,
      'X-Plain: {{$secret canary}}',
      '',
      'hello',
    ]);
    // A secret belongs to the folder of the request file that is open.
    await run('setSecret', 'canary', 'canary-7f3a');
    assert.equal(await run('runRequest', document.uri.toString(), 0), 'passed');
    const [session] = await sessionsNamed('Secret');
    assert.ok(session);
    await waitForRows(session.id, 3);
    assert.equal(await payloadText(session.id, 1), 'hello');
    const shown = JSON.stringify(session) + (await payloadText(session.id, 0));
    assert.ok(!shown.includes('canary-7f3a'), shown);
    await run('setSecret', 'canary', '');
  });

  it('is a test of the Test Explorer', async () => {
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(workspace);
    const document = await open(['### Explored', ...echo('hello').slice(1)], workspace);
    try {
      await vscode.commands.executeCommand('testing.refreshTests');
      const passed = await until('the session of the test', async () => {
        await vscode.window.showTextDocument(document);
        await vscode.commands.executeCommand('testing.runCurrentFile');
        return (await sessionsNamed('Explored')).find(({ state }) => state === 'closed');
      });
      assert.equal(passed.in.messages, 1);
    } finally {
      await rm(document.uri.fsPath);
    }
  });
});
