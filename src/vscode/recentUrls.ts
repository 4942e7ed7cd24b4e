import { EventEmitter } from 'vscode';
import type { Event, SecretStorage } from 'vscode';
import type { GivenOptions } from '../core/session/options/connectOptions.ts';
import { MASK, maskUrl } from '../core/session/secrets/mask.ts';
import { recordedHeaders } from '../engine/recordedSession.ts';
import type { ConnectOptions } from '../shared/session.ts';

/** The part of VS Code's Memento that the list needs. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const KEY = 'recentUrls';
/** The names of the headers with secrets, by URL. */
const HEADERS_KEY = 'recentSecretHeaders';
const MOST = 20;

/**
 * The recent connections, newest first. Each is identified by its URL without user info and with secret query values
 * masked. The list is in VS Code's global state. The options, which may hold secrets, are in its SecretStorage.
 * Without a keyring, VS Code loses that storage when the window closes; then only the names of the secrets remain.
 */
export interface RecentUrls {
  list(): readonly string[];
  /** @param options the options to store; without them, the stored ones stay */
  add(url: string, options?: GivenOptions): Promise<void>;
  /** The whole URL and the options of a connection of the list; undefined if none are stored. */
  optionsOf(url: string): Promise<GivenOptions | undefined>;
  /** The names of the headers with secrets that a connection of the list had, `Authorization` for user info of its URL. */
  secretHeadersOf(url: string): readonly string[];
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
  const secretHeaders = (): Readonly<Record<string, unknown>> => {
    const stored = store.get(HEADERS_KEY);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  };
  const changed = new EventEmitter<void>();
  const replace = async (urls: readonly string[]): Promise<void> => {
    const gone = list().filter((url) => !urls.includes(url));
    await store.update(KEY, urls);
    const names = secretHeaders();
    if (gone.some((url) => url in names)) await store.update(HEADERS_KEY, without(names, gone));
    await Promise.all(gone.map((url) => secrets.delete(keyOf(url))));
    changed.fire();
  };
  const others = (url: string): string[] => list().filter((other) => other !== url);
  return {
    list,
    async add(url, options) {
      const safe = maskUrl(url.trim());
      if (options !== undefined) {
        await secrets.store(keyOf(safe), JSON.stringify(options));
        const names = secretHeadersIn(options);
        const rest = without(secretHeaders(), [safe]);
        await store.update(HEADERS_KEY, names.length === 0 ? rest : { ...rest, [safe]: names });
      }
      await replace([safe, ...others(safe)].slice(0, MOST));
    },
    async optionsOf(url) {
      const kept = await secrets.get(keyOf(url));
      return kept === undefined ? undefined : optionsIn(kept);
    },
    secretHeadersOf(url) {
      const names = Object.entries(secretHeaders()).find(([of]) => of === url)?.[1];
      return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    },
    remove: (url) => replace(others(url)),
    clear: () => replace([]),
    onDidChange: changed.event,
  };
}

function keyOf(url: string): string {
  return `recent ${url}`;
}

function without(
  record: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

function secretHeadersIn({
  url,
  headers = [],
  subprotocols = [],
  secrets = [],
}: GivenOptions): readonly string[] {
  const masked = recordedHeaders({ headers, subprotocols, secrets }).filter(([, value]) =>
    value.includes(MASK),
  );
  const hasUserInfo = /^[a-z]+:\/\/[^/?#]*@/i.test(url.trim());
  const names = [...(hasUserInfo ? ['Authorization'] : []), ...masked.map(([name]) => name)];
  return names.filter(
    (name, at) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === at,
  );
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
