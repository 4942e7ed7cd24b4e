import type { SecretStorage } from 'vscode';
import type { Store } from '../recentUrls.ts';

const PREFIX = 'secret:';
const NAMES = 'secretNames';

/** Secrets of request files, `{{$secret name}}`: their values in VS Code's SecretStorage, their names beside. */
export interface SecretStore {
  names(): readonly string[];
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

export function secretStore(
  secrets: Pick<SecretStorage, 'get' | 'store' | 'delete'>,
  store: Store,
): SecretStore {
  const names = (): readonly string[] => {
    const stored = store.get(NAMES);
    return Array.isArray(stored) ? stored.filter((name) => typeof name === 'string') : [];
  };
  return {
    names,
    get: async (name) => secrets.get(`${PREFIX}${name}`),
    async set(name, value) {
      await secrets.store(`${PREFIX}${name}`, value);
      await store.update(NAMES, [...new Set([...names(), name])].sort());
    },
    async delete(name) {
      await secrets.delete(`${PREFIX}${name}`);
      await store.update(
        NAMES,
        names().filter((other) => other !== name),
      );
    },
  };
}
