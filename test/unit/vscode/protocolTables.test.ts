import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { ProtocolTables } from '../../../src/vscode/protocolTables.ts';
import { fakeLog } from './support/fakeLog.ts';
import * as fake from './support/fakeVscode.ts';

vi.mock('vscode', async () => {
  const all = await import('./support/fakeVscode.ts');
  const editor = await import('./requestFiles/support/fakeEditor.ts');
  const { workspace } = all;
  const none = () => ({ dispose: () => undefined });
  return {
    ...all,
    Diagnostic: editor.Diagnostic,
    DiagnosticSeverity: editor.DiagnosticSeverity,
    Range: editor.Range,
    FileSystemError: class extends Error {},
    languages: {
      createDiagnosticCollection: () => ({
        clear: () => editor.published.clear(),
        set: (uri: { toString(): string }, found: never[]) => editor.published.set(uri.toString(), found),
        dispose: () => editor.published.clear(),
      }),
    },
    workspace: new Proxy(workspace, {
      get: (target, name) =>
        name === 'onDidChangeConfiguration' || name === 'onDidGrantWorkspaceTrust'
          ? none
          : (Reflect.get(target, name) as unknown),
      set: (target, name, value) => Reflect.set(target, name, value),
    }),
  };
});

const { published } = await import('./requestFiles/support/fakeEditor.ts');
const { FileSystemError } = await import('vscode');
const table = (id: string, more: object = {}) => ({ id, title: 'T', rules: [{ type: 'event' }], ...more });

/** Texts of files by path. */
let files: Record<string, string> = {};
let set: string[][] = [];
let tables: ProtocolTables;
let log = fakeLog();

beforeEach(() => {
  files = {};
  set = [];
  log = fakeLog();
  fake.workspace.settings = {};
  fake.workspace.isTrusted = true;
  fake.workspace.findFiles.mockImplementation(async () =>
    Object.keys(files).map((path) => fake.Uri.file(path)),
  );
  fake.workspace.fs.stat.mockImplementation(async ({ path }) => ({ size: files[path]!.length }));
  fake.workspace.fs.readFile.mockImplementation(async ({ path }) => new TextEncoder().encode(files[path]));
  fake.window.showErrorMessage.mockClear();
});
afterEach(() => tables.dispose());

async function load(): Promise<ProtocolTables> {
  const engine: Pick<Engine, 'setTables'> = { setTables: (given) => set.push(given.map(({ id }) => id)) };
  tables = new ProtocolTables(engine, log.log);
  await tables.load();
  return tables;
}

describe('the protocol tables of a window', () => {
  it('come from the settings, then from the files by path', async () => {
    fake.workspace.settings = { protocols: [table('own')] };
    files = {
      '/w/b.protocol.json': JSON.stringify(table('b')),
      '/w/a.protocol.json': JSON.stringify(table('a')),
    };
    const seen = vi.fn();
    (await load()).onDidChange(seen);
    expect(set).toEqual([['own', 'a', 'b']]);
    expect([...published.values()].flat()).toEqual([]);
    await tables.load();
    expect([set.length, seen.mock.calls.length]).toEqual([1, 0]);
    delete files['/w/a.protocol.json'];
    await tables.load();
    expect([set.at(-1), seen.mock.calls.length]).toEqual([['own', 'b'], 1]);
  });

  it('are not read from files without workspace trust', async () => {
    fake.workspace.isTrusted = false;
    fake.workspace.settings = { protocols: [table('own')] };
    files = { '/w/a.protocol.json': JSON.stringify(table('a')) };
    await load();
    expect(set).toEqual([['own']]);
  });

  it('have a diagnostic at each problem, until it is corrected or the file is deleted', async () => {
    files = {
      '/w/a.protocol.json': '{\n  "id": "a", "title": "A",\n  "rules": [{ "type": "message" }]\n}',
      '/w/b.protocol.json': JSON.stringify(table('b')),
    };
    await load();
    expect(set).toEqual([['b']]);
    expect(published.get('file:///w/a.protocol.json')).toMatchObject([
      { code: 'protocol.table', source: 'duplex', range: { start: { line: 2, character: 22 } } },
    ]);
    files['/w/a.protocol.json'] = JSON.stringify(table('b'));
    await tables.load();
    expect(published.get('file:///w/b.protocol.json')).toMatchObject([
      { message: 'Another table has the id “b” already: choose another.' },
    ]);
    delete files['/w/b.protocol.json'];
    await tables.load();
    expect([...published.values()]).toEqual([[]]);
  });

  it('have a size limit, and ignore a file that is deleted meanwhile', async () => {
    files = { '/w/a.protocol.json': ' '.repeat(1024 * 1024 + 1), '/w/b.protocol.json': '' };
    fake.workspace.fs.readFile.mockRejectedValue(new FileSystemError('gone'));
    await load();
    expect(published.get('file:///w/a.protocol.json')).toMatchObject([
      { message: 'A table has at most 1048576 bytes, and this file has 1048577.' },
    ]);
    expect(published.get('file:///w/b.protocol.json')).toEqual([]);
    expect(set).toEqual([]);
  });

  it.each([
    [[table('own'), { id: 1 }, table('own')], ['own'], '[1]: The table needs the member'],
    [[table('own'), table('own')], ['own'], '[1]/id: Another table has the id “own” already'],
    [[table('own', { colour: 1 })], undefined, '[0]/colour: “colour” is not a member here'],
  ])('are reported at the problem in the settings: %#', async (protocols, ids, sentence) => {
    fake.workspace.settings = { protocols };
    await load();
    await tables.load();
    expect(set.at(-1)).toEqual(ids);
    expect(log.errors.join('\n')).toContain(`protocol.table: duplex.protocols${sentence}`);
    expect(fake.window.showErrorMessage).toHaveBeenCalledTimes(1);
  });

  it.each(['x', 7, null, { id: 'own' }])('are empty if the setting is %j', async (protocols) => {
    fake.workspace.settings = { protocols };
    await load();
    expect([set, log.errors]).toEqual([[], []]);
  });
});
