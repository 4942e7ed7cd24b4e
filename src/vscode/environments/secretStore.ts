import type { SecretStorage } from 'vscode';
import type { Store } from '../recentUrls.ts';

/** The storage key of the names of the secrets of each folder. */
const NAMES = 'secretNamesByFolder';

/** The storage key of the names of earlier versions, whose secrets belong to no folder. */
const UNBOUND_NAMES = 'secretNames';
const UNBOUND_PREFIX = 'secret:';

/** The folder for which a secret was entered, as a URI; undefined for a secret of an earlier version. */
export type SecretOrigin = string | undefined;

/**
 * Secrets of request files, `{{$secret name}}`. VS Code's SecretStorage holds their values, a Memento their names.
 * Each secret belongs to the folder for which it was entered, because the files of one workspace must not get the
 * secrets of another. Folders are identified by their URI.
 */
export interface SecretStore {
  /** Names of the secrets that the files of a folder may use. */
  names(folder: string): readonly string[];
  /** The folder's own value. */
  get(folder: string, name: string): Promise<string | undefined>;
  /** The other folders that have a secret of this name, in alphabetical order. */
  elsewhere(folder: string, name: string): readonly SecretOrigin[];
  /** The value of another folder. The caller must ask the user first. */
  from(origin: SecretOrigin, name: string): Promise<string | undefined>;
  set(folder: string, name: string, value: string): Promise<void>;
  delete(folder: string, name: string): Promise<void>;
}

export function createSecretStore(
  secrets: Pick<SecretStorage, 'get' | 'store' | 'delete'>,
  store: Store,
): SecretStore {
  const all = (): ReadonlyMap<string, readonly string[]> => {
    const stored = store.get(NAMES);
    const entries = typeof stored === 'object' && stored !== null ? Object.entries(stored) : [];
    return new Map(entries.map(([folder, names]) => [folder, textsOf(names)]));
  };
  const unbound = (): readonly string[] => textsOf(store.get(UNBOUND_NAMES));
  const names = (folder: string): readonly string[] => all().get(folder) ?? [];
  const setNames = async (folder: string, changed: readonly string[]): Promise<void> => {
    const next = new Map(all()).set(folder, changed);
    if (changed.length === 0) next.delete(folder);
    await store.update(NAMES, Object.fromEntries(next));
  };
  return {
    names,
    get: async (folder, name) => secrets.get(keyOf(folder, name)),
    elsewhere(folder, name) {
      const folders = [...all()].filter(([other, known]) => other !== folder && known.includes(name));
      const origins: SecretOrigin[] = folders.map(([other]) => other).sort();
      return unbound().includes(name) ? [...origins, undefined] : origins;
    },
    from: async (origin, name) =>
      secrets.get(origin === undefined ? `${UNBOUND_PREFIX}${name}` : keyOf(origin, name)),
    async set(folder, name, value) {
      await secrets.store(keyOf(folder, name), value);
      await setNames(folder, [...new Set([...names(folder), name])].sort());
    },
    async delete(folder, name) {
      await secrets.delete(keyOf(folder, name));
      await setNames(
        folder,
        names(folder).filter((other) => other !== name),
      );
      // Otherwise the value of an earlier version would be offered again and could never be deleted.
      await secrets.delete(`${UNBOUND_PREFIX}${name}`);
      await store.update(
        UNBOUND_NAMES,
        unbound().filter((other) => other !== name),
      );
    },
  };
}

function keyOf(folder: string, name: string): string {
  return `secret ${JSON.stringify([folder, name])}`;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
