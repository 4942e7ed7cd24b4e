import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { startDemoServer } from '../../../src/demo/demoServer.ts';
import type { DemoServer } from '../../../src/demo/demoServer.ts';
import {
  closeAll,
  duplexApi,
  panelTabs,
  payloadText,
  run,
  summaryOf,
  waitForRows,
} from '../support/duplex.ts';
import { until } from '../support/until.ts';

describe('a request file', () => {
  let server: DemoServer;
  let folder: string;
  let files = 0;

  before(async () => {
    server = await startDemoServer({ port: 0 });
    folder = await mkdtemp(join(tmpdir(), 'duplex-requests-'));
    await duplexApi();
  });
  afterEach(async () => {
    await closeAll();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  /** Opens a new file of these lines in an editor. */
  async function open(lines: readonly string[], extension = '.ws'): Promise<vscode.TextDocument> {
    const path = join(folder, `requests-${++files}${extension}`);
    await writeFile(path, lines.join('\n'));
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    return document;
  }

  /** The CodeLenses as `line title`, icons left out, and a click on one. */
  async function lensesOf(document: vscode.TextDocument) {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      100,
    );
    const title = ({ range, command }: vscode.CodeLens): string =>
      `${range.start.line} ${command?.title.replace(/^\$\(.*?\) /, '')}`;
    const ours = lenses.filter(
      ({ command }) => command?.command === '' || command?.command.startsWith('duplex.'),
    );
    return {
      titles: ours.map(title).sort((a, b) => parseInt(a) - parseInt(b)),
      click: async (wanted: string): Promise<string | undefined> => {
        const command = ours.find((lens) => title(lens) === wanted)?.command;
        assert.ok(command, `there is no lens ${wanted}`);
        return vscode.commands.executeCommand<string | undefined>(
          command.command,
          ...((command.arguments ?? []) as unknown[]),
        );
      },
    };
  }

  it('has its language, and its errors under their lines', async () => {
    const document = await open(['# @decode x', 'WEBSOCKET wss://localhost', '', '{{nobody}}']);
    assert.equal(document.languageId, 'websocket-request');
    const diagnostics = await until('the diagnostics', () => {
      const found = vscode.languages.getDiagnostics(document.uri);
      return found.length === 2 && found;
    });
    assert.deepEqual(
      diagnostics.map(({ code, source, range }) => [source, code, range.start.line, range.end.character]),
      [
        ['duplex', 'directive.argument', 0, 11],
        ['duplex', 'variable.unknown', 3, 10],
      ],
    );
  });

  it('loses a diagnostic when the line is fixed', async () => {
    const document = await open(['WEBSOCKET http://localhost']);
    await until('the diagnostic', () => vscode.languages.getDiagnostics(document.uri).length === 1);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 10, 0, 14), 'ws');
    await vscode.workspace.applyEdit(edit);
    await until('no diagnostic', () => vscode.languages.getDiagnostics(document.uri).length === 0);
  });

  it('connects by the CodeLens above the target: the handshake and nothing else', async () => {
    const document = await open([
      '### Lens',
      `WEBSOCKET ${server.url}/echo`,
      'X-A: 1',
      '',
      'one',
      '===',
      'two',
    ]);
    const { titles, click } = await lensesOf(document);
    assert.deepEqual(titles, ['1 Connect', '1 Run', '4 Send', '6 Send']);
    const id = await click('1 Connect');
    assert.ok(id);
    const [row] = await waitForRows(id, 1);
    assert.equal(row?.kind, 'open');
    const { name, out } = await summaryOf(id);
    assert.deepEqual([name, out.messages], ['Lens', 0]);
    await until('the panel beside the file', () => panelTabs().some((tab) => tab.label === 'Lens'));
    assert.equal(vscode.window.activeTextEditor?.document, document);
    assert.equal((await lensesOf(document)).titles[0], '1 Connected');
  });

  it('connects once: a second click shows the same session', async () => {
    const document = await open([`WEBSOCKET ${server.url}/echo`]);
    const { click } = await lensesOf(document);
    const [first, second] = await Promise.all([click('0 Connect'), click('0 Connect')]);
    assert.equal(first, second);
    assert.equal((await duplexApi()).sessions().length, 1);
  });

  it('sends one message by the CodeLens above it, connecting first', async () => {
    const document = await open([
      '@who = world',
      `WEBSOCKET ${server.url}/echo`,
      '',
      'one',
      '=== wait-for-server',
      '{"hello": "{{who}}",  "exact": 1.0}',
    ]);
    const { click } = await lensesOf(document);
    const id = await click('5 Send');
    assert.ok(id);
    const rows = await waitForRows(id, 3);
    assert.deepEqual(
      rows.map(({ kind, direction }) => `${kind} ${direction}`),
      ['open none', 'text out', 'text in'],
    );
    assert.equal(await payloadText(id, 1), '{"hello": "world",  "exact": 1.0}');
    assert.equal(await click('3 Send'), id);
    await waitForRows(id, 5);
    assert.equal(await payloadText(id, 3), 'one');
  });

  it('connects again after a disconnect, in the same session', async () => {
    const document = await open([`WEBSOCKET ${server.url}/echo`, '', 'one']);
    const { click } = await lensesOf(document);
    const id = await click('0 Connect');
    await run('disconnect', id);
    assert.equal(await click('2 Send'), id);
    assert.equal((await duplexApi()).sessions().length, 1);
  });

  it('sends the bytes of a file, and links to it', async () => {
    await writeFile(join(folder, 'bytes.bin'), Uint8Array.from([0, 13, 10, 255]));
    const document = await open([`WEBSOCKET ${server.url}/echo`, '', '< ./bytes.bin']);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    const ours = links.find(({ range }) => range.start.line === 2);
    assert.equal(ours?.target?.fsPath, join(folder, 'bytes.bin'));
    const id = await (await lensesOf(document)).click('2 Send');
    assert.ok(id);
    const rows = await waitForRows(id, 3);
    assert.deepEqual(rows.map(({ kind, size }) => `${kind} ${size}`).slice(1), ['binary 4', 'binary 4']);
    const payload = await (await duplexApi()).readPayload(id, 2);
    assert.deepEqual([...payload], [0, 13, 10, 255]);
  });

  it('runs its other requests despite an error', async () => {
    const document = await open([
      '# @expect status ==',
      `WEBSOCKET ${server.url}/echo`,
      '###',
      `WEBSOCKET ${server.url}/echo`,
    ]);
    const { titles, click } = await lensesOf(document);
    assert.deepEqual(titles, ['1 Not runnable: error in line 1', '3 Connect', '3 Run']);
    assert.ok(await click('3 Connect'));
  });

  it('keeps the session of a refused handshake for inspection', async () => {
    const document = await open(['### Refused', `WEBSOCKET ${server.url}/refuse?status=401`]);
    assert.equal(await (await lensesOf(document)).click('1 Connect'), undefined);
    const [session] = (await duplexApi()).sessions();
    assert.equal(session?.state, 'failed');
    assert.equal(session?.error?.code, 'handshake.status');
  });

  it('offers Connect and Send only on WEBSOCKET requests in a .http file', async () => {
    const document = await open(
      [
        '# @unknown',
        'GET http://localhost/',
        '',
        '{}',
        '### Socket',
        `WEBSOCKET ${server.url}/echo`,
        '',
        'hello',
      ],
      '.http',
    );
    const { titles, click } = await lensesOf(document);
    assert.deepEqual(titles, ['5 Connect', '5 Run', '7 Send']);
    const id = await click('7 Send');
    assert.ok(id);
    await waitForRows(id, 3);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  });

  it('connects the request at the cursor by the command without arguments', async () => {
    const document = await open([`WEBSOCKET ${server.url}/echo`, '###', `WEBSOCKET ${server.url}/json`]);
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(2, 0, 2, 0);
    const id = await run<string | undefined>('connectRequest');
    assert.ok(id);
    assert.equal((await summaryOf(id)).url, `${server.url}/json`);
  });

  it('folds at ### and in JSON', async () => {
    const document = await open([
      '### a',
      'WEBSOCKET ws://localhost',
      '',
      '{',
      ' "a": 1',
      '}',
      '### b',
      '# c',
    ]);
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    assert.deepEqual(
      folds.map(({ start, end }) => [start, end]).sort(([a], [b]) => a! - b!),
      [
        [0, 5],
        [3, 4],
        [6, 7],
      ],
    );
  });
});
