import { EventEmitter } from 'vscode';
import type { Event, SecretStorage } from 'vscode';
import type { GivenOptions } from '../core/session/options/connectOptions.ts';
import { maskUrl } from '../core/session/secrets/mask.ts';
import type { ConnectOptions } from '../shared/session.ts';

/** What of VS Code's Memento is needed. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const KEY = 'recentUrls';
const MOST = 20;

/**
 * The connections made last, newest first, each known by its URL without user info and with secret query values masked.
 * The list is in VS Code's global state. The options, which may hold secrets, are in its SecretStorage.
 */
export interface RecentUrls {
  list(): readonly string[];
  /** @param options what to connect with again; without them, those that are kept stay */
  add(url: string, options?: GivenOptions): Promise<void>;
  /** The whole URL and the options of a connection of the list; undefined if none are kept. */
  optionsOf(url: string): Promise<GivenOptions | undefined>;
  remove(url: string): Promise<void>;
  clear(): Promise<void>;
  /** The list was changed by this window. */
  readonly onDidChange: Event<void>;
}

export function recentUrls(
  store: Store,
  secrets: Pick<SecretStorage, 'get' | 'store' | 'delete'>,
): RecentUrls {
  const list = (): readonly string[] => {
    const stored = store.get(KEY);
    return Array.isArray(stored) ? stored.filter((url) => typeof url === 'string') : [];
  };
  const changed = new EventEmitter<void>();
  const replace = async (urls: readonly string[]): Promise<void> => {
    const gone = list().filter((url) => !urls.includes(url));
    await store.update(KEY, urls);
    await Promise.all(gone.map((url) => secrets.delete(keyOf(url))));
    changed.fire();
  };
  const without = (url: string): string[] => list().filter((other) => other !== url);
  return {
    list,
    async add(url, options) {
      const safe = maskUrl(url.trim());
      if (options !== undefined) await secrets.store(keyOf(safe), JSON.stringify(options));
      await replace([safe, ...without(safe)].slice(0, MOST));
    },
    async optionsOf(url) {
      const kept = await secrets.get(keyOf(url));
      return kept === undefined ? undefined : optionsIn(kept);
    },
    remove: (url) => replace(without(url)),
    clear: () => replace([]),
    onDidChange: changed.event,
  };
}

function keyOf(url: string): string {
  return `recent ${url}`;
}

/** What `add` stored. Engine and settings check the values when the session is made. */
function optionsIn(text: string): GivenOptions | undefined {
  try {
    const options = JSON.parse(text) as Partial<ConnectOptions> | null;
    return typeof options?.url === 'string' ? { ...options, url: options.url } : undefined;
  } catch {
    // Another version wrote it: the URL is left.
    return undefined;
  }
}
