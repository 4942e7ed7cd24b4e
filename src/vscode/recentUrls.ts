import { EventEmitter } from 'vscode';
import type { Event } from 'vscode';
import { maskUrl } from '../core/session/secrets/mask.ts';

/** What of VS Code's Memento is needed. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const KEY = 'recentUrls';
const MOST = 20;

/** The URLs connected to last, newest first. Kept without user info and with secret query values masked. */
export interface RecentUrls {
  list(): readonly string[];
  add(url: string): Promise<void>;
  remove(url: string): Promise<void>;
  clear(): Promise<void>;
  /** The list was changed by this window. */
  readonly onDidChange: Event<void>;
}

export function recentUrls(store: Store): RecentUrls {
  const list = (): readonly string[] => {
    const stored = store.get(KEY);
    return Array.isArray(stored) ? stored.filter((url) => typeof url === 'string') : [];
  };
  const changed = new EventEmitter<void>();
  const replace = async (urls: readonly string[]): Promise<void> => {
    await store.update(KEY, urls);
    changed.fire();
  };
  const without = (url: string): string[] => list().filter((other) => other !== url);
  return {
    list,
    async add(url) {
      const safe = maskUrl(url.trim());
      await replace([safe, ...without(safe)].slice(0, MOST));
    },
    remove: (url) => replace(without(url)),
    clear: () => replace([]),
    onDidChange: changed.event,
  };
}
