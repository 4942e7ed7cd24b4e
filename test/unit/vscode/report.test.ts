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

test('the user reads the sentence, the log keeps the code', () => {
  const { log, errors } = fakeLog();
  report(refused, log);
  expect(window.showErrorMessage).toHaveBeenCalledWith(refused.message);
  expect(errors).toEqual([`tcp.refused: ${refused.message}`]);
});

test('what a server says is no link, and its log line is one line', () => {
  const { log, errors } = fakeLog();
  report(new DuplexError('handshake.status', 'The server answered 401 [x](command:a)\nforged: b.'), log);
  expect(window.showErrorMessage).toHaveBeenCalledWith('The server answered 401 [x] (command:a)↵forged: b.');
  expect(errors).toEqual(['handshake.status: The server answered 401 [x](command:a)↵forged: b.']);
});

test('what was cancelled is not reported', () => {
  const { log, errors } = fakeLog();
  report(new DuplexError('call.cancelled', 'Cancelled.'), log);
  expect(window.showErrorMessage).not.toHaveBeenCalled();
  expect(errors).toEqual([]);
});

test('the button that is pressed runs its remedy, and only that', async () => {
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

test('in Restricted Mode trust is offered', async () => {
  workspace.isTrusted = false;
  window.showErrorMessage.mockResolvedValueOnce('Manage Workspace Trust');
  report(new DuplexError('call.invalid', 'Not in Restricted Mode.'), fakeLog().log);
  await vi.waitFor(() => expect(commands.executeCommand).toHaveBeenCalledWith('workbench.trust.manage'));
});

test('for a fault of ours the log is offered', () => {
  report(new Error('x is undefined'), fakeLog().log);
  expect(window.showErrorMessage).toHaveBeenCalledWith('x is undefined', 'Show Log');
});
