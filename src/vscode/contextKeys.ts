import { commands } from 'vscode';
import type { Disposable } from 'vscode';
import { isLive } from '../core/session/life/stateMachine.ts';
import { detach } from './detach.ts';
import type { Services } from './services.ts';

/** What when-clauses of the manifest ask for. */
interface ContextKeys {
  /** A session is connected or connecting, so that Disconnect All makes sense. */
  'duplex.anyConnected': boolean;
  /** State of the session whose panel has the focus; empty where none has. */
  'duplex.activeSessionState': string;
  /** There are recent URLs, so that Clear makes sense. */
  'duplex.anyRecent': boolean;
}

/** Keeps the context keys true. Each is set only when it changes: every call goes through the main thread. */
export function trackContextKeys({ engine, panels, recent, log }: Services): Disposable {
  const set = new Map<string, unknown>();
  const refresh = (): void => {
    const keys: ContextKeys = {
      'duplex.anyConnected': engine.sessions.some((session) => isLive(session.summary.state)),
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
  // What earlier windows left.
  refresh();
  return {
    dispose() {
      stop();
      active.dispose();
      recents.dispose();
    },
  };
}
