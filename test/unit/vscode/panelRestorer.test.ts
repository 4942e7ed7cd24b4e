import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WebviewPanel } from 'vscode';
import type { Engine } from '../../../src/engine/engine.ts';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import { createPanelRestorer, storedUrl, storedRecording } from '../../../src/vscode/panel/panelRestorer.ts';
import type { SessionPanels } from '../../../src/vscode/panel/sessionPanels.ts';
import { fakeLog } from './support/fakeLog.ts';
import { fakeSession } from './support/fakeSession.ts';
import { workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const DENIED = new DuplexError('disk.denied', 'It is being recorded by another window.');

function setUp() {
  const session = fakeSession();
  const connect = vi.fn();
  const reopen = vi.fn(async (_folder: string) => Object.assign(session, { connect }));
  const adopt = vi.fn();
  const { log, errors } = fakeLog();
  const panel = { title: 'echo', webview: { html: '', options: {} } } as unknown as WebviewPanel;
  const restorer = createPanelRestorer({
    engine: { reopen } as unknown as Engine,
    panels: { adopt } as unknown as SessionPanels,
    log,
    recordingsFolder: '/recordings',
  });
  const restore = async (state: unknown): Promise<void> => restorer.deserializeWebviewPanel(panel, state);
  return { session, connect, reopen, adopt, errors, panel, restore };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  workspace.isTrusted = true;
});

test('a panel comes back over its recording, without connecting', async () => {
  const { session, connect, reopen, adopt, panel, restore } = setUp();
  await restore({ session: '20260101T000000-abcd1234', follow: true });
  expect(reopen).toHaveBeenCalledWith(join('/recordings', '20260101T000000-abcd1234'));
  expect(adopt).toHaveBeenCalledWith(panel, session);
  expect(connect).not.toHaveBeenCalled();
});

test('in Restricted Mode no file is read, and the page says why', async () => {
  workspace.isTrusted = false;
  const { reopen, panel, restore } = setUp();
  await restore({ session: 'one-1' });
  expect(reopen).not.toHaveBeenCalled();
  expect(panel.webview.html).toContain('Restricted Mode');
});

test('a recording that the last window still writes is waited for', async () => {
  const { session, reopen, adopt, panel, restore } = setUp();
  reopen.mockRejectedValueOnce(DENIED);
  await restore({ session: 'one-1' });
  expect(reopen).toHaveBeenCalledTimes(2);
  expect(adopt).toHaveBeenCalledWith(panel, session);
});

test('a recording that another window keeps open is not opened, with the reason', async () => {
  const { reopen, adopt, panel, restore } = setUp();
  reopen.mockImplementation(async () => {
    vi.setSystemTime(Date.now() + 3_000);
    throw DENIED;
  });
  await restore({ session: 'one-1' });
  expect(adopt).not.toHaveBeenCalled();
  expect(panel.webview.html).toContain('being recorded by another window');
});

test('a missing recording is reported in a page that runs no script', async () => {
  const { reopen, panel, restore } = setUp();
  reopen.mockRejectedValue(new DuplexError('file.invalid', 'There is no recording there.'));
  await restore({ session: 'one-1' });
  expect(reopen).toHaveBeenCalledTimes(1);
  expect(panel.webview.html).toContain('Its folder is gone: ');
  expect(panel.webview.html).toContain('one-1');
  expect(panel.webview.options.enableScripts).toBe(false);
});

test.each([
  undefined,
  null,
  'one-1',
  {},
  { session: 1 },
  { session: '' },
  { session: '.' },
  { session: '..' },
  { session: '../other/one-1' },
  { session: 'a\0b' },
])('a state of %j names no recording', async (state) => {
  const { reopen, panel, restore } = setUp();
  expect(storedRecording(state)).toBeUndefined();
  await restore(state);
  expect(reopen).not.toHaveBeenCalled();
  expect(panel.webview.html).toContain('no longer known');
});

test('the page of a deleted recording says so, and offers to connect again and to close', async () => {
  const { reopen, panel, restore } = setUp();
  reopen.mockRejectedValue(new DuplexError('file.invalid', 'It is not a recording.'));
  await restore({ session: 'one-1' });
  expect(panel.webview.html).toContain('This recording was deleted');
  expect(panel.webview.html).toContain('command:duplex.connect');
  expect(panel.webview.html).toContain('command:workbench.action.closeActiveEditor');
});

test('a recording that was deleted connects again to the URL that its panel showed', async () => {
  const { reopen, panel, restore } = setUp();
  reopen.mockRejectedValue(new DuplexError('file.invalid', 'It is not a recording.'));
  const url = `wss://host.test/a"b?token=${MASK}`;
  await restore({ session: 'one-1', url });
  const [, link] = /href="(command:duplex\.connectRecent[^"]*)"/.exec(panel.webview.html) ?? [];
  expect(JSON.parse(decodeURIComponent(link!.split('?')[1]!))).toEqual([url]);
  expect(panel.webview.options.enableCommandUris).toContain('duplex.connectRecent');
});

test('a state names no URL unless it can be connected to', () => {
  const long = `ws://host/${'x'.repeat(9_000)}`;
  for (const state of [undefined, null, {}, { url: 7 }, { url: 'http://host/' }, { url: long }])
    expect(storedUrl(state)).toBeUndefined();
});
