import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { transfersOf } from '../../../src/shared/rpc.ts';
import { saveRows } from '../../../src/vscode/payload/savePayload.ts';
import { Uri, window, workspace } from './support/fakeVscode.ts';
import { fakeLog } from './support/fakeLog.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

function setUp() {
  const query = {
    saveRows: vi.fn(async (_job: string, _folder: string, _rows: unknown, _path: string) => 1_200),
    cancel: vi.fn(async () => undefined),
  };
  const engine = { query, onQueryProgress: () => () => undefined } as unknown as Engine;
  return { query, services: { engine, log: fakeLog().log } };
}

const RANGE = { from: 3, end: 9 };

beforeEach(() => {
  vi.clearAllMocks();
  workspace.workspaceFolders = [{ uri: Uri.file('/work') }];
});

test('proposes a file named after the session, and writes nothing unless one is chosen', async () => {
  const { services, query } = setUp();
  await saveRows(services, 'wss://example.test/../x', '/recordings/one', RANGE);
  const [options] = window.showSaveDialog.mock.calls[0] as unknown as [{ defaultUri: Uri }];
  expect(options.defaultUri.path).toMatch(/^\/work\/[\w.-]+\.jsonl$/);
  expect(query.saveRows).not.toHaveBeenCalled();
});

test('a local file is left to the worker, which gets the numbers themselves', async () => {
  const { services, query } = setUp();
  window.showSaveDialog.mockResolvedValueOnce(Uri.file('/tmp/x.jsonl'));
  const numbers = Float64Array.of(1, 5);
  await saveRows(services, 'echo', '/recordings/one', { numbers });
  const [[, folder, rows, path]] = query.saveRows.mock.calls as [[string, string, object, string]];
  expect([folder, path]).toEqual(['/recordings/one', '/tmp/x.jsonl']);
  expect(rows).toEqual({ numbers });
  expect(transfersOf(rows)).toEqual([numbers.buffer]);
  expect(window.showInformationMessage).toHaveBeenCalledWith('Saved 1200 rows to x.jsonl.', 'Open');
});

test('another file system gets a copy of a file that is gone afterwards', async () => {
  const { services, query } = setUp();
  const target = Uri.of('memfs', '/x.jsonl');
  window.showSaveDialog.mockResolvedValueOnce(target);
  const copy = vi.fn(async (_from: Uri, _to: Uri, _options: object) => undefined);
  Object.assign(workspace.fs, { copy });
  await saveRows(services, 'echo', '/recordings/one', RANGE);
  const [[, , , path]] = query.saveRows.mock.calls as [[string, string, object, string]];
  expect(copy).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ fsPath: path }), target, {
    overwrite: true,
  });
  expect(existsSync(dirname(path))).toBe(false);
});
