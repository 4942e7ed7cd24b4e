import { beforeEach, expect, test, vi } from 'vitest';
import { runMenuCommand } from '../../../src/vscode/panel/connectionPorts.ts';
import { fakeSession } from './support/fakeSession.ts';
import { commands, window } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

beforeEach(() => vi.clearAllMocks());

test('the menu runs the commands of the keybindings for its own session', async () => {
  const session = fakeSession();
  await runMenuCommand(session, 'closeWithCode');
  await runMenuCommand(session, 'duplicate');
  expect(commands.executeCommand.mock.calls).toEqual([
    ['duplex.closeWithCode', session.id],
    ['duplex.duplicateSession', session.id],
  ]);
});

test('a ping asks for its payload, which may be empty, and is not sent after a cancel', async () => {
  const session = fakeSession();
  await runMenuCommand(session, 'ping');
  expect(commands.executeCommand).not.toHaveBeenCalled();
  window.showInputBox.mockResolvedValueOnce('');
  await runMenuCommand(session, 'ping');
  window.showInputBox.mockResolvedValueOnce('beat');
  await runMenuCommand(session, 'ping');
  expect(commands.executeCommand.mock.calls).toEqual([
    ['duplex.sendPing', session.id, ''],
    ['duplex.sendPing', session.id, 'beat'],
  ]);
});

test('a ping with too many bytes is refused during typing', async () => {
  await runMenuCommand(fakeSession(), 'ping');
  const calls = window.showInputBox.mock.calls as unknown as [
    { readonly validateInput: (typed: string) => string | undefined },
  ][];
  const { validateInput } = calls[0]![0];
  expect(validateInput('x'.repeat(125))).toBeUndefined();
  expect(validateInput('é'.repeat(63))).toBe('A ping carries 125 bytes at most: this has 126.');
});
