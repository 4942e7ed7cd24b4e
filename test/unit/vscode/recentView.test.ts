import { beforeEach, expect, test, vi } from 'vitest';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import { pickUrl } from '../../../src/vscode/commands/pickUrl.ts';
import { createRecentUrls } from '../../../src/vscode/recentUrls.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { recentCommands, RecentTree } from '../../../src/vscode/sidebar/recentView.ts';
import { commands, window, workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));
vi.mock('../../../src/vscode/commands/pickUrl.ts', async (original) => ({
  ...(await original<object>()),
  pickUrl: vi.fn(),
}));

let stored: Record<string, unknown>;
const kept = new Map<string, string>();
const recent = createRecentUrls(
  {
    get: (key) => stored[key],
    update: async (key, value) => {
      stored[key] = value;
    },
  },
  {
    get: async (key) => kept.get(key),
    store: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
  },
);
const run = recentCommands({ recent } as unknown as Services);

beforeEach(() => {
  vi.clearAllMocks();
  workspace.isTrusted = true;
  stored = { recentUrls: ['ws://b', 'ws://a'] };
  kept.clear();
});

test('the view lists the URLs, newest first, and is redrawn when they change', async () => {
  const tree = new RecentTree(recent);
  let redrawn = 0;
  tree.onDidChangeTreeData(() => redrawn++);
  expect(tree.getChildren()).toEqual(['ws://b', 'ws://a']);
  await run['duplex.removeRecent']!('ws://b');
  expect(tree.getChildren()).toEqual(['ws://a']);
  await run['duplex.clearRecent']!();
  expect(tree.getChildren()).toEqual([]);
  expect(redrawn).toBe(2);
  tree.dispose();
});

test('the view says so in Restricted Mode, and does not connect', async () => {
  workspace.isTrusted = false;
  expect(new RecentTree(recent).getChildren()).toEqual([]);
  await expect(run['duplex.connectRecent']!('ws://a')).rejects.toThrow(/Restricted Mode/);
});

test('a click connects', async () => {
  const { command } = new RecentTree(recent).getTreeItem('ws://a');
  expect(command).toMatchObject({ command: 'duplex.connectRecent', arguments: ['ws://a'] });
  await run['duplex.connectRecent']!('ws://a');
  expect(commands.executeCommand).toHaveBeenCalledWith('duplex.connect', 'ws://a');
});

test('a secret that was not kept is asked for first', async () => {
  const masked = `ws://a?token=${MASK}`;
  await run['duplex.connectRecent']!(masked);
  expect(pickUrl).toHaveBeenCalledWith(expect.anything(), { typed: masked, recent: masked });
  expect(commands.executeCommand).not.toHaveBeenCalled();
  vi.mocked(pickUrl).mockResolvedValueOnce('ws://a?token=abc');
  await run['duplex.connectRecent']!(masked);
  expect(commands.executeCommand).toHaveBeenCalledWith('duplex.connect', 'ws://a?token=abc');
});

test('a click connects with the options that are kept', async () => {
  const options = { url: 'ws://a?token=abc', insecure: true };
  await recent.add(options.url, options);
  await run['duplex.connectRecent']!(`ws://a?token=${MASK}`);
  expect(pickUrl).not.toHaveBeenCalled();
  expect(commands.executeCommand).toHaveBeenCalledWith('duplex.connect', options);
});

test('an argument that is not a URL is refused', async () => {
  await expect(run['duplex.connectRecent']!({})).rejects.toMatchObject({ code: 'call.invalid' });
});

test('a missing secret header is asked for, and without an answer nothing connects', async () => {
  const headers = [['Authorization', 'Bearer s3cret']] as const;
  await recent.add('ws://a', { url: 'ws://a', headers, insecure: true });
  kept.clear();
  window.showInputBox.mockResolvedValueOnce(undefined);
  await expect(run['duplex.connectRecent']!('ws://a')).rejects.toMatchObject({ code: 'call.cancelled' });
  expect(commands.executeCommand).not.toHaveBeenCalled();
  window.showInputBox.mockResolvedValueOnce('Bearer again');
  await run['duplex.connectRecent']!('ws://a');
  const [[asked]] = window.showInputBox.mock.calls.slice(-1) as unknown as [
    [{ title: string; password: boolean }],
  ];
  expect(asked).toMatchObject({ title: 'Authorization for ws://a', password: true });
  expect(commands.executeCommand).toHaveBeenCalledWith('duplex.connect', {
    url: 'ws://a',
    insecure: true,
    headers: [['Authorization', 'Bearer again']],
    subprotocols: [],
  });
});

test('a header that is left empty is left out', async () => {
  await recent.add('ws://a', { url: 'ws://a', headers: [['Cookie', 'sid=1']] });
  kept.clear();
  window.showInputBox.mockResolvedValueOnce('');
  await run['duplex.connectRecent']!('ws://a');
  expect(commands.executeCommand).toHaveBeenCalledWith('duplex.connect', {
    url: 'ws://a',
    headers: [],
    subprotocols: [],
  });
});

test('the other options are restored without the secret storage, and the secret ones are asked for', async () => {
  const options = {
    url: 'wss://a',
    headers: [
      ['X-Trace', '1'],
      ['Cookie', 'sid=1'],
    ],
    subprotocols: ['v1.json'],
    insecure: true,
    heartbeat: 30_000,
    proxy: 'http://me:hunter2@proxy.test:3128',
    pfx: '/client.p12',
    passphrase: 'open sesame',
  } as const;
  await recent.add('wss://a', options);
  expect(JSON.stringify(stored)).not.toMatch(/sid=1|hunter2|sesame/);
  kept.clear();
  for (const typed of ['sid=2', 'http://me:again@proxy.test:3128', 'sesame'])
    window.showInputBox.mockResolvedValueOnce(typed);
  await run['duplex.connectRecent']!('wss://a');
  const boxes = window.showInputBox.mock.calls as unknown as [
    { title: string; value: string; password: boolean; validateInput(typed: string): string | undefined },
  ][];
  const [, [proxy], [phrase]] = boxes.slice(-3) as [unknown, (typeof boxes)[0], (typeof boxes)[0]];
  expect(proxy).toMatchObject({ value: `http://${MASK}@proxy.test:3128`, password: false });
  expect(proxy.validateInput(proxy.value)).toMatch(/Replace •••• with the secret/);
  expect(proxy.validateInput('http://me:again@proxy.test:3128')).toBeUndefined();
  expect(phrase).toMatchObject({ title: 'Passphrase of the Client Certificate', password: true });
  expect(commands.executeCommand).toHaveBeenCalledWith('duplex.connect', {
    ...options,
    headers: [
      ['X-Trace', '1'],
      ['Cookie', 'sid=2'],
    ],
    proxy: 'http://me:again@proxy.test:3128',
    passphrase: 'sesame',
  });
});

test('nothing connects without the credentials of the proxy', async () => {
  await recent.add('ws://a', { url: 'ws://a', proxy: 'http://me:hunter2@proxy.test:3128' });
  kept.clear();
  window.showInputBox.mockResolvedValueOnce(undefined);
  await expect(run['duplex.connectRecent']!('ws://a')).rejects.toMatchObject({ code: 'call.cancelled' });
  expect(commands.executeCommand).not.toHaveBeenCalled();
});
