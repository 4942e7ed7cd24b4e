import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReadImport } from '../../../src/shared/importProtocol.ts';
import { deleteRecording } from '../../../src/engine/recordings.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import { importCommands } from '../../../src/vscode/commands/importCommands.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { fakeLog } from './support/fakeLog.ts';
import { env, Uri, window, workspace, type WorkspaceEdit } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));
vi.mock('../../../src/engine/recordings.ts', () => ({ deleteRecording: vi.fn(async () => undefined) }));

const EMPTY = { files: [], recordings: [], secrets: new Map(), left: [] } as const;
const requests = (...names: string[]): ReadImport => ({
  ...EMPTY,
  files: names.map((name) => ({ name, kind: 'requests', text: `### ${name}\n` })),
});
const recorded = (...ids: number[]): ReadImport => ({
  ...EMPTY,
  files: [{ name: 'recorded.ws', kind: 'requests', text: '' }],
  recordings: ids.map((id) => ({ name: `r${id}`, id })),
});

/** An import that reads these, one after the other. */
function setUp(...results: readonly ReadImport[]) {
  const done: string[] = [];
  const job = {
    read: vi.fn(
      async (_request: unknown, _label: string, _options: unknown) =>
        results[job.read.mock.calls.length - 1]!,
    ),
    write: vi.fn(async (wanted: readonly { folder: string }[]) => {
      done.push(...wanted.map(({ folder }) => `recording ${folder}`));
    }),
    dispose: vi.fn(async () => undefined),
  };
  let folders = 0;
  const engine = {
    startImport: () => job,
    newRecordingFolder: () => `/recordings/${++folders}`,
    reopen: async (folder: string) => ({ id: `session of ${folder}` }),
  };
  const show = vi.fn();
  const changed = vi.fn();
  const setSecret = vi.fn(async () => undefined);
  const services = {
    ...{ engine, panels: { show }, recordings: { changed }, log: fakeLog().log },
    secrets: { get: vi.fn(async () => undefined), set: setSecret },
  } as unknown as Services;
  workspace.applyEdit.mockImplementation(async ({ created }: WorkspaceEdit) => {
    done.push(...created.map(({ uri }) => `file ${uri.path}`));
    return true;
  });
  const run = (...args: unknown[]): Promise<unknown> =>
    Promise.resolve(importCommands(services)['duplex.import']!(...args));
  return { run, job, done, changed, setSecret };
}

beforeEach(() => {
  vi.clearAllMocks();
  workspace.isTrusted = true;
  workspace.fs.stat.mockRejectedValue(new Error('There is none.'));
  workspace.openTextDocument.mockImplementation(async (given) => ({
    uri: given instanceof Uri ? given : Uri.of('untitled', 'Untitled-1'),
  }));
});

const FILE = Uri.file('/a.json');
const choose = (label: string): void =>
  void window.showQuickPick.mockImplementationOnce((async (items: { label: string }[]) =>
    items.find((each) => each.label === label)) as never);

describe('the import question', () => {
  it('offers files, a folder and the clipboard, and ends with Esc', async () => {
    const { run, job } = setUp();
    expect(await run()).toBeUndefined();
    const [items] = window.showQuickPick.mock.calls[0] as unknown as [{ label: string; detail: string }[]];
    expect(items.map(({ label }) => label)).toEqual(['Files…', 'Folder…', 'Clipboard']);
    for (const { detail } of items) expect(detail.length).toBeGreaterThan(20);
    expect(job.read).not.toHaveBeenCalled();
  });

  it.each([
    ['Files…', { canSelectFiles: true, canSelectFolders: false, canSelectMany: true }],
    ['Folder…', { canSelectFiles: false, canSelectFolders: true, canSelectMany: false }],
  ])('opens a dialog for %s, whose Cancel imports nothing', async (label, options) => {
    const { run, job } = setUp();
    choose(label);
    expect(await run()).toBeUndefined();
    expect(window.showOpenDialog).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(options));
    expect(job.read).not.toHaveBeenCalled();
  });

  it('imports the text of the clipboard, and opens the request unsaved', async () => {
    const { run, job, done } = setUp(requests('a.ws'));
    choose('Clipboard');
    env.clipboard.readText.mockResolvedValueOnce('curl ws://h.test');
    expect(await run()).toEqual(['untitled://Untitled-1']);
    const [[{ source }]] = job.read.mock.calls as unknown as [
      [{ source: { name: string; bytes: Uint8Array } }],
    ];
    expect([source.name, new TextDecoder().decode(source.bytes)]).toEqual(['', 'curl ws://h.test']);
    expect(window.showOpenDialog).not.toHaveBeenCalled();
    expect(done).toEqual([]);
  });
});

describe('an import', () => {
  it('takes all files selected in the explorer', async () => {
    const { run, job } = setUp(requests('a.ws'), requests('b.ws'));
    await run(FILE, [FILE, Uri.file('/b.json')]);
    expect(job.read.mock.calls.map(([, label]) => label)).toEqual(['a.json', 'b.json']);
    expect(job.dispose).toHaveBeenCalledOnce();
  });

  it('writes recordings and files into the chosen folder', async () => {
    const { run, done, changed } = setUp(recorded(0), requests('a.ws', 'b.ws'));
    window.showOpenDialog.mockResolvedValueOnce([Uri.file('/to')]);
    expect(await run([FILE, FILE])).toEqual([
      'file:///to/a.ws',
      'file:///to/b.ws',
      'session of /recordings/1',
    ]);
    expect(done).toEqual(['recording /recordings/1', 'file /to/a.ws', 'file /to/b.ws']);
    expect(changed).toHaveBeenCalledOnce();
    expect(window.showWarningMessage).not.toHaveBeenCalled();
  });

  it('imports nothing after Esc at the folder if there are only files', async () => {
    const { run, done, job } = setUp(requests('a.ws', 'b.ws'));
    expect(await run(FILE)).toBeUndefined();
    expect(done).toEqual([]);
    expect(job.write).not.toHaveBeenCalled();
  });

  it('keeps the recordings with Esc at the folder of the files, and says so', async () => {
    const { run, done, setSecret } = setUp(recorded(0, 1), {
      ...requests('a.ws', 'b.ws'),
      secrets: new Map([['t', 'x']]),
    });
    expect(await run([FILE, FILE])).toEqual(['session of /recordings/1', 'session of /recordings/2']);
    expect(done).toEqual(['recording /recordings/1', 'recording /recordings/2']);
    expect(workspace.openTextDocument).not.toHaveBeenCalled();
    expect(setSecret).not.toHaveBeenCalled();
    expect(window.showWarningMessage).toHaveBeenCalledExactlyOnceWith(
      'The recordings are imported. The request files are not: no folder was chosen for them.',
    );
  });

  it('writes nothing if a file exists', async () => {
    const { run, done } = setUp(recorded(0), requests('a.ws', 'b.ws'));
    workspace.fs.stat.mockImplementation(async ({ path }) => {
      if (path !== '/to/b.ws') throw new Error('There is none.');
      return { size: 1 };
    });
    await expect(run([FILE, FILE], Uri.file('/to'))).rejects.toMatchObject({
      code: 'call.invalid',
      message: 'b.ws exists in this folder: import into another folder, or rename it.',
    });
    expect(done).toEqual([]);
  });

  it('writes no files if the recordings cannot be written', async () => {
    const { run, done, job } = setUp(recorded(0), requests('a.ws', 'b.ws'));
    job.write.mockRejectedValueOnce(new DuplexError('disk.full', 'There is no space left.'));
    await expect(run([FILE, FILE], Uri.file('/to'))).rejects.toMatchObject({ code: 'disk.full' });
    expect(done).toEqual([]);
  });

  it('removes the recordings if the files cannot be written', async () => {
    const { run, changed } = setUp(recorded(0, 1), requests('a.ws', 'b.ws'));
    workspace.applyEdit.mockResolvedValueOnce(false);
    await expect(run([FILE, FILE], Uri.file('/to'))).rejects.toMatchObject({
      code: 'disk.denied',
      message: 'The imported files cannot be written to /to: choose another folder.',
    });
    expect(vi.mocked(deleteRecording).mock.calls).toEqual([['/recordings/1'], ['/recordings/2']]);
    expect(changed).toHaveBeenCalledOnce();
  });
});
