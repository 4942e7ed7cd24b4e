import { EventEmitter } from 'vscode';
import type { Event, SecretStorage } from 'vscode';
import type { GivenOptions } from '../core/session/options/connectOptions.ts';
import { MASK, maskUrl } from '../core/session/secrets/mask.ts';
import { maskSecrets } from '../core/session/secrets/maskSecrets.ts';
import { recordedHeaders } from '../engine/recordedSession.ts';
import type { ConnectOptions } from '../shared/session.ts';

/** The part of VS Code's Memento that the list needs. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const KEY = 'recentUrls';
/** The storage key of the names of the headers with secrets, by URL. */
const HEADERS_KEY = 'recentSecretHeaders';
/** The storage key of the options without secrets, by URL. */
const OPTIONS_KEY = 'recentOptions';
const MOST = 20;
/** Maximum characters of one option in the global state; certificates in PEM are long. */
const MOST_TEXT = 16_384;

/**
 * The recent connections, newest first. Each is identified by its URL without user info and with secret query values
 * masked. The list is in VS Code's global state. The options, which may hold secrets, are in its SecretStorage.
 * Without a keyring, VS Code loses that storage when the window closes; the global state still has the options without
 * secrets and the names of the secrets.
 */
export interface RecentUrls {
  list(): readonly string[];
  /** @param options the options to store; if undefined, the stored ones stay */
  add(url: string, options?: GivenOptions): Promise<void>;
  /** The whole URL and the options of a listed connection; undefined if none are stored. */
  optionsOf(url: string): Promise<GivenOptions | undefined>;
  /** The names of a listed connection's headers with secrets; `Authorization` for user info in its URL. */
  secretHeadersOf(url: string): readonly string[];
  /**
   * The options of a listed connection, without its URL and the headers with secrets. A passphrase and the user info
   * of a proxy are masked.
   */
  plainOptionsOf(url: string): Partial<ConnectOptions>;
  remove(url: string): Promise<void>;
  clear(): Promise<void>;
  /** Fires when this window changed the list. */
  readonly onDidChange: Event<void>;
}

export function createRecentUrls(
  store: Store,
  secrets: Pick<SecretStorage, 'get' | 'store' | 'delete'>,
): RecentUrls {
  const list = (): readonly string[] => {
    const stored = store.get(KEY);
    return Array.isArray(stored) ? stored.filter((url) => typeof url === 'string') : [];
  };
  const byUrl = (key: string): Readonly<Record<string, unknown>> => {
    const stored = store.get(key);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  };
  /** The value stored under the key for a URL. Inherited properties of objects are ignored. */
  const kept = (key: string, url: string): unknown =>
    Object.entries(byUrl(key)).find(([of]) => of === url)?.[1];
  const keep = async (key: string, url: string, value: object): Promise<void> => {
    const rest = without(byUrl(key), [url]);
    await store.update(key, Object.keys(value).length === 0 ? rest : { ...rest, [url]: value });
  };
  const forget = async (urls: readonly string[]): Promise<void> => {
    for (const key of [HEADERS_KEY, OPTIONS_KEY]) {
      const all = byUrl(key);
      if (urls.some((url) => url in all)) await store.update(key, without(all, urls));
    }
    await Promise.all(urls.map((url) => secrets.delete(keyOf(url))));
  };
  const changed = new EventEmitter<void>();
  /** The additions that wait for the store: a URL that is removed meanwhile must not come back. */
  const running = new Set<{ readonly url: string; isRemoved: boolean }>();
  const replace = async (urls: readonly string[]): Promise<void> => {
    const gone = list().filter((url) => !urls.includes(url));
    await store.update(KEY, urls);
    await forget(gone);
    changed.fire();
  };
  const others = (url: string): string[] => list().filter((other) => other !== url);
  return {
    list,
    async add(url, options) {
      const safe = maskUrl(url.trim());
      const adding = { url: safe, isRemoved: false };
      running.add(adding);
      try {
        if (options !== undefined) {
          await secrets.store(keyOf(safe), JSON.stringify(options));
          if (!adding.isRemoved) await keep(HEADERS_KEY, safe, secretHeadersIn(options));
          if (!adding.isRemoved) await keep(OPTIONS_KEY, safe, plainOptionsIn(options));
        }
        if (!adding.isRemoved) await replace([safe, ...others(safe)].slice(0, MOST));
        else if (!list().includes(safe)) await forget([safe]);
      } finally {
        running.delete(adding);
      }
    },
    async optionsOf(url) {
      const text = await secrets.get(keyOf(url));
      return text === undefined ? undefined : optionsIn(text);
    },
    secretHeadersOf(url) {
      const names = kept(HEADERS_KEY, url);
      return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    },
    plainOptionsOf(url) {
      const options = kept(OPTIONS_KEY, url);
      return typeof options === 'object' && options !== null && !Array.isArray(options) ? { ...options } : {};
    },
    remove(url) {
      for (const adding of running) if (adding.url === url) adding.isRemoved = true;
      return replace(others(url));
    },
    clear() {
      for (const adding of running) adding.isRemoved = true;
      return replace([]);
    },
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

/** The options that may be stored in the global state, because none of their values is a secret. */
function plainOptionsIn(given: GivenOptions): Partial<ConnectOptions> {
  const { secrets = [], headers = [], subprotocols = [], passphrase = '', proxy = '' } = given;
  const others = Object.entries(given).filter(
    ([key]) => !['url', 'secrets', 'headers', 'subprotocols', 'passphrase', 'proxy'].includes(key),
  );
  const isPlain = (value: unknown): boolean => {
    const text = JSON.stringify(value);
    return text.length <= MOST_TEXT && maskSecrets(text, secrets) === text && !text.includes('PRIVATE KEY');
  };
  const recorded = recordedHeaders({ headers, subprotocols, secrets });
  const plainHeaders = headers.filter((_, at) => !recorded[at]![1].includes(MASK));
  const hasPlainOffers = !recorded.slice(headers.length).some(([, value]) => value.includes(MASK));
  const plainProxy = isPlain(proxy) && maskUrl(proxy) === proxy ? proxy : maskedProxy(proxy, secrets);
  return {
    ...Object.fromEntries(others.filter(([, value]) => isPlain(value))),
    ...(plainHeaders.length > 0 && { headers: plainHeaders }),
    ...(subprotocols.length > 0 && hasPlainOffers && { subprotocols }),
    ...(passphrase !== '' && { passphrase: MASK }),
    ...(plainProxy !== '' && { proxy: plainProxy }),
  };
}

/** The URL of a proxy with its credentials masked, so that the user is asked for them. */
function maskedProxy(proxy: string, secrets: readonly string[]): string {
  return maskSecrets(maskUrl(proxy), secrets).replace(/^([a-z0-9+.-]+:\/\/)(?!\u2022)/i, `$1${MASK}@`);
}

/** Parses the options that `add` stored. Engine and settings check the values when the session is created. */
function optionsIn(text: string): GivenOptions | undefined {
  try {
    const options = JSON.parse(text) as Partial<ConnectOptions> | null;
    return typeof options?.url === 'string' ? { ...options, url: options.url } : undefined;
  } catch {
    // Another version wrote the options, so only the URL is used.
    return undefined;
  }
}
