import { beforeEach, expect, test, vi } from 'vitest';
import { deleteRecording, describeRecording } from '../../../src/engine/recordings.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import { recordingCommands } from '../../../src/vscode/commands/recordingCommands.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { manifest } from '../../support/recordings.ts';
import { commands, env, Uri, window, workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));
vi.mock('../../../src/engine/recordings.ts', () => ({
  deleteRecording: vi.fn(async () => undefined),
  describeRecording: vi.fn(),
}));

const session = { id: 'one', folder: '/recordings/live' };

function setUp(isTest = true) {
  const reopen = vi.fn(async (_folder: string) => session);
  const show = vi.fn();
  const changed = vi.fn();
  const run = recordingCommands({
    engine: { sessions: [session], reopen },
    panels: { show },
    recordings: { changed },
    isTest,
  } as unknown as Services);
  return { run, reopen, show, changed };
}

beforeEach(() => {
  vi.clearAllMocks();
  workspace.isTrusted = true;
  env.remoteName = undefined;
  vi.mocked(describeRecording).mockResolvedValue({
    folder: '/a',
    manifest: manifest({ name: 'Echo' }),
    rows: 1,
    usedAt: 0,
    bytes: 2048,
    writer: undefined,
  });
});

test.each([
  ['a URI', Uri.file('/a')],
  ['a path', '/a'],
  ['a row of the view', { folder: '/a' }],
])('Open Recording accepts %s, and shows it without connecting', async (_name, argument) => {
  const { run, reopen, show } = setUp();
  expect(await run['duplex.openRecording']!(argument)).toBe('one');
  expect(reopen).toHaveBeenCalledWith('/a');
  expect(show).toHaveBeenCalledWith(session);
});

test('Open Recording asks for a folder if none is given', async () => {
  const { run, reopen } = setUp();
  expect(await run['duplex.openRecording']!()).toBeUndefined();
  expect(reopen).not.toHaveBeenCalled();
  window.showOpenDialog.mockResolvedValueOnce([Uri.file('/picked')]);
  await run['duplex.openRecording']!();
  expect(reopen).toHaveBeenCalledWith('/picked');
});

test('Open Recording reports a missing recording, and the view is refreshed', async () => {
  const { run, reopen, changed } = setUp();
  reopen.mockRejectedValueOnce(new DuplexError('file.invalid', 'It is not a recording.'));
  await expect(run['duplex.openRecording']!('/gone')).rejects.toThrow('not a recording');
  expect(changed).toHaveBeenCalledTimes(1);
});

test.each([[Uri.of('vscode-vfs', '/a')], [42], [{}], ['']])('%j is not a folder', async (argument) => {
  const { run, reopen } = setUp();
  await expect(run['duplex.openRecording']!(argument)).rejects.toMatchObject({ code: 'call.invalid' });
  expect(reopen).not.toHaveBeenCalled();
});

test('Delete asks with the name and the size, and updates the view', async () => {
  const { run, changed } = setUp();
  await run['duplex.deleteRecording']!('/a');
  expect(window.showWarningMessage).toHaveBeenCalledWith(
    'Delete the recording of Echo?',
    { modal: true, detail: expect.stringContaining('2.0 KiB') },
    'Delete',
  );
  expect(deleteRecording).not.toHaveBeenCalled();
  window.showWarningMessage.mockResolvedValueOnce('Delete');
  await run['duplex.deleteRecording']!('/a');
  expect(deleteRecording).toHaveBeenCalledWith('/a');
  expect(changed).toHaveBeenCalledTimes(1);
});

test('Delete fails for a recording that another window writes, and the view shows the lock', async () => {
  const { run, changed } = setUp();
  vi.mocked(deleteRecording).mockRejectedValueOnce(new DuplexError('disk.denied', 'Written by process 1.'));
  await expect(run['duplex.deleteRecording']!('/a', { confirm: false })).rejects.toThrow('process 1');
  expect(changed).toHaveBeenCalledTimes(1);
});

test('Delete asks for every argument', async () => {
  const { run } = setUp(false);
  await run['duplex.deleteRecording']!('/a', { confirm: false });
  expect(window.showWarningMessage).toHaveBeenCalledTimes(1);
  expect(deleteRecording).not.toHaveBeenCalled();
});

test('Delete of a recording also deletes its session in this window', async () => {
  const { run } = setUp();
  await run['duplex.deleteRecording']!('/recordings/live', { confirm: false });
  expect(commands.executeCommand).toHaveBeenCalledWith('duplex.deleteSession', 'one', { confirm: false });
  expect(deleteRecording).not.toHaveBeenCalled();
});

test('Reveal opens the file manager, or a window if the files are on another machine', async () => {
  const { run } = setUp();
  await run['duplex.revealRecording']!('/a');
  expect(commands.executeCommand).toHaveBeenLastCalledWith('revealFileInOS', Uri.file('/a'));
  env.remoteName = 'ssh-remote';
  await run['duplex.revealRecording']!('/a');
  expect(commands.executeCommand).toHaveBeenLastCalledWith('vscode.openFolder', Uri.file('/a'), {
    forceNewWindow: true,
  });
});

test('nothing is read in Restricted Mode', async () => {
  const { run, reopen } = setUp();
  workspace.isTrusted = false;
  for (const command of ['openRecording', 'revealRecording', 'deleteRecording'])
    await expect(run[`duplex.${command}`]!('/a')).rejects.toThrow(/reads no files in Restricted Mode/);
  expect(reopen).not.toHaveBeenCalled();
  expect(describeRecording).not.toHaveBeenCalled();
});
