import { beforeEach, expect, test, vi } from 'vitest';
import { pickAnySession } from '../../../src/vscode/commands/pickSession.ts';
import { manageSessionCommands } from '../../../src/vscode/commands/manageSessionCommands.ts';
import { runMenuCommand } from '../../../src/vscode/panel/connectionPorts.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { requestItem, type Node } from '../../../src/vscode/sidebar/requestItem.ts';
import { sessionItem } from '../../../src/vscode/sidebar/sessionsTree.ts';
import { fakeSession } from './support/fakeSession.ts';
import { Uri, window } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const HOSTILE = 'ws://h/[Click](command:workbench.action.quit)$(zap)\u202e';

/** Links and icons, and what hides. */
const LIVE = /\]\((?:command|https?|file):|\$\([a-z]|\u202e/;

const session = fakeSession({ name: HOSTILE, url: HOSTILE });
const services = {
  engine: { sessions: [session, fakeSession({ name: `${HOSTILE} 2` })], find: () => session },
  panels: { active: undefined },
} as unknown as Services;

beforeEach(() => vi.clearAllMocks());

const shownBy = (mock: { mock: { calls: unknown[] } }): string => {
  expect(mock.mock.calls.length).toBeGreaterThan(0);
  return JSON.stringify(mock.mock.calls);
};

test('Rename shows the URL as text', async () => {
  await manageSessionCommands(services)['duplex.renameSession']!(session.id);
  const [{ value, ...shown }] = window.showInputBox.mock.calls[0] as unknown as [{ value: string }];
  expect(JSON.stringify(shown)).not.toMatch(LIVE);
  // The user edits the name itself, so it is not made inert.
  expect(value).toBe(HOSTILE);
});

test('Ping shows the name of the session as text', async () => {
  await runMenuCommand(session, 'ping');
  expect(shownBy(window.showInputBox)).not.toMatch(LIVE);
});

test('the question which session is meant shows names and URLs as text', async () => {
  await pickAnySession(services, undefined);
  const [items] = window.showQuickPick.mock.calls[0] as unknown as [{ label: string; detail: string }[]];
  for (const { label, detail } of items) expect(label + detail).not.toMatch(LIVE);
});

test('Delete asks in plain text', async () => {
  await manageSessionCommands(services)['duplex.deleteSession']!(session.id);
  expect(shownBy(window.showWarningMessage)).not.toMatch(LIVE);
});

test('rows of the views are plain text', () => {
  const item = sessionItem(session.summary);
  const request = { which: 0, name: HOSTILE, url: HOSTILE, error: HOSTILE };
  const row = requestItem({ kind: 'request', uri: Uri.file('/a.ws'), request } as unknown as Node, false);
  const message = requestItem(
    { kind: 'message', uri: Uri.file('/a.ws'), text: HOSTILE } as unknown as Node,
    false,
  );
  for (const each of [item, row, message]) {
    const { label, description, tooltip } = each as {
      label: unknown;
      description?: unknown;
      tooltip?: unknown;
    };
    expect(JSON.stringify([label, description, tooltip])).not.toMatch(LIVE);
  }
});
