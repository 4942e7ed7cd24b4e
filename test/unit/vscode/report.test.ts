import { beforeEach, expect, test, vi } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import { report } from '../../../src/vscode/report.ts';
import { commands, window, workspace } from './support/fakeVscode.ts';
import { fakeLog } from './support/fakeLog.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const refused = new DuplexError('tcp.refused', 'Nothing listens at localhost:1: start the server.');

beforeEach(() => {
  vi.clearAllMocks();
  workspace.isTrusted = true;
});

test('a notification has the sentence, the log has the code', () => {
  const { log, errors } = fakeLog();
  report(refused, log);
  expect(window.showErrorMessage).toHaveBeenCalledWith(refused.message);
  expect(errors).toEqual([`tcp.refused: ${refused.message}`]);
});

test('a text of a server is not a link, and is one line in the log', () => {
  const { log, errors } = fakeLog();
  report(new DuplexError('handshake.status', 'The server answered 401 [x](command:a)\nforged: b.'), log);
  expect(window.showErrorMessage).toHaveBeenCalledWith('The server answered 401 [x] (command:a)↵forged: b.');
  expect(errors).toEqual(['handshake.status: The server answered 401 [x](command:a)↵forged: b.']);
});

test('a cancellation is not reported', () => {
  const { log, errors } = fakeLog();
  report(new DuplexError('call.cancelled', 'Cancelled.'), log);
  expect(window.showErrorMessage).not.toHaveBeenCalled();
  expect(errors).toEqual([]);
});

test('a button runs its own remedy only', async () => {
  const retry = vi.fn();
  const show = vi.fn();
  window.showErrorMessage.mockResolvedValueOnce('Retry');
  report(refused, fakeLog().log, [
    { label: 'Show Session', run: show },
    { label: 'Retry', run: retry },
  ]);
  expect(window.showErrorMessage).toHaveBeenCalledWith(refused.message, 'Show Session', 'Retry');
  await vi.waitFor(() => expect(retry).toHaveBeenCalledTimes(1));
  expect(show).not.toHaveBeenCalled();
});

test('a remedy that fails goes to the log', async () => {
  const { log, errors } = fakeLog();
  window.showErrorMessage.mockResolvedValueOnce('Retry');
  report(refused, log, [{ label: 'Retry', run: () => Promise.reject(new Error('again')) }]);
  await vi.waitFor(() => expect(errors).toContain('internal: again'));
});

test('the notification offers trust in Restricted Mode', async () => {
  workspace.isTrusted = false;
  window.showErrorMessage.mockResolvedValueOnce('Manage Workspace Trust');
  report(new DuplexError('call.invalid', 'Not in Restricted Mode.'), fakeLog().log);
  await vi.waitFor(() => expect(commands.executeCommand).toHaveBeenCalledWith('workbench.trust.manage'));
});

test('the notification of an internal error offers the log', () => {
  report(new Error('x is undefined'), fakeLog().log);
  expect(window.showErrorMessage).toHaveBeenCalledWith('x is undefined', 'Show Log');
});
