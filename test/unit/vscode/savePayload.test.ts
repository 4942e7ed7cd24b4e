import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { Row } from '../../../src/shared/timeline.ts';
import { copyPayload } from '../../../src/vscode/payload/copyPayload.ts';
import { savePayload } from '../../../src/vscode/payload/savePayload.ts';
import { commands, env, Uri, window, workspace } from './support/fakeVscode.ts';
import { fakeLog } from './support/fakeLog.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const PAYLOAD = new TextEncoder().encode('{"a":1.0}');
const ROW: Row = {
  seq: 7,
  time: 0,
  kind: 'text',
  direction: 'in',
  size: PAYLOAD.length,
  stored: PAYLOAD.length,
  flags: 0,
  preview: '{"a":1.0}',
};

function setUp(row: Row = ROW) {
  const query = {
    savePayload: vi.fn(async () => PAYLOAD.length),
    readPayload: vi.fn(async () => PAYLOAD),
    cancel: vi.fn(async () => undefined),
  };
  const engine = { query, onQueryProgress: () => () => undefined } as unknown as Engine;
  const session = { folder: '/recordings/one', summary: { name: 'echo' }, readRows: async () => [row] };
  return { query, engine, session, services: { engine, log: fakeLog().log } };
}

beforeEach(() => {
  vi.clearAllMocks();
  workspace.workspaceFolders = [{ uri: Uri.file('/work') }];
});

describe('saving', () => {
  test('proposes a file in the workspace, named after session and row', async () => {
    const { services, session, query } = setUp();
    await savePayload(services, session, 7);
    const [options] = window.showSaveDialog.mock.calls[0] as unknown as [{ defaultUri: Uri }];
    expect(options.defaultUri.path).toBe('/work/echo-7.json');
    // No file was chosen.
    expect(query.savePayload).not.toHaveBeenCalled();
    expect(window.showInformationMessage).not.toHaveBeenCalled();
  });

  test('to a local file is done by the worker, and Open shows the file', async () => {
    const { services, session, query } = setUp();
    const target = Uri.file('/tmp/x.json');
    window.showSaveDialog.mockResolvedValueOnce(target);
    window.showInformationMessage.mockResolvedValueOnce('Open');
    await savePayload(services, session, 7);
    expect(query.savePayload).toHaveBeenCalledWith(expect.any(String), '/recordings/one', 7, '/tmp/x.json');
    expect(query.readPayload).not.toHaveBeenCalled();
    expect(window.showInformationMessage).toHaveBeenCalledWith('Saved 9 B to x.json.', 'Open');
    await vi.waitFor(() => expect(commands.executeCommand).toHaveBeenCalledWith('vscode.open', target));
  });

  test('to another file system uses the API of VS Code', async () => {
    const { services, session, query } = setUp();
    const target = Uri.of('memfs', '/x.json');
    window.showSaveDialog.mockResolvedValueOnce(target);
    await savePayload(services, session, 7);
    expect(query.savePayload).not.toHaveBeenCalled();
    expect(workspace.fs.writeFile).toHaveBeenCalledWith(target, PAYLOAD);
  });

  test('reports that the recording does not have the whole message', async () => {
    const { services, session } = setUp({ ...ROW, size: 4096 });
    window.showSaveDialog.mockResolvedValueOnce(Uri.file('/tmp/x.json'));
    await savePayload(services, session, 7);
    expect(window.showInformationMessage).toHaveBeenCalledWith(
      'Saved 9 B of 4.0 KiB to x.json: the rest was not recorded.',
      'Open',
    );
  });

  test('shows nothing after a cancel', async () => {
    const { services, session, query } = setUp();
    window.showSaveDialog.mockResolvedValueOnce(Uri.file('/tmp/x.json'));
    query.savePayload.mockRejectedValueOnce(new DuplexError('call.cancelled', 'Cancelled.'));
    await savePayload(services, session, 7);
    expect(window.showInformationMessage).not.toHaveBeenCalled();
  });

  test('rejects with the reason of a failure', async () => {
    const { services, session, query } = setUp();
    window.showSaveDialog.mockResolvedValueOnce(Uri.file('/tmp/x.json'));
    query.savePayload.mockRejectedValueOnce(new DuplexError('disk.full', 'The disk is full.'));
    await expect(savePayload(services, session, 7)).rejects.toMatchObject({ code: 'disk.full' });
  });
});

describe('copying', () => {
  test('puts unchanged text on the clipboard', async () => {
    const { engine, session } = setUp();
    await copyPayload(engine, session, 7);
    expect(env.clipboard.writeText).toHaveBeenCalledWith('{"a":1.0}');
    expect(window.setStatusBarMessage).toHaveBeenCalledWith('$(check) Copied 9 B', expect.any(Number));
  });

  test('says that binary was copied as hexadecimal', async () => {
    const { engine, session } = setUp({ ...ROW, kind: 'binary' });
    await copyPayload(engine, session, 7);
    expect(env.clipboard.writeText).toHaveBeenCalledWith('7b2261223a312e307d');
    expect(window.setStatusBarMessage).toHaveBeenCalledWith(
      '$(check) Copied 9 B as hexadecimal',
      expect.any(Number),
    );
  });

  test('does not read a message that is too large for the clipboard', async () => {
    const { engine, session, query } = setUp({ ...ROW, size: 2 ** 30, stored: 2 ** 30 });
    await expect(copyPayload(engine, session, 7)).rejects.toMatchObject({ code: 'call.invalid' });
    expect(query.readPayload).not.toHaveBeenCalled();
  });
});
