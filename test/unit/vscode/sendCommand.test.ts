import { expect, test, vi } from 'vitest';
import { sessionCommands } from '../../../src/vscode/commands/sessionCommands.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { fakeLog } from './support/fakeLog.ts';
import { fakeSession } from './support/fakeSession.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

function setUp() {
  const send = vi.fn(async () => undefined);
  const session = Object.assign(fakeSession({ state: 'open' }), { send });
  const engine = { sessions: [session], find: () => session };
  const run = sessionCommands({ engine, panels: {}, log: fakeLog().log } as unknown as Services);
  return { send, command: (text: string) => run['duplex.send']!(session.id, text) };
}

test('Send sends the text as UTF-8', async () => {
  const { send, command } = setUp();
  await command('é');
  expect(send).toHaveBeenCalledExactlyOnceWith({ kind: 'text', data: Uint8Array.of(0xc3, 0xa9) });
});

test('Send refuses half a character instead of replacing it', async () => {
  const { send, command } = setUp();
  await expect(command('a\ud83d')).rejects.toMatchObject({
    code: 'call.invalid',
    message: expect.stringContaining('at column 2 cannot be sent as UTF-8') as string,
  });
  expect(send).not.toHaveBeenCalled();
});
