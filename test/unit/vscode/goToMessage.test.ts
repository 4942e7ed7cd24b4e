import { expect, test, vi } from 'vitest';
import { sessionCommands } from '../../../src/vscode/commands/sessionCommands.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { fakeLog } from './support/fakeLog.ts';
import { fakeSession } from './support/fakeSession.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

function setUp() {
  const session = fakeSession({ state: 'closed' });
  const engine = { sessions: [session], find: () => session };
  const panels = { active: session, goTo: vi.fn(), showRow: vi.fn() };
  const commands = sessionCommands({ engine, panels, log: fakeLog().log } as unknown as Services);
  return { session, panels, run: commands['duplex.goToMessage']! };
}

test('Go to Message asks in the active panel', async () => {
  const { session, panels, run } = setUp();
  await run();
  expect(panels.goTo).toHaveBeenCalledExactlyOnceWith(session, '');
  expect(panels.showRow).not.toHaveBeenCalled();
});

test('Go to Message starts with the given text', async () => {
  const { session, panels, run } = setUp();
  await run(session.id, '+3.2s');
  expect(panels.goTo).toHaveBeenCalledExactlyOnceWith(session, '+3.2s');
});

test('Go to Message shows the given row, and refuses an invalid one', async () => {
  const { session, panels, run } = setUp();
  await run(session.id, 7);
  expect(panels.showRow).toHaveBeenCalledExactlyOnceWith(session, 7);
  await expect(run(session.id, -1)).rejects.toMatchObject({ code: 'call.invalid' });
});
