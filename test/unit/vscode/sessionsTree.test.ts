import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Session } from '../../../src/engine/session.ts';
import { SESSION_STATES } from '../../../src/shared/session.ts';
import { sessionItem, SessionsTree } from '../../../src/vscode/sidebar/sessionsTree.ts';
import { stateIcon } from '../../../src/vscode/sessionState.ts';
import { fakeSession, summary } from './support/fakeSession.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

describe('a session in the tree', () => {
  test('shows the received and sent messages', () => {
    const item = sessionItem(
      summary({ in: { messages: 1204331, bytes: 123_731_968 }, out: { messages: 42, bytes: 10 } }),
    );
    expect(item.description).toBe(`↓ ${(1204331).toLocaleString()} ↑ 42`);
    expect((item.tooltip as { value: string }).value).toContain('118 MiB');
  });

  test('names its state for the menus and in words', () => {
    const item = sessionItem(summary({ state: 'closed', in: { messages: 1, bytes: 1 } }));
    expect(item.contextValue).toBe('session.closed');
    expect(item.description).toBe('↓ 1 ↑ 0 · closed');
    expect(sessionItem(summary({ state: 'connecting' })).description).toBe('connecting');
    expect(item.accessibilityInformation?.label).toMatch(/localhost\/echo, Closed/);
  });

  test('that failed shows this instead of counts, and the reason in the tooltip', () => {
    const item = sessionItem(
      summary({ state: 'failed', error: { code: 'tcp.refused', message: 'Nothing listens there.' } }),
    );
    expect(item.description).toBe('failed');
    expect((item.tooltip as { value: string }).value).toContain('Nothing listens there.');
  });

  test('cannot put a link into the tooltip', () => {
    const item = sessionItem(summary({ url: 'ws://x/[click](command:evil)' }));
    expect((item.tooltip as { value: string }).value).not.toContain('[click](command:evil)');
  });

  test('is revealed by a click', () => {
    const shown = summary();
    expect(sessionItem(shown).command).toMatchObject({
      command: 'duplex.revealSession',
      arguments: [shown.id],
    });
  });

  test('has an icon with a different shape for open, failed and closed', () => {
    const shapes = Object.fromEntries(SESSION_STATES.map((state) => [state, stateIcon(state).id]));
    expect(new Set([shapes.open, shapes.failed, shapes.closed, shapes.connecting, shapes.waiting]).size).toBe(
      5,
    );
  });
});

describe('the tree', () => {
  let sessions: (Session & { summary: ReturnType<typeof summary> })[];
  let change: () => void;
  let tree: SessionsTree;
  let redrawn: unknown[];
  let runs: Set<Session>;
  let served: Set<Session>;

  beforeEach(() => {
    vi.useFakeTimers();
    runs = new Set();
    served = new Set();
    sessions = [fakeSession(), fakeSession()];
    const engine = {
      sessions,
      onDidChange(listener: () => void) {
        change = listener;
        return () => (change = () => undefined);
      },
    } as unknown as Engine;
    tree = new SessionsTree(
      engine,
      (session) => runs.has(session),
      (session) => served.has(session),
    );
    redrawn = [];
    tree.onDidChangeTreeData((session) => redrawn.push(session));
    change();
    vi.advanceTimersByTime(1000);
    redrawn.length = 0;
  });
  afterEach(() => {
    tree.dispose();
    vi.useRealTimers();
  });

  function receive(at: number): void {
    const session = sessions[at]!;
    const { messages, bytes } = session.summary.in;
    session.summary = { ...session.summary, in: { messages: messages + 1, bytes: bytes + 10 } };
    change();
  }

  test('groups live sessions, closed ones and those of runs below headings, without empty headings', () => {
    const live = { group: 'live' } as const;
    expect(tree.getChildren()).toEqual([live]);
    expect(tree.getChildren(live)).toEqual(sessions);
    expect(tree.getChildren(sessions[0])).toEqual([]);
    sessions.push(fakeSession({ state: 'failed' }), fakeSession({ state: 'open' }));
    runs.add(sessions[3]!);
    expect(tree.getChildren()).toEqual([live, { group: 'closed' }, { group: 'runs' }]);
    expect(tree.getChildren({ group: 'closed' })).toEqual([sessions[2]]);
    expect(tree.getChildren({ group: 'runs' })).toEqual([sessions[3]]);
    expect(tree.getParent(sessions[2]!)).toEqual({ group: 'closed' });
    expect(tree.getTreeItem({ group: 'runs' }).label).toBe('Runs');
  });

  test('leaves out the connections of a server, which are listed below it', () => {
    served.add(sessions[0]!);
    expect(tree.getChildren({ group: 'live' })).toEqual([sessions[1]]);
    served.add(sessions[1]!);
    expect(tree.getChildren()).toEqual([]);
  });

  test('redraws completely when a session moves to another group', () => {
    sessions[0]!.summary = { ...sessions[0]!.summary, state: 'closed' };
    change();
    vi.advanceTimersByTime(1000);
    expect(redrawn).toEqual([undefined]);
  });

  test('redraws only the row that changed', () => {
    receive(1);
    expect(redrawn).toEqual([sessions[1]]);
  });

  test('redraws a busy row only a few times a second', () => {
    for (let ms = 0; ms < 2000; ms += 50) {
      receive(0);
      vi.advanceTimersByTime(50);
    }
    expect(redrawn.length).toBeGreaterThanOrEqual(4);
    expect(redrawn.length).toBeLessThanOrEqual(10);
    expect(tree.getTreeItem(sessions[0]!).description).toContain('40');
  });

  test('redraws nothing without a visible change', () => {
    change();
    vi.advanceTimersByTime(1000);
    expect(redrawn).toEqual([]);
  });

  test('redraws completely when sessions are added and removed', () => {
    sessions.push(fakeSession());
    change();
    vi.advanceTimersByTime(1000);
    sessions.splice(0, 1);
    change();
    vi.advanceTimersByTime(1000);
    expect(redrawn).toEqual([undefined, undefined]);
  });

  test('fires no event after it is disposed', () => {
    receive(0);
    tree.dispose();
    receive(0);
    vi.advanceTimersByTime(1000);
    expect(redrawn).toEqual([sessions[0]]);
  });
});
