import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Session } from '../../../src/engine/session.ts';
import type { RefusedClient } from '../../../src/shared/refusedClient.ts';
import type { RunningServer, Servers } from '../../../src/vscode/servers/servers.ts';
import { ServersTree } from '../../../src/vscode/sidebar/serversTree.ts';
import { summary } from './support/fakeSession.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const fakeClient = (state: 'open' | 'closed'): Session =>
  ({ state, summary: summary({ state }) }) as unknown as Session;

const open = fakeClient('open');
const refused: RefusedClient = {
  at: 0,
  address: '127.0.0.1:50000',
  target: '/[x](command:evil)',
  status: 404,
  reason: 'nothing is served there.',
};
const silent: RefusedClient = {
  at: 0,
  address: undefined,
  target: undefined,
  status: undefined,
  reason: 'No TLS.',
};
const server: RunningServer = {
  kind: 'server',
  name: 'ticks',
  url: 'ws://127.0.0.1:9000/stream',
  sessions: [open, fakeClient('closed')],
  refused: [refused, silent],
  fired: new Map(),
};
const proxy: RunningServer = {
  kind: 'proxy',
  name: 'Proxy',
  url: 'ws://127.0.0.1:8081',
  target: 'wss://api.example.test/[x](command:evil)',
  sessions: [],
  refused: [],
  fired: new Map(),
};

let all: RunningServer[];
let change: () => void;
let engineChange: () => void;
let tree: ServersTree;

beforeEach(() => {
  vi.useFakeTimers();
  all = [server, proxy];
  const servers = {
    get all() {
      return all;
    },
    onDidChange(listener: () => void) {
      change = listener;
      return { dispose: () => undefined };
    },
    ofRefused: (client: RefusedClient) => all.find((each) => each.refused.includes(client)),
    ofSession: (session: Session) => all.find(({ sessions }) => sessions.includes(session)),
  };
  const engine = {
    onDidChange(listener: () => void) {
      engineChange = listener;
      return () => undefined;
    },
  };
  tree = new ServersTree(servers as unknown as Servers, engine as unknown as Engine);
});
afterEach(() => {
  tree.dispose();
  vi.useRealTimers();
});

describe('the tree of servers', () => {
  test('lists servers and proxies, with their connections below', () => {
    expect(tree.getChildren()).toEqual([server, proxy]);
    expect(tree.getChildren(server)).toEqual([...server.sessions, refused, silent]);
    expect(tree.getChildren(refused)).toEqual([]);
    expect(tree.getParent(silent)).toBe(server);
    expect(tree.getChildren(open)).toEqual([]);
    expect(tree.getParent(open)).toBe(server);
    expect(tree.getParent(server)).toBeUndefined();
  });

  test('is empty without servers, and the view shows its welcome', () => {
    all = [];
    expect(tree.getChildren()).toEqual([]);
  });

  test('shows the URL of a server, and how many clients are connected', () => {
    const item = tree.getTreeItem(server);
    expect(item.label).toBe('ticks');
    expect(item.description).toBe('ws://127.0.0.1:9000/stream · 1 connected');
    expect(item.contextValue).toBe('server');
    expect(item.accessibilityInformation?.label).toBe('ticks, ws://127.0.0.1:9000/stream · 1 connected');
  });

  test('shows the target of a proxy without links', () => {
    const item = tree.getTreeItem(proxy);
    expect(item.description).toContain('ws://127.0.0.1:8081 → wss://api.example.test/');
    expect(item.contextValue).toBe('proxy');
    expect((item.tooltip as { value: string }).value).not.toContain('[x](command:evil)');
  });

  test('opens the panel of a connection, whose menu is not that of the Sessions view', () => {
    const item = tree.getTreeItem(open);
    expect(item.command).toMatchObject({ command: 'duplex.revealSession' });
    expect(item.contextValue).toBe('client.open');
  });

  test('shows why a client was refused, without links in its texts', () => {
    const item = tree.getTreeItem(refused);
    expect(item.label).toBe('Refused with 404');
    expect(item.description).toContain('127.0.0.1:50000');
    expect(item.description).toContain('nothing is served there.');
    expect(item.contextValue).toBe('refused');
    expect(item.command).toBeUndefined();
    expect((item.tooltip as { value: string }).value).not.toContain('[x](command:evil)');
    expect(item.accessibilityInformation?.label).toMatch(/^Refused with 404, 127\.0\.0\.1:50000/);
  });

  test('shows a client that got no answer, and one that has left', () => {
    const item = tree.getTreeItem(silent);
    expect([item.label, item.description]).toEqual(['Refused', 'a client that has left · No TLS.']);
  });

  test('is redrawn when a server or one of its sessions changes, and not for other sessions', () => {
    const drawn = vi.fn();
    tree.onDidChangeTreeData(drawn);
    change();
    vi.advanceTimersByTime(1000);
    expect(drawn).toHaveBeenCalledTimes(1);
    engineChange();
    vi.advanceTimersByTime(1000);
    expect(drawn).toHaveBeenCalledTimes(2);
    all = [];
    engineChange();
    vi.advanceTimersByTime(1000);
    expect(drawn).toHaveBeenCalledTimes(2);
  });
});
