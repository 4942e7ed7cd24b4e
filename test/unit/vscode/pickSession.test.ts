import { beforeEach, expect, test, vi } from 'vitest';
import type { Session } from '../../../src/engine/session.ts';
import { pickSession } from '../../../src/vscode/commands/pickSession.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { window } from './support/fakeVscode.ts';
import { fakeSession } from './support/fakeSession.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const open = fakeSession({ state: 'open', name: 'open one' });
const closed = fakeSession({ state: 'closed' });
const WANTED = { offer: (session: Session) => session.summary.state === 'open', none: 'Connect first.' };

function services(sessions: readonly Session[], active?: Session): Services {
  const engine = { sessions, find: (id: string) => sessions.find((session) => session.id === id) };
  return { engine, panels: { active } } as unknown as Services;
}

beforeEach(() => {
  window.showQuickPick.mockReset();
});

test('a session given by its id or by the tree is used, also if another panel is active', async () => {
  const all = services([open, closed], closed);
  expect(await pickSession(all, open.id, WANTED)).toBe(open);
  expect(await pickSession(all, open, WANTED)).toBe(open);
});

test('an id of no session is an error, not a guess', async () => {
  await expect(pickSession(services([open], open), 'gone', WANTED)).rejects.toThrow(/no session gone/);
});

test.each([undefined, { groupId: 0 }, null])('%j means the session of the active panel', async (argument) => {
  expect(await pickSession(services([open, closed], closed), argument, WANTED)).toBe(closed);
});

test('the only session is used without a question if no panel is active', async () => {
  expect(await pickSession(services([closed, open]), undefined, WANTED)).toBe(open);
  expect(window.showQuickPick).not.toHaveBeenCalled();
});

test('the user picks one of several sessions', async () => {
  const other = fakeSession({ state: 'open', name: 'other' });
  window.showQuickPick.mockImplementation((async (items: { label: string }[]) =>
    items.find((item) => item.label === 'other')) as never);
  expect(await pickSession(services([open, closed, other]), undefined, WANTED)).toBe(other);
  const [offered] = window.showQuickPick.mock.calls[0] as unknown as [{ label: string }[]];
  expect(offered.map((item) => item.label)).toEqual(['open one', 'other']);
});

test('picking none is not an error', async () => {
  const other = fakeSession({ state: 'open' });
  expect(await pickSession(services([open, other]), undefined, WANTED)).toBeUndefined();
});

test('an error says that there is no session', async () => {
  await expect(pickSession(services([closed]), undefined, WANTED)).rejects.toThrow('Connect first.');
});
