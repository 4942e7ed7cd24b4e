import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Services } from '../../../src/vscode/services.ts';
import { sessionStatus, trackContextKeys } from '../../../src/vscode/sidebar/windowState.ts';
import type { SessionState } from '../../../src/shared/session.ts';
import { fakeLog } from './support/fakeLog.ts';
import { fakeSession } from './support/fakeSession.ts';
import { commands, EventEmitter, window } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const set = commands.executeCommand;

function setUp() {
  const changed = new EventEmitter<void>();
  const active = new EventEmitter<void>();
  const recents = new EventEmitter<void>();
  const sessions: ReturnType<typeof fakeSession>[] = [];
  const urls: string[] = [];
  const panels: { active: unknown; onDidChangeActive: unknown } = {
    ...{ active: undefined, onDidChangeActive: active.event },
  };
  const engine = {
    sessions,
    onDidChange: (listener: () => void) => {
      const { dispose } = changed.event(listener);
      return dispose;
    },
  };
  const recent = { list: () => urls, onDidChange: recents.event };
  return {
    ...{ changed, active, recents, sessions, urls, panels, engine },
    services: { engine, panels, recent, log: fakeLog().log } as unknown as Services,
    add: (...states: SessionState[]) => sessions.push(...states.map((state) => fakeSession({ state }))),
  };
}

/** The context keys that were set since the last look. */
function keys(): Record<string, unknown> {
  const calls = set.mock.calls as unknown as [string, string, unknown][];
  const found = Object.fromEntries(calls.map(([, key, value]) => [key.replace('duplex.', ''), value]));
  set.mockClear();
  return found;
}

beforeEach(() => set.mockClear());

describe('the context keys of a window', () => {
  it('are all set at the start', () => {
    trackContextKeys(setUp().services);
    expect(keys()).toEqual({
      ...{ anyConnected: false, anySession: false, severalSessions: false, anyOpen: false, anyClosed: false },
      ...{ activeSessionState: '', anyRecent: false },
    });
  });

  it.each<[SessionState[], object]>([
    [
      ['open'],
      { anyConnected: true, anySession: true, anyOpen: true, anyClosed: false, severalSessions: false },
    ],
    [['connecting'], { anyConnected: true, anyOpen: false, anyClosed: false }],
    [['failed'], { anyConnected: false, anySession: true, anyOpen: false, anyClosed: true }],
    [['closed', 'open'], { anyConnected: true, anyOpen: true, anyClosed: true, severalSessions: true }],
  ])('follow sessions that are %j', (states, expected) => {
    const { services, add } = setUp();
    add(...states);
    trackContextKeys(services);
    expect(keys()).toMatchObject(expected);
  });

  it('are set again only if they have changed', () => {
    const { services, add, changed } = setUp();
    trackContextKeys(services);
    keys();
    changed.fire();
    expect(keys()).toEqual({});
    add('open');
    changed.fire();
    expect(keys()).toEqual({ anyConnected: true, anySession: true, anyOpen: true });
  });

  it('follow the panel with the focus and the recent URLs', () => {
    const { services, panels, active, urls, recents } = setUp();
    trackContextKeys(services);
    keys();
    panels.active = fakeSession({ state: 'waiting' });
    active.fire();
    expect(keys()).toEqual({ activeSessionState: 'waiting' });
    urls.push('ws://a/');
    recents.fire();
    expect(keys()).toEqual({ anyRecent: true });
  });

  it('are not set after the end', () => {
    const { services, add, changed, active, recents } = setUp();
    trackContextKeys(services).dispose();
    keys();
    add('open');
    for (const event of [changed, active, recents]) event.fire();
    expect(keys()).toEqual({});
  });
});

describe('the number of open sessions in the status bar', () => {
  const item = {
    ...{ name: '', command: '', text: '', tooltip: '', accessibilityInformation: { label: '' } },
    ...{ show: vi.fn(), hide: vi.fn(), dispose: vi.fn() },
  };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.clearAllMocks();
    window.createStatusBarItem.mockReturnValue(item);
  });
  afterEach(() => vi.useRealTimers());

  function status(...states: SessionState[]) {
    const parts = setUp();
    parts.add(...states);
    const shown = sessionStatus(parts.engine as unknown as Engine);
    parts.changed.fire();
    vi.advanceTimersByTime(1_000);
    return { ...parts, shown };
  }

  it('is hidden while none is open', () => {
    status('connecting', 'closed');
    expect(item.show).not.toHaveBeenCalled();
    expect(item.hide).toHaveBeenCalled();
  });

  it.each<[SessionState[], string, string]>([
    [['open'], '$(plug) 1', '1 open WebSocket session'],
    [['open', 'open', 'failed'], '$(plug) 2', '2 open WebSocket sessions'],
  ])('is shown for %j as %s, and in words for screen readers', (states, text, words) => {
    status(...states);
    expect(item).toMatchObject({ text, tooltip: words, accessibilityInformation: { label: words } });
    expect(item.show).toHaveBeenCalled();
  });

  it('is updated a few times a second at most', () => {
    const { changed } = status('open');
    item.show.mockClear();
    for (let change = 0; change < 100; change++) changed.fire();
    vi.advanceTimersByTime(200);
    expect(item.show.mock.calls.length).toBeLessThanOrEqual(2);
  });

  it('is removed with its owner', () => {
    const { shown, changed } = status('open');
    shown.dispose();
    item.show.mockClear();
    changed.fire();
    vi.advanceTimersByTime(1_000);
    expect(item.show).not.toHaveBeenCalled();
    expect(item.dispose).toHaveBeenCalledOnce();
  });
});
