import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { recordedHeaders, recordedOptions } from '../../../src/engine/recordedSession.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { manifest } from '../../support/recordings.ts';
import type { Session } from '../../../src/engine/session.ts';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import {
  connectAndReport,
  connectionEdited,
  openSession,
  prepareSession,
} from '../../../src/vscode/sessionLifecycle.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { window, workspace } from './support/fakeVscode.ts';
import { fakeLog } from './support/fakeLog.ts';
import { fakeSession } from './support/fakeSession.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const REFUSED = new DuplexError('handshake.status', 'The server answered 401: log in.');

function setUp({ visible = true, fails }: { visible?: boolean; fails?: DuplexError } = {}) {
  const connect = vi.fn(async () => {
    if (!fails) return;
    if (fails.code !== 'call.cancelled') Object.assign(session.summary, { error: fails });
    throw fails;
  });
  const session = Object.assign(fakeSession(), {
    options: { url: 'ws://localhost/echo' },
    connect,
    reconfigure(change: object) {
      session.options = { ...session.options, ...change };
    },
    disconnect: vi.fn(async () => undefined),
  }) as unknown as Session & { options: Session['options'] };
  const create = vi.fn(() => session);
  const panels = { show: vi.fn(), edit: vi.fn(), isVisible: () => visible };
  const recent = { add: vi.fn(async () => undefined) };
  const services = {
    engine: { create, sessions: [] },
    panels,
    recent,
    log: fakeLog().log,
  } as unknown as Services;
  return { services, session, create, panels, recent, connect };
}

beforeEach(() => {
  vi.clearAllMocks();
  workspace.isTrusted = true;
  workspace.settings = {};
});

describe('preparing a session', () => {
  test('shows the form of its options and connects to nothing', () => {
    const { services, session, panels, recent, connect } = setUp();
    expect(prepareSession(services, { options: { url: 'ws://localhost/echo' }, name: undefined })).toBe(
      session,
    );
    expect(panels.edit).toHaveBeenCalledWith(session);
    expect([connect.mock.calls, recent.add.mock.calls]).toEqual([[], []]);
  });

  test('needs trust', () => {
    workspace.isTrusted = false;
    const { services } = setUp();
    expect(() => prepareSession(services, { options: { url: 'ws://h/' }, name: undefined })).toThrow(
      /trust/i,
    );
  });
});

describe('an edited connection', () => {
  const edited = (name: string, others: readonly string[] = []) => {
    const { services, session, recent } = setUp();
    const rename = vi.fn((to: string) => void Object.assign(session.summary, { name: to }));
    Object.assign(session, { rename });
    Object.assign(session.summary, { name, url: 'wss://new.test/feed?x=1' });
    Object.assign(services.engine, {
      sessions: [session, ...others.map((each) => fakeSession({ name: each }))],
    });
    connectionEdited(services, session, 'ws://localhost:8080/echo');
    return { name: session.summary.name, recent };
  };

  test('is added to Recent, and its name follows its URL', () => {
    const { name, recent } = edited('localhost:8080/echo');
    expect(name).toBe('new.test/feed');
    expect(recent.add).toHaveBeenCalledWith('wss://new.test/feed?x=1', { url: 'ws://localhost/echo' });
    expect(edited('localhost:8080/echo (3)').name).toBe('new.test/feed');
    expect(edited('localhost:8080/echo', ['new.test/feed']).name).toBe('new.test/feed (2)');
  });

  test('keeps the name that the user gave', () => {
    expect(edited('Mine').name).toBe('Mine');
  });
});

describe('opening a session', () => {
  test('uses the settings for missing options, shows the panel, remembers the URL', async () => {
    const { services, session, create, panels, recent } = setUp();
    workspace.settings = { 'connection.handshakeTimeout': 3, 'connection.deflate': false };
    const options = { url: 'ws://localhost/echo', deflate: true };
    expect(await openSession(services, { options, name: 'Mine' })).toBe(session);
    expect(create).toHaveBeenCalledWith(
      expect.objectContaining({ url: 'ws://localhost/echo', handshakeTimeout: 3000, deflate: true }),
      { name: 'Mine', keep: true },
    );
    expect(panels.show).toHaveBeenCalledWith(session);
    expect(recent.add).toHaveBeenCalledWith('ws://localhost/echo', options);
  });

  test('shows and connects it also if the URL cannot be remembered', async () => {
    const { services, session, panels, recent, connect } = setUp();
    recent.add.mockRejectedValueOnce(new Error('the state is read-only'));
    await expect(
      openSession(services, { options: { url: 'ws://localhost' }, name: undefined }),
    ).resolves.toBe(session);
    expect(panels.show).toHaveBeenCalledWith(session);
    expect(connect).toHaveBeenCalledTimes(1);
  });

  test('makes no session in Restricted Mode, and explains how to continue', async () => {
    const { services, create } = setUp();
    workspace.isTrusted = false;
    const opening = openSession(services, { options: { url: 'ws://localhost' }, name: undefined });
    await expect(opening).rejects.toThrow(/Restricted Mode: trust this workspace/);
    expect(create).not.toHaveBeenCalled();
  });

  test('resolves with the session also if the handshake is refused', async () => {
    const { services, session } = setUp({ fails: REFUSED });
    await expect(
      openSession(services, { options: { url: 'ws://localhost' }, name: undefined }),
    ).resolves.toBe(session);
  });
});

test('a URL without its secret is asked for as a whole', async () => {
  const { services, session, connect } = setUp();
  Object.assign(session, { options: { url: `ws://localhost/?token=${MASK}` } });
  await connectAndReport(services, session);
  expect(connect).not.toHaveBeenCalled();
  window.showInputBox.mockResolvedValueOnce('ws://localhost/?token=abc');
  await connectAndReport(services, session);
  expect(session.options.url).toBe('ws://localhost/?token=abc');
  expect(connect).toHaveBeenCalledTimes(1);
  expect(window.showErrorMessage).not.toHaveBeenCalled();
});

describe('a session that continues a recording', () => {
  const withSecrets = connectOptions({
    url: 'ws://localhost/echo',
    headers: [
      ['Authorization', 'Bearer canary'],
      ['X-Api-Key', 'canary'],
      ['X-Trace', '1'],
    ],
  });
  const recorded = manifest({ name: '[a](command:b)', requestHeaders: recordedHeaders(withSecrets) });

  async function reopened(options: object) {
    const folder = join(await temporaryFolder(), 'recording');
    Appender.create(folder, recorded).close();
    const { services, session, connect } = setUp();
    Object.assign(session, { folder, options });
    Object.assign(session.summary, { name: recorded.name, state: 'closed' });
    return { services, session, connect };
  }

  test('asks for each secret that was not recorded, masked, before it connects', async () => {
    const { services, session, connect } = await reopened(connectOptions(recordedOptions(recorded)));
    window.showInputBox.mockResolvedValueOnce('Bearer again').mockResolvedValueOnce('');
    await connectAndReport(services, session);
    const asked = window.showInputBox.mock.calls as unknown as [{ title: string; password: boolean }][];
    expect(asked.map(([{ title, password }]) => [title, password])).toEqual([
      ['Authorization for [a] (command:b)', true],
      ['X-Api-Key for [a] (command:b)', true],
    ]);
    expect(session.options.headers).toEqual([
      ['X-Trace', '1'],
      ['Authorization', 'Bearer again'],
    ]);
    expect(connect).toHaveBeenCalledTimes(1);
  });

  test('does not connect without them if the user gives up', async () => {
    const { services, session, connect } = await reopened(connectOptions(recordedOptions(recorded)));
    await connectAndReport(services, session);
    expect(connect).not.toHaveBeenCalled();
    expect(window.showErrorMessage).not.toHaveBeenCalled();
  });

  test('asks nothing if it has all secrets', async () => {
    const { services, session, connect } = await reopened(withSecrets);
    await connectAndReport(services, session);
    expect(window.showInputBox).not.toHaveBeenCalled();
    expect(connect).toHaveBeenCalledTimes(1);
  });

  test('connects also if its recording cannot be read', async () => {
    const { services, session, connect } = await reopened(withSecrets);
    Object.assign(session, { folder: '/nowhere' });
    await connectAndReport(services, session);
    expect(connect).toHaveBeenCalledTimes(1);
  });
});

describe('a failure to connect', () => {
  test('is shown once, in a visible panel', async () => {
    const { services, session } = setUp({ fails: REFUSED, visible: true });
    await connectAndReport(services, session);
    expect(window.showErrorMessage).not.toHaveBeenCalled();
  });

  test('is a notification with Show and Retry if no panel shows it', async () => {
    const { services, session, panels } = setUp({ fails: REFUSED, visible: false });
    window.showErrorMessage.mockResolvedValueOnce('Show Session');
    await connectAndReport(services, session);
    expect(window.showErrorMessage).toHaveBeenCalledWith(REFUSED.message, 'Show Session', 'Retry');
    await vi.waitFor(() => expect(panels.show).toHaveBeenCalledWith(session));
  });

  test('is tried again by Retry', async () => {
    const { services, session, connect } = setUp({ fails: REFUSED, visible: false });
    window.showErrorMessage.mockResolvedValueOnce('Retry');
    await connectAndReport(services, session);
    await vi.waitFor(() => expect(connect).toHaveBeenCalledTimes(2));
  });

  test('is not shown after a cancel', async () => {
    const cancelled = new DuplexError('call.cancelled', 'Cancelled.');
    const { services, session } = setUp({ fails: cancelled, visible: false });
    await connectAndReport(services, session);
    expect(window.showErrorMessage).not.toHaveBeenCalled();
  });
});
