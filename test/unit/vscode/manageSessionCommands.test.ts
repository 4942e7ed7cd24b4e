import { beforeEach, describe, expect, test, vi } from 'vitest';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { manageSessionCommands } from '../../../src/vscode/commands/manageSessionCommands.ts';
import { newRequestFile } from '../../../src/vscode/commands/fileCommands.ts';
import { openSession, prepareSession, uniqueName } from '../../../src/vscode/sessionLifecycle.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { fakeSession } from './support/fakeSession.ts';
import { commands, window, workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));
vi.mock('../../../src/vscode/sessionLifecycle.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  openSession: vi.fn(async () => ({ id: 'new' })),
  prepareSession: vi.fn(() => ({ id: 'prepared' })),
}));

function setUp(given: Parameters<typeof fakeSession>[0] = {}, isTest = false) {
  const options = { url: 'ws://user:secret@localhost/echo', subprotocols: ['a'] };
  const [rename, clear] = [vi.fn(), vi.fn()];
  const session = Object.assign(fakeSession(given), { options, rename, clear });
  const remove = vi.fn(async () => undefined);
  const close = vi.fn();
  const services = {
    engine: {
      sessions: [session],
      find: (id: string) => (id === session.id ? session : undefined),
      delete: remove,
    },
    panels: { active: undefined, close, copyWritten: vi.fn() },
    isTest,
  } as unknown as Services;
  return { session, options, rename, clear, remove, close, services, run: manageSessionCommands(services) };
}

beforeEach(() => {
  vi.clearAllMocks();
  workspace.isTrusted = true;
});

describe('renaming', () => {
  test('uses the given or typed name, without blanks at its ends', async () => {
    const { run, session, rename } = setUp();
    await run['duplex.renameSession']!(session.id, ' Mine ');
    expect(rename).toHaveBeenLastCalledWith('Mine');
    window.showInputBox.mockResolvedValueOnce('Typed');
    await run['duplex.renameSession']!(session);
    expect(rename).toHaveBeenLastCalledWith('Typed');
  });

  test('changes nothing if the user cancels or types nothing', async () => {
    const { run, session, rename } = setUp();
    await run['duplex.renameSession']!(session.id);
    await run['duplex.renameSession']!(session.id, '  ');
    expect(rename).not.toHaveBeenCalled();
  });
});

describe('duplicating', () => {
  test('opens a session with the same options and a new name', async () => {
    const { run, session, options } = setUp({ name: 'Echo', keep: false });
    expect(await run['duplex.duplicateSession']!(session.id)).toBe('new');
    expect(openSession).toHaveBeenCalledWith(expect.anything(), { options, name: 'Echo (2)', keep: false });
  });

  test('prepares a copy to be edited, without connecting', async () => {
    const { run, session, options } = setUp({ name: 'Echo' });
    expect(await run['duplex.duplicateAndEdit']!(session.id)).toBe('prepared');
    expect(prepareSession).toHaveBeenCalledWith(expect.anything(), { options, name: 'Echo (2)', keep: true });
    expect(openSession).not.toHaveBeenCalled();
  });

  test('a new connection is prepared in a panel', async () => {
    const { run } = setUp();
    expect(await run['duplex.newConnection']!('wss://host.test/x')).toBe('prepared');
    expect(prepareSession).toHaveBeenCalledWith(
      expect.anything(),
      expect.objectContaining({ options: { url: 'wss://host.test/x' } }),
    );
    await run['duplex.newConnection']!(undefined);
    expect(vi.mocked(prepareSession).mock.lastCall?.[1].options.url).toMatch(/^ws:\/\/localhost/);
  });

  test('continues the count of existing names', () => {
    expect(uniqueName('Echo', [])).toBe('Echo');
    expect(uniqueName('Echo', ['Echo'])).toBe('Echo (2)');
    expect(uniqueName('Echo', ['Echo', 'Echo (2)', 'Echo (3)'])).toBe('Echo (4)');
    expect(uniqueName('Echo (2)', ['Echo', 'Echo (2)'])).toBe('Echo (3)');
  });

  test('is refused in Restricted Mode, as connecting is', async () => {
    workspace.isTrusted = false;
    const { run, session } = setUp();
    await expect(run['duplex.duplicateSession']!(session.id)).rejects.toThrow(/Restricted Mode/);
    await expect(run['duplex.connectWithoutKeeping']!('ws://a')).rejects.toThrow(/Restricted Mode/);
    expect(openSession).not.toHaveBeenCalled();
  });
});

describe('deleting', () => {
  test('asks first, naming the session and the size', async () => {
    const { run, session, remove, close } = setUp({ name: 'Echo', state: 'closed', recordedBytes: 2048 });
    await run['duplex.deleteSession']!(session.id);
    expect(window.showWarningMessage).toHaveBeenCalledWith(
      expect.stringContaining('Echo'),
      { modal: true, detail: expect.stringMatching(/^2\.0 KiB on disk/) },
      'Delete',
    );
    expect(remove).not.toHaveBeenCalled();
    window.showWarningMessage.mockResolvedValueOnce('Delete');
    await run['duplex.deleteSession']!(session.id);
    expect(close).toHaveBeenCalledWith(session);
    expect(remove).toHaveBeenCalledWith(session);
  });

  test('says that a connected session is disconnected', async () => {
    const { run, session } = setUp({ state: 'open' });
    await run['duplex.deleteSession']!(session.id);
    const [, { detail }] = window.showWarningMessage.mock.calls[0] as unknown as [string, { detail: string }];
    expect(detail).toContain('disconnected');
  });

  test.each([undefined, [fakeSession()], { confirm: false }, { confirm: 0 }, 'confirm'])(
    'asks for every argument of the command: %j',
    async (how) => {
      const { run, session, remove } = setUp();
      await run['duplex.deleteSession']!(session, how);
      expect(window.showWarningMessage).toHaveBeenCalledTimes(1);
      expect(remove).not.toHaveBeenCalled();
    },
  );

  test('does not ask under test, where nobody can answer', async () => {
    const { run, session, remove } = setUp({}, true);
    await run['duplex.deleteSession']!(session);
    expect(remove).not.toHaveBeenCalled();
    await run['duplex.deleteSession']!(session, { confirm: false });
    expect(remove).toHaveBeenCalledTimes(1);
  });
});

test('clearing hides the rows of the given session', async () => {
  const { run, session, clear } = setUp();
  await run['duplex.clearSession']!(session.id);
  expect(clear).toHaveBeenCalledTimes(1);
});

test('connecting without keeping opens a temporary session', async () => {
  await setUp().run['duplex.connectWithoutKeeping']!({ url: 'ws://a', name: 'Mine' });
  expect(openSession).toHaveBeenCalledWith(expect.anything(), {
    options: { url: 'ws://a' },
    name: 'Mine',
    keep: false,
  });
});

test.each([undefined, 'ws://127.0.0.1:4711'])(
  'a new request file works against the demo server at %s',
  async (url) => {
    await newRequestFile({ demo: { url } } as unknown as Services);
    const [{ language, content }] = workspace.openTextDocument.mock.calls[0] as [
      { language: string; content: string },
    ];
    expect(language).toBe('websocket-request');
    const { requests, diagnostics } = analyzeRequestFile(content, 'ws');
    expect(diagnostics).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(requests[0]!.steps[0]!.payload).toBeDefined();
    expect(content).toContain(url ? '@host = localhost:4711' : '@host = localhost:8080');
  },
);

describe('several sessions', () => {
  function several() {
    const sessions = [
      fakeSession({ state: 'open' }),
      fakeSession({ state: 'closed' }),
      fakeSession({ state: 'failed' }),
    ];
    const panels = { active: sessions[0], show: vi.fn(), close: vi.fn() };
    const engine = { sessions, remove: vi.fn(async () => undefined) };
    const services = { engine, panels, extensionId: 'duplex.duplex' } as unknown as Services;
    return { sessions, panels, engine, run: manageSessionCommands(services) };
  }

  test('Next and Previous wrap around at the ends of the list', async () => {
    const { sessions, panels, run } = several();
    await run['duplex.nextSession']!();
    await run['duplex.previousSession']!();
    expect(panels.show.mock.calls).toEqual([[sessions[1]], [sessions[2]]]);
  });

  test('Close All Closed keeps connected sessions', async () => {
    const { sessions, panels, engine, run } = several();
    await run['duplex.closeAllClosed']!();
    expect(engine.remove.mock.calls).toEqual([[sessions[1]], [sessions[2]]]);
    expect(panels.close).toHaveBeenCalledTimes(2);
  });

  test('Keyboard Shortcuts shows those of the extension', async () => {
    await several().run['duplex.keyboardShortcuts']!();
    expect(commands.executeCommand).toHaveBeenLastCalledWith(
      'workbench.action.openGlobalKeybindings',
      '@ext:duplex.duplex',
    );
  });
});
