import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { startDemoServer } from '../../../src/demo/demoServer.ts';
import type { DemoServer } from '../../../src/demo/demoServer.ts';
import { closeAll, duplexApi, run, waitForRows } from '../support/duplex.ts';
import { until } from '../support/until.ts';

/** A document in which `¦` marks the place that is asked about. */
interface Marked {
  readonly document: vscode.TextDocument;
  readonly at: vscode.Position;
}

describe('the language of request files', () => {
  let server: DemoServer;
  let folder: string;
  let files = 0;

  before(async () => {
    server = await startDemoServer({ port: 0 });
    folder = await mkdtemp(join(tmpdir(), 'duplex-language-'));
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data', 'message.json'), '{}');
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

  async function open(lines: readonly string[], extension = '.ws'): Promise<Marked> {
    const line = lines.findIndex((text) => text.includes('¦'));
    const path = join(folder, `language-${++files}${extension}`);
    await writeFile(path, lines.map((text) => text.replace('¦', '')).join('\n'));
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    return { document, at: new vscode.Position(Math.max(line, 0), lines[line]?.indexOf('¦') ?? 0) };
  }

  async function completionsIn(lines: readonly string[]): Promise<vscode.CompletionItem[]> {
    const { document, at } = await open(lines);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      at,
    );
    return list.items;
  }
  const labelOf = ({ label }: vscode.CompletionItem): string =>
    typeof label === 'string' ? label : label.label;
  const labels = async (lines: readonly string[]) => (await completionsIn(lines)).map(labelOf);

  it('completes directives with their documentation, above a target and in a step', async () => {
    const above = await completionsIn(['# @¦', 'WEBSOCKET ws://localhost']);
    const timeout = above.find((item) => labelOf(item) === 'timeout');
    assert.match(timeout?.detail ?? '', /^@timeout \d/);
    const text = (timeout?.documentation as vscode.MarkdownString | undefined)?.value;
    assert.match(text ?? '', /handshake/);
    assert.ok((await labels(['WEBSOCKET ws://localhost', '', '# @¦'])).includes('where'));
  });

  it('completes variables with their values, headers and separators', async () => {
    const items = await completionsIn(['@host = localhost', 'WEBSOCKET ws://{{¦']);
    assert.equal(items.find((item) => labelOf(item) === 'host')?.detail, 'localhost');
    assert.ok(items.some((item) => labelOf(item) === '$uuid'));
    assert.ok((await labels(['WEBSOCKET ws://localhost', 'Ori¦'])).includes('Origin'));
    assert.ok((await labels(['WEBSOCKET ws://a', '', 'x', '==¦'])).includes('=== wait-for-server'));
  });

  it('completes the names of files after <', async () => {
    assert.ok((await labels(['WEBSOCKET ws://localhost', '', '< ./¦'])).includes('data'));
    assert.deepEqual(await labels(['WEBSOCKET ws://localhost', '', '< ./data/¦']), ['message.json']);
  });

  it('speaks a protocol of a table of the workspace or the settings, and marks errors in a table', async () => {
    const table = (id: string, verb: string): string =>
      JSON.stringify({
        id,
        title: 'Feed',
        rules: [{ type: 'event' }],
        verbs: [{ name: verb, about: 'Listens.', message: { listen: '<body>' } }],
      });
    const root = vscode.workspace.workspaceFolders![0]!.uri;
    const file = vscode.Uri.joinPath(root, 'feed.protocol.json');
    const write = (text: string) => vscode.workspace.fs.writeFile(file, Buffer.from(text));
    const verbs = (id: string) => labels([`# @protocol ${id}`, 'WEBSOCKET ws://localhost', '', '# @¦']);
    const settings = vscode.workspace.getConfiguration('duplex');
    try {
      await write(table('my-feed', 'listen'));
      await until('the verb of the file', async () => (await verbs('my-feed')).includes('listen'));
      await settings.update(
        'protocols',
        [JSON.parse(table('set-feed', 'tune'))],
        vscode.ConfigurationTarget.Global,
      );
      await until('the verb of the settings', async () => (await verbs('set-feed')).includes('tune'));
      const { document } = await open([
        '# @protocol my-feed',
        'WEBSOCKET ws://localhost',
        '',
        '# @listen',
        '1',
      ]);
      const codes = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).map(({ code }) => code);
      await until('no diagnostics', () => codes(document.uri).length === 0);
      await write('{"id": "my-feed"}');
      await until('the fault of the table', () => codes(file).includes('protocol.table'));
      await until('the fault of the request', () => codes(document.uri).length > 0);
    } finally {
      await settings.update('protocols', undefined, vscode.ConfigurationTarget.Global);
      await vscode.workspace.fs.delete(file);
    }
  });

  it('completes the paths of messages that the request received last', async () => {
    const { document } = await open([
      `WEBSOCKET ${server.url}/echo`,
      '',
      '{"op": "subscribe", "deep": {"id": 7}}',
      '=== wait-for-server',
      '# @where $.op exists',
    ]);
    const id = await run<string>('sendRequestMessage', document.uri.toString(), 0, 0);
    await waitForRows(id, 3);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(4, 11),
    );
    const found = list.items.find((item) => labelOf(item) === '$.deep.id');
    assert.equal(found?.detail, '7', list.items.map(labelOf).join(' '));
  });

  it('completes the verbs of the named protocol, and values of its last recording', async () => {
    const protocol = ['@spoken = json-rpc', '# @protocol {{spoken}}', `WEBSOCKET ${server.url}/echo`, ''];
    const verbs = await labels([...protocol, '# @¦']);
    assert.deepEqual(verbs.filter((label) => label === 'call' || label === 'emit').sort(), ['call']);

    const { document } = await open([
      ...protocol,
      '{"jsonrpc":"2.0","method":"tick","params":{"price":7}}',
      '=== wait-for-server',
      '# @where method == "tick"',
      '# @expect payload exists',
    ]);
    const id = await run<string>('sendRequestMessage', document.uri.toString(), 0, 0);
    await waitForRows(id, 3);
    const behind = async (line: number, text: string): Promise<vscode.CompletionItem[]> => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        new vscode.Position(line, text.length),
      );
      return list.items;
    };
    assert.ok((await behind(6, '# @where method == ')).map(labelOf).includes('"tick"'));
    const subjects = await behind(7, '# @expect payload');
    assert.equal(subjects.find((item) => labelOf(item) === 'payload.price')?.detail, '7');
  });

  it('shows in a hover the value and the place of a variable, and the effect of a directive', async () => {
    const hoverOf = async (lines: readonly string[]): Promise<string> => {
      const { document, at } = await open(lines);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        at,
      );
      return hovers
        .flatMap(({ contents }) => contents.map((each) => (each as vscode.MarkdownString).value))
        .join('\n');
    };
    const variable = await hoverOf(['@host = [a](command:x)', 'WEBSOCKET ws://{{ho¦st}}']);
    assert.match(variable, /```plaintext\n\[a\]\(command:x\)\n```/);
    assert.match(variable, /line.+1/);
    assert.match(await hoverOf(['# @time¦out 2s', 'WEBSOCKET ws://localhost']), /@timeout/);
  });

  it('goes from a variable to its definition and finds all its places', async () => {
    const { document, at } = await open(['@host = a', 'WEBSOCKET ws://{{ho¦st}}', '', '{{host}}']);
    const definitions = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      at,
    );
    assert.deepEqual(
      definitions.map(({ range }) => [range.start.line, range.start.character]),
      [[0, 1]],
    );
    const references = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      document.uri,
      at,
    );
    assert.deepEqual(
      references.map(({ range }) => range.start.line),
      [0, 1, 3],
    );
  });

  it('renames a variable at every place, and refuses an invalid name', async () => {
    const { document, at } = await open([
      '@host = a',
      'WEBSOCKET ws://{{ho¦st}}',
      '',
      '{"h": "{{host}}", "host": 1}',
    ]);
    const renameTo = (name: string) =>
      vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        document.uri,
        at,
        name,
      );
    await vscode.workspace.applyEdit(await renameTo('server'));
    assert.equal(
      document.getText(),
      ['@server = a', 'WEBSOCKET ws://{{server}}', '', '{"h": "{{server}}", "host": 1}'].join('\n'),
    );
    await assert.rejects(async () => renameTo('a b'), /letter/);
    await document.save();
  });

  it('outlines variables, requests and steps', async () => {
    const { document } = await open([
      '@host = a',
      '### Ticks',
      'WEBSOCKET ws://{{host}}',
      '',
      'one',
      '===',
      'two',
    ]);
    const symbols = await until('the outline', async () => {
      const found = await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>(
        'vscode.executeDocumentSymbolProvider',
        document.uri,
      );
      return found?.length === 2 && found;
    });
    assert.deepEqual(
      symbols.map(({ name, children }) => [name, children.map((child) => child.name)]),
      [
        ['host', []],
        ['Ticks', ['one', 'two']],
      ],
    );
  });

  it('colours names by their meaning', async () => {
    const { document } = await open(['# @timeout 2s', 'WEBSOCKET ws://{{$uuid}}']);
    const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens>(
      'vscode.provideDocumentSemanticTokens',
      document.uri,
    );
    // Five numbers a token; the third is its length.
    const lengths = [...tokens.data].filter((_, index) => index % 5 === 2);
    assert.deepEqual(lengths, ['@timeout'.length, 'WEBSOCKET'.length, '$uuid'.length]);
  });

  it('offers a fix for reported problems', async () => {
    const { document } = await open(['# @timout 2s', 'WEBSOCKET ws://localhost']);
    await until('the diagnostic', () => vscode.languages.getDiagnostics(document.uri).length === 1);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(0, 4, 0, 4),
    );
    const fix = actions.find(({ title }) => title === 'Write @timeout');
    assert.ok(fix?.edit, actions.map(({ title }) => title).join(', '));
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.lineAt(0).text, '# @timeout 2s');
    await until('no diagnostic', () => vscode.languages.getDiagnostics(document.uri).length === 0);
    await document.save();
  });

  it('formats all but payloads', async () => {
    const { document } = await open([
      '#   @timeout   2s',
      'WEBSOCKET   ws://localhost',
      '',
      '{"a":   1}',
      '',
    ]);
    const edits = await vscode.commands.executeCommand<vscode.TextEdit[]>(
      'vscode.executeFormatDocumentProvider',
      document.uri,
      { tabSize: 2, insertSpaces: true },
    );
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, edits);
    await vscode.workspace.applyEdit(edit);
    assert.deepEqual(document.getText().split('\n').slice(0, 4), [
      '# @timeout 2s',
      'WEBSOCKET ws://localhost',
      '',
      '{"a":   1}',
    ]);
    await document.save();
  });

  it('serves WEBSOCKET requests of .http files and leaves the others alone', async () => {
    const { document, at } = await open(
      ['@host = a', 'GET http://{{host}}', '### Ours', '# @time¦out 2s', 'WEBSOCKET ws://{{host}}'],
      '.http',
    );
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      at,
    );
    assert.equal(hovers.length, 1);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  });
});
