import { commands, l10n, StatusBarAlignment, window } from 'vscode';
import type { Disposable } from 'vscode';
import { isLive } from '../../core/session/life/stateMachine.ts';
import type { Engine } from '../../engine/engine.ts';
import { detach } from '../report.ts';
import type { Services } from '../services.ts';
import { throttle } from '../throttle.ts';

/** The context keys that when-clauses of the manifest use. */
interface ContextKeys {
  /** A session is connected or connecting, so that Disconnect All makes sense. */
  'duplex.anyConnected': boolean;
  /** There is a session, so that its commands make sense. */
  'duplex.anySession': boolean;
  /** There are two or more, so that Next and Previous make sense. */
  'duplex.severalSessions': boolean;
  /** A session is open, so that Send makes sense. */
  'duplex.anyOpen': boolean;
  /** A session is not connected, so that Close All Closed makes sense. */
  'duplex.anyClosed': boolean;
  /** State of the session whose panel has the focus; empty if none has. */
  'duplex.activeSessionState': string;
  /** There are recent URLs, so that Clear makes sense. */
  'duplex.anyRecent': boolean;
}

/**
 * Keeps the context keys up to date. Each is set only if it changed, because every call goes through the main thread.
 */
export function trackContextKeys({ engine, panels, recent, log }: Services): Disposable {
  const set = new Map<string, unknown>();
  const refresh = (): void => {
    const states = engine.sessions.map(({ summary }) => summary.state);
    const keys: ContextKeys = {
      'duplex.anyConnected': states.some(isLive),
      'duplex.anySession': states.length > 0,
      'duplex.severalSessions': states.length > 1,
      'duplex.anyOpen': states.includes('open'),
      'duplex.anyClosed': !states.every(isLive),
      'duplex.activeSessionState': panels.active?.summary.state ?? '',
      'duplex.anyRecent': recent.list().length > 0,
    };
    for (const [key, value] of Object.entries(keys)) {
      if (set.get(key) === value) continue;
      set.set(key, value);
      detach(commands.executeCommand('setContext', key, value), log);
    }
  };
  const stop = engine.onDidChange(refresh);
  const active = panels.onDidChangeActive(refresh);
  const recents = recent.onDidChange(refresh);
  // Earlier windows may have left recent URLs.
  refresh();
  return {
    dispose() {
      stop();
      active.dispose();
      recents.dispose();
    },
  };
}

const REFRESH_INTERVAL = 300;

/** The number of open sessions, if there are any; a click shows the Sessions view. */
export function sessionStatus(engine: Engine): Disposable {
  const item = window.createStatusBarItem('duplex.sessions', StatusBarAlignment.Left);
  item.name = l10n.t('WebSocket Sessions');
  item.command = 'duplex.sessions.focus';
  const refresh = throttle(() => {
    const open = engine.sessions.filter((session) => session.summary.state === 'open').length;
    if (open === 0) return item.hide();
    item.text = `$(plug) ${open}`;
    item.tooltip =
      open === 1 ? l10n.t('1 open WebSocket session') : l10n.t('{0} open WebSocket sessions', open);
    item.accessibilityInformation = { label: item.tooltip };
    item.show();
  }, REFRESH_INTERVAL);
  const stop = engine.onDidChange(refresh);
  return {
    dispose() {
      stop();
      refresh.dispose();
      item.dispose();
    },
  };
}
