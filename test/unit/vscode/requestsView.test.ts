import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Uri as VscodeUri } from 'vscode';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { listedRequests } from '../../../src/vscode/requestFiles/listedRequests.ts';
import { RequestIndex } from '../../../src/vscode/requestFiles/requestIndex.ts';
import { requestItem } from '../../../src/vscode/sidebar/requestItem.ts';
import type { Node } from '../../../src/vscode/sidebar/requestItem.ts';
import { requestListCommands, RequestsTree } from '../../../src/vscode/sidebar/requestsTree.ts';
import { fakeLog } from './support/fakeLog.ts';
import { fileEvents, Selection, Uri, window, workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

/** Files of the fake workspace by their path. */
let files: Record<string, string>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  files = {};
  workspace.isTrusted = true;
  workspace.textDocuments = [];
  workspace.findFiles.mockImplementation(async (pattern, _exclude, most) => {
    const ends = pattern.endsWith('.ws') ? /\.ws$/ : /\.(http|rest)$/;
    return Object.keys(files)
      .filter((path) => ends.test(path))
      .slice(0, most)
      .map((path) => Uri.file(path));
  });
  workspace.fs.stat.mockImplementation(async ({ path }) => ({ size: files[path]!.length }));
  workspace.fs.readFile.mockImplementation(async ({ path }) => new TextEncoder().encode(files[path]));
});

function setUp() {
  const index = new RequestIndex(fakeLog().log);
  const tree = new RequestsTree(index);
  const redrawn: unknown[] = [];
  tree.onDidChangeTreeData((node) => redrawn.push(node?.uri.path));
  const texts: unknown[] = [];
  tree.onDidChangeTexts((text) => texts.push(text));
  const paths = async (): Promise<string[]> => (await tree.getChildren()).map(({ uri }) => uri.path);
  const requestsOf = async (path: string): Promise<string[]> => {
    const parent = (await tree.getChildren()).find(({ uri }) => uri.path === path)!;
    return (await tree.getChildren(parent)).map((node) => requestItem(node, false).label as string);
  };
  return { index, tree, redrawn, texts, paths, requestsOf };
}

describe('the requests of a file', () => {
  const listed = (text: string) => listedRequests(analyzeRequestFile(text, 'ws'));

  test('are found by name if it is unique, or else by place', () => {
    const text = '### A\nws://a\n### B\nws://b\n### A\nws://c\n###\nws://d\n';
    expect(listed(text).map(({ which }) => which)).toEqual([0, 'B', 2, 3]);
  });

  test('show their URL as written, without credentials', () => {
    const [request] = listed('@host = a\n\nwss://me:secret@{{host}}/x\n  ?token=abc\n  &at={{$timestamp}}\n');
    expect(request!.url).toBe('wss://{{host}}/x?token=••••&at={{$timestamp}}');
  });

  test('show their errors', () => {
    const [request] = listed('# @timeout soon\nws://a\n');
    expect(request!.error).toMatch(/^1: /);
  });
});

describe('a row', () => {
  const request = { which: 'Echo', name: 'Echo', url: 'ws://a', error: undefined };
  const node = (given: Partial<typeof request> = {}): Node =>
    ({ kind: 'request', uri: Uri.file('/a.ws'), request: { ...request, ...given } }) as unknown as Node;

  test('opens its request with a click, and can connect if there is no error', () => {
    const item = requestItem(node(), false);
    expect(item).toMatchObject({ label: 'Echo', description: 'ws://a', contextValue: 'request' });
    expect(item.command?.command).toBe('duplex.openListedRequest');
    const wrong = requestItem({ ...node(), request: { ...request, error: '3: no' } } as Node, false);
    expect(wrong.contextValue).toBe('request.invalid');
    expect((wrong.tooltip as { value: string }).value).toContain('line 3: no');
  });

  test('shows the URL of a request without a name', () => {
    const item = requestItem({ ...node(), request: { ...request, name: undefined } } as Node, false);
    expect([item.label, item.description]).toEqual(['ws://a', undefined]);
  });

  test('cannot put a link into the tooltip', () => {
    const item = requestItem(
      { ...node(), request: { ...request, url: 'ws://x/[a](command:b)' } } as Node,
      false,
    );
    expect((item.tooltip as { value: string }).value).not.toContain('[a](command:b)');
  });
});

describe('the Requests view', () => {
  test('lists .ws files, and .http files with WebSocket requests', async () => {
    files = {
      '/b.ws': '',
      '/a.ws': 'ws://a',
      '/http.http': 'GET http://a',
      '/both.rest': 'WEBSOCKET ws://a',
    };
    expect(await setUp().paths()).toEqual(['/a.ws', '/b.ws', '/both.rest']);
  });

  test('reads a .ws file only when it is expanded', async () => {
    files = { '/a.ws': '### One\nws://a\n###\nws://b\n' };
    const { paths, requestsOf } = setUp();
    await paths();
    expect(workspace.fs.readFile).not.toHaveBeenCalled();
    expect(await requestsOf('/a.ws')).toEqual(['One', 'ws://b']);
  });

  test('searches and reads nothing in Restricted Mode', async () => {
    files = { '/a.ws': 'ws://a', '/a.http': 'WEBSOCKET ws://a' };
    workspace.isTrusted = false;
    expect(await setUp().paths()).toEqual([]);
    expect(workspace.findFiles).not.toHaveBeenCalled();
    expect(workspace.createFileSystemWatcher).not.toHaveBeenCalled();
    expect(workspace.fs.readFile).not.toHaveBeenCalled();
  });

  test('says that there are more files than it shows', async () => {
    for (let i = 0; i < 501; i++) files[`/${i}.ws`] = '';
    const { paths, texts } = setUp();
    expect(await paths()).toHaveLength(500);
    expect(texts).toEqual([{ message: expect.stringContaining('500') }]);
  });

  test('expands a few files automatically, and collapses many', async () => {
    files = { '/a.ws': '', '/b.ws': '' };
    const { tree } = setUp();
    expect(tree.getTreeItem((await tree.getChildren())[0]!).collapsibleState).toBe(2);
    files = { ...files, '/c.ws': '', '/d.ws': '' };
    expect(tree.getTreeItem((await tree.getChildren())[0]!).collapsibleState).toBe(1);
  });

  test('shows why a file has no requests', async () => {
    files = { '/empty.ws': '# nothing', '/large.ws': 'x'.repeat(1024 * 1024 + 1), '/denied.ws': '' };
    workspace.fs.readFile.mockImplementation(async ({ path }) => {
      if (path === '/denied.ws') throw new Error('EACCES');
      return new TextEncoder().encode(files[path]);
    });
    const { requestsOf } = setUp();
    expect(await requestsOf('/empty.ws')).toEqual(['No requests yet: open the file to write one']);
    expect(await requestsOf('/large.ws')).toEqual([expect.stringContaining('too large')]);
    expect(await requestsOf('/denied.ws')).toEqual([expect.stringContaining('cannot be read')]);
  });

  test('shows the servers and proxies of a file, after its requests, in their order', async () => {
    files = {
      '/servers.ws': [
        'PROXY ws://localhost:8081 -> wss://api.example.test/stream',
        '### Ticks',
        'SERVE ws://localhost:9000/ticks',
        '',
        '{"type": "hello"}',
        '### Client',
        'ws://localhost:9000/ticks',
        '### Broken',
        '# @status soon',
        'SERVE ws://localhost:9001',
      ].join('\n'),
    };
    const { tree } = setUp();
    const nodes = await tree.getChildren((await tree.getChildren())[0]);
    const items = nodes.map((node) => tree.getTreeItem(node));
    expect(items.map(({ label, description, contextValue }) => [label, description, contextValue])).toEqual([
      ['Client', 'ws://localhost:9000/ticks', 'request'],
      ['ws://localhost:8081', 'proxy', 'listedServer'],
      ['Ticks', 'server · ws://localhost:9000/ticks', 'listedServer'],
      ['Broken', 'server · ws://localhost:9001', 'listedServer.invalid'],
    ]);
    expect(new Set(items.map(({ id }) => id)).size).toBe(4);
  });

  test('opens a server at its line, and a file without requests at its start', async () => {
    files = { '/servers.ws': '### Ticks\nSERVE ws://localhost:9000\n\nhello\n', '/empty.ws': '# nothing' };
    const { tree } = setUp();
    const open = async (path: string): Promise<unknown[]> => {
      window.showTextDocument.mockClear();
      const file = (await tree.getChildren()).find(({ uri }) => uri.path === path)!;
      const [first] = await tree.getChildren(file);
      const { command } = tree.getTreeItem(first!);
      await requestListCommands()[command!.command]!(command!.arguments![0]);
      return window.showTextDocument.mock.calls[0]!;
    };
    const [uri, shown] = await open('/servers.ws');
    expect((uri as VscodeUri).path).toBe('/servers.ws');
    expect(shown).toEqual({ selection: new Selection(1, 0) });
    expect(await open('/empty.ws')).toEqual([expect.objectContaining({ path: '/empty.ws' })]);
  });

  test.each([undefined, {}, { kind: 'server' }, { kind: 'other', uri: Uri.file('/a.ws') }])(
    'does not open %j',
    async (node) => {
      await expect(requestListCommands()['duplex.openListedRequest']!(node)).rejects.toMatchObject({
        code: 'call.invalid',
      });
    },
  );

  test('does not connect to a server of a file', async () => {
    const server = { name: 'Ticks', url: 'ws://a', range: { start: { line: 0, character: 0 } } };
    const node = { kind: 'server', uri: Uri.file('/a.ws'), server };
    await expect(requestListCommands()['duplex.connectListedRequest']!(node)).rejects.toMatchObject({
      code: 'call.invalid',
    });
  });

  test('redraws a changed file, and reads it again', async () => {
    files = { '/a.ws': 'ws://old', '/b.ws': 'ws://b' };
    const { redrawn, requestsOf } = setUp();
    expect(await requestsOf('/a.ws')).toEqual(['ws://old']);
    files['/a.ws'] = 'ws://new';
    fileEvents.changed.fire(Uri.file('/a.ws'));
    vi.advanceTimersByTime(1000);
    expect(redrawn).toEqual(['/a.ws']);
    expect(await requestsOf('/a.ws')).toEqual(['ws://new']);
  });

  test('shows the unsaved content of an editor', async () => {
    files = { '/a.ws': 'ws://saved' };
    const { requestsOf } = setUp();
    expect(await requestsOf('/a.ws')).toEqual(['ws://saved']);
    const document = {
      uri: Uri.file('/a.ws'),
      languageId: 'websocket-request',
      version: 2,
      getText: () => 'ws://typed',
    };
    workspace.textDocuments = [document];
    fileEvents.document.fire({ document });
    expect(await requestsOf('/a.ws')).toEqual(['ws://typed']);
  });

  test('ignores files that it does not list', async () => {
    files = { '/a.ws': 'ws://a' };
    const { redrawn, requestsOf } = setUp();
    await requestsOf('/a.ws');
    fileEvents.document.fire({ document: { uri: Uri.file('/program.ts') } });
    vi.advanceTimersByTime(1000);
    expect(redrawn).toEqual([]);
  });

  test('updates the list when files are created and deleted', async () => {
    files = { '/a.ws': '' };
    const { redrawn, paths } = setUp();
    await paths();
    files['/b.ws'] = '';
    fileEvents.created.fire(Uri.file('/b.ws'));
    vi.advanceTimersByTime(1000);
    expect(redrawn).toEqual([undefined]);
    expect(await paths()).toEqual(['/a.ws', '/b.ws']);
  });

  test('lists a .http file once it holds a WebSocket request', async () => {
    files = { '/a.http': 'GET http://a' };
    const { redrawn, paths } = setUp();
    expect(await paths()).toEqual([]);
    files['/a.http'] = 'WEBSOCKET ws://a';
    fileEvents.changed.fire(Uri.file('/a.http'));
    vi.advanceTimersByTime(1000);
    expect(redrawn).toEqual([undefined]);
    expect(await paths()).toEqual(['/a.http']);
  });

  test('keeps the row of a file that is listed again', async () => {
    files = { '/a.ws': '' };
    const { tree, index } = setUp();
    const [before] = await tree.getChildren();
    index.refresh();
    expect((await tree.getChildren())[0]).toBe(before);
    expect((before as { uri: VscodeUri }).uri.path).toBe('/a.ws');
  });
});
