import { redactUrl } from '../core/session/redact.ts';

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
}

export function recentUrls(store: Store): RecentUrls {
  const list = (): readonly string[] => {
    const stored = store.get(KEY);
    return Array.isArray(stored) ? stored.filter((url) => typeof url === 'string') : [];
  };
  const without = (url: string): string[] => list().filter((other) => other !== url);
  return {
    list,
    async add(url) {
      const safe = redactUrl(url.trim());
      await store.update(KEY, [safe, ...without(safe)].slice(0, MOST));
    },
    async remove(url) {
      await store.update(KEY, without(url));
    },
  };
}
