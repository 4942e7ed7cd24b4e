import { expect, test, vi } from 'vitest';
import type { Session } from '../../../src/engine/session.ts';
import { sessionCommands } from '../../../src/vscode/commands/sessionCommands.ts';
import { disconnectSession } from '../../../src/vscode/sessionLifecycle.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { SESSION_STATES } from '../../../src/shared/session.ts';
import type { SessionState } from '../../../src/shared/session.ts';
import { fakeLog } from './support/fakeLog.ts';
import { fakeSession } from './support/fakeSession.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

function setUp(state: SessionState) {
  const done: string[] = [];
  const session = Object.assign(fakeSession({ state }), {
    disconnect: async () => void done.push('disconnect'),
    terminate: () => void done.push('terminate'),
  }) as unknown as Session;
  const engine = { sessions: [session], find: () => session };
  const services = { engine, panels: {}, log: fakeLog().log } as unknown as Services;
  return { session, done, run: sessionCommands(services) };
}

test('the first call sends a close frame', async () => {
  for (const state of SESSION_STATES.filter((each) => each !== 'closing')) {
    const { session, done } = setUp(state);
    await disconnectSession(session);
    expect(done, state).toEqual(['disconnect']);
  }
});

test('a second call while it closes ends it at once, and waits for the end', async () => {
  const { session, done } = setUp('closing');
  await disconnectSession(session);
  expect(done).toEqual(['terminate', 'disconnect']);
});

test('the command Disconnect does so too', async () => {
  const { session, done, run } = setUp('closing');
  await run['duplex.disconnect']!(session.id);
  expect(done).toEqual(['terminate', 'disconnect']);
});

test('Disconnect All gives a session that is closing its time', async () => {
  const { done, run } = setUp('closing');
  await run['duplex.disconnectAll']!();
  expect(done).toEqual(['disconnect']);
});

test('Force Close waits for no close handshake', async () => {
  const { session, done, run } = setUp('open');
  await run['duplex.forceClose']!(session.id);
  expect(done).toEqual(['terminate', 'disconnect']);
});
