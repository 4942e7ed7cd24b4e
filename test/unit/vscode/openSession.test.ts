import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Session } from '../../../src/engine/session.ts';
import { MASK } from '../../../src/core/session/redact.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import { connectAndReport, openSession } from '../../../src/vscode/openSession.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { window, workspace } from './support/fakeVscode.ts';
import { fakeLog } from './support/fakeLog.ts';
import { fakeSession } from './support/fakeSession.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const REFUSED = new DuplexError('handshake.status', 'The server answered 401: log in.');

function setUp({ visible = true, fails }: { visible?: boolean; fails?: DuplexError } = {}) {
  const connect = vi.fn(async () => {
    if (fails) throw fails;
  });
  const session = Object.assign(fakeSession(), {
    options: { url: 'ws://localhost/echo' },
    connect,
    disconnect: vi.fn(async () => undefined),
  }) as unknown as Session;
  const create = vi.fn(() => session);
  const panels = { show: vi.fn(), isVisible: () => visible };
  const recent = { add: vi.fn(async () => undefined) };
  const services = { engine: { create }, panels, recent, log: fakeLog().log } as unknown as Services;
  return { services, session, create, panels, recent, connect };
}

beforeEach(() => {
  vi.clearAllMocks();
  workspace.isTrusted = true;
  workspace.settings = {};
});

describe('opening a session', () => {
  test('takes the settings for what was not given, shows the panel, remembers the URL', async () => {
    const { services, session, create, panels, recent } = setUp();
    workspace.settings = { 'connection.handshakeTimeout': 3, 'connection.deflate': false };
    const options = { url: 'ws://localhost/echo', deflate: true };
    expect(await openSession(services, { options, name: 'Mine' })).toBe(session);
    expect(create).toHaveBeenCalledWith(
      expect.objectContaining({ url: 'ws://localhost/echo', handshakeTimeout: 3000, deflate: true }),
      { name: 'Mine', keep: true },
    );
    expect(panels.show).toHaveBeenCalledWith(session);
    expect(recent.add).toHaveBeenCalledWith('ws://localhost/echo');
  });

  test('in Restricted Mode makes none and says how to go on', async () => {
    const { services, create } = setUp();
    workspace.isTrusted = false;
    const opening = openSession(services, { options: { url: 'ws://localhost' }, name: undefined });
    await expect(opening).rejects.toThrow(/Restricted Mode: trust this workspace/);
    expect(create).not.toHaveBeenCalled();
  });

  test('resolves with the session also where the handshake is refused', async () => {
    const { services, session } = setUp({ fails: REFUSED });
    await expect(
      openSession(services, { options: { url: 'ws://localhost' }, name: undefined }),
    ).resolves.toBe(session);
  });
});

test('a session whose URL lost its secret does not connect with the mask in its place', async () => {
  const { services, session, connect } = setUp({ visible: false });
  (session.options as { url: string }).url = `ws://localhost/?token=${MASK}`;
  await connectAndReport(services, session);
  expect(connect).not.toHaveBeenCalled();
  expect(window.showErrorMessage).toHaveBeenCalledWith(
    expect.stringContaining('connect anew'),
    'Show Session',
    'Retry',
  );
});

describe('a failure to connect', () => {
  test('is not told twice: a visible panel shows it', async () => {
    const { services, session } = setUp({ fails: REFUSED, visible: true });
    await connectAndReport(services, session);
    expect(window.showErrorMessage).not.toHaveBeenCalled();
  });

  test('is a notification where no panel shows it, with Show and Retry', async () => {
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

  test('that is a cancellation is silent', async () => {
    const cancelled = new DuplexError('call.cancelled', 'Cancelled.');
    const { services, session } = setUp({ fails: cancelled, visible: false });
    await connectAndReport(services, session);
    expect(window.showErrorMessage).not.toHaveBeenCalled();
  });
});
