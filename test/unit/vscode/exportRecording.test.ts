import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { transfersOf } from '../../../src/shared/rpc.ts';
import { exportRecording } from '../../../src/vscode/exports/exportRecording.ts';
import { exportKinds } from '../../../src/vscode/exports/exportKinds.ts';
import { Uri, window, workspace } from './support/fakeVscode.ts';
import { fakeLog } from './support/fakeLog.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

function setUp(left: readonly string[] = []) {
  const query = {
    saveRows: vi.fn(async (_job: string, _folder: string, _rows: unknown, _kind: string, _path: string) => ({
      rows: 1_200,
      left,
    })),
    cancel: vi.fn(async () => undefined),
  };
  const engine = { query, onQueryProgress: () => () => undefined } as unknown as Engine;
  return { query, services: { engine, log: fakeLog().log } };
}

const ECHO = { name: 'echo', folder: '/recordings/one' };
const RANGE = { from: 3, end: 9 };

beforeEach(() => {
  vi.clearAllMocks();
  workspace.workspaceFolders = [{ uri: Uri.file('/work') }];
});

test('proposes a file named after the session, and writes nothing unless one is chosen', async () => {
  const { services, query } = setUp();
  const recording = { name: 'wss://example.test/../x', folder: '/recordings/one' };
  await exportRecording(services, recording, async () => RANGE, { kind: 'jsonl' });
  const [options] = window.showSaveDialog.mock.calls[0] as unknown as [{ defaultUri: Uri }];
  expect(options.defaultUri.path).toMatch(/^\/work\/[\w.-]+\.jsonl$/);
  expect(query.saveRows).not.toHaveBeenCalled();
});

test('the worker writes a local file, and gets the row numbers', async () => {
  const { services, query } = setUp();
  window.showSaveDialog.mockResolvedValueOnce(Uri.file('/tmp/x.jsonl'));
  const numbers = Float64Array.of(1, 5);
  await exportRecording(services, ECHO, async () => ({ numbers }), { kind: 'har' });
  const [[, folder, rows, kind, path]] = query.saveRows.mock.calls as [
    [string, string, object, string, string],
  ];
  expect([folder, kind, path]).toEqual(['/recordings/one', 'har', '/tmp/x.jsonl']);
  expect(rows).toEqual({ numbers });
  expect(transfersOf(rows)).toEqual([numbers.buffer]);
  expect(window.showInformationMessage).toHaveBeenCalledWith('Exported 1200 rows to x.jsonl.', 'Open');
});

test('another file system gets a copy of a temporary file, which is then deleted', async () => {
  const { services, query } = setUp();
  const target = Uri.of('memfs', '/x.jsonl');
  window.showSaveDialog.mockResolvedValueOnce(target);
  const copy = vi.fn(async (_from: Uri, _to: Uri, _options: object) => undefined);
  Object.assign(workspace.fs, { copy });
  await exportRecording(services, ECHO, async () => RANGE, { kind: 'jsonl' });
  const [[, , , , path]] = query.saveRows.mock.calls as [[string, string, object, string, string]];
  expect(copy).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ fsPath: path }), target, {
    overwrite: true,
  });
  expect(existsSync(dirname(path))).toBe(false);
});

test('asks as what, saying what each kind keeps, then which rows; gives up where the user does', async () => {
  const { services, query } = setUp();
  const rows = vi.fn(async () => undefined);
  expect(await exportRecording(services, ECHO, rows)).toBeUndefined();
  expect(rows).not.toHaveBeenCalled();
  const [items] = window.showQuickPick.mock.calls[0] as unknown as [
    { label: string; detail: string; id: string }[],
  ];
  expect(items.map(({ id }) => id)).toEqual(['har', 'jsonl', 'csv', 'text', 'payloads', 'ws']);
  expect(items.every(({ detail }) => detail.length > 40)).toBe(true);
  window.showQuickPick.mockResolvedValueOnce(items[2]);
  expect(await exportRecording(services, ECHO, rows)).toBeUndefined();
  expect(rows).toHaveBeenCalledOnce();
  expect(query.saveRows).not.toHaveBeenCalled();
});

test('a folder of payloads has no extension, and is not copied over another', async () => {
  const { services } = setUp();
  expect(exportKinds().payloads.extension).toBe('');
  const copy = vi.fn(async (_from: Uri, _to: Uri, _options: object) => undefined);
  Object.assign(workspace.fs, { copy });
  const target = Uri.of('memfs', '/payloads');
  expect(
    await exportRecording(services, ECHO, async () => RANGE, { kind: 'payloads', target: target as never }),
  ).toBe(target.toString());
  expect(window.showSaveDialog).not.toHaveBeenCalled();
  expect(copy.mock.calls[0]![2]).toEqual({ overwrite: false });
});

test('reports the parts that the format cannot carry', async () => {
  const { services } = setUp(['One note is left out.']);
  const target = Uri.file('/tmp/x.har') as never;
  await exportRecording(services, ECHO, async () => RANGE, { kind: 'har', target });
  expect(window.showInformationMessage).toHaveBeenCalledWith('One note is left out.', 'Show');
});

test('refuses an unknown kind', async () => {
  const { services } = setUp();
  await expect(exportRecording(services, ECHO, async () => RANGE, { kind: 'exe' })).rejects.toThrow(
    'There is no such kind of export: use one of har, jsonl, csv, text, payloads, ws.',
  );
});
