import { beforeEach, expect, test, vi } from 'vitest';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import { pickUrl } from '../../../src/vscode/commands/pickUrl.ts';
import { recentUrls } from '../../../src/vscode/recentUrls.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { recentCommands, RecentTree } from '../../../src/vscode/sidebar/recentView.ts';
import { commands, workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));
vi.mock('../../../src/vscode/commands/pickUrl.ts', () => ({ pickUrl: vi.fn() }));

let stored: unknown;
const kept = new Map<string, string>();
const recent = recentUrls(
  {
    get: () => stored,
    update: async (_key, value) => {
      stored = value;
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
  stored = ['ws://b', 'ws://a'];
});

test('the view lists the URLs, newest first, and is drawn anew when they change', async () => {
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

test('in Restricted Mode the view says so instead, and connects nowhere', async () => {
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
  expect(pickUrl).toHaveBeenCalledWith(expect.anything(), { typed: masked });
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

test('what is not a URL is refused', async () => {
  await expect(run['duplex.connectRecent']!({})).rejects.toMatchObject({ code: 'call.invalid' });
});
