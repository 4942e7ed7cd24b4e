import { KiB } from '../../../shared/limits.ts';
import type { Draft } from '../../../shared/panelProtocol.ts';
import type { Store } from '../../recentUrls.ts';
import { checkDraft } from '../checks.ts';

/**
 * The messages sent from composers, by URL. Variables stay references, so that `{{$secret …}}` never becomes a value
 * here.
 */
export interface MessageHistory {
  /** The messages for a URL, newest first. */
  list(url: string): Draft[];
  add(url: string, draft: Draft): Promise<void>;
}

const KEY = 'sentMessages';
const MOST_URLS = 20;
const MOST_MESSAGES = 50;
/** Longer messages are not stored, because VS Code loads the whole store at once. */
const MAX_TEXT = 16 * KiB;

export function createMessageHistory(store: Store): MessageHistory {
  const read = (): Record<string, unknown> => {
    const stored = store.get(KEY);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  };
  const list = (url: string): Draft[] => {
    const drafts = read()[url];
    return Array.isArray(drafts) ? drafts.flatMap(valid) : [];
  };
  return {
    list,
    async add(url, draft) {
      // A file must be chosen each time, and an empty message is useless in a list.
      if (draft.mode === 'file' || draft.text.length > MAX_TEXT) return;
      if (draft.text === '' && !draft.verb) return;
      const others = list(url).filter((other) => !isSame(other, draft));
      const rest = Object.entries(read()).filter(([other]) => other !== url);
      const entries = [[url, [draft, ...others].slice(0, MOST_MESSAGES)], ...rest];
      await store.update(KEY, Object.fromEntries(entries.slice(0, MOST_URLS)));
    },
  };
}

function isSame(one: Draft, other: Draft): boolean {
  const { mode, text, encode, verb } = one;
  if (mode !== other.mode || text !== other.text || encode !== other.encode) return false;
  return JSON.stringify(verb) === JSON.stringify(other.verb);
}

function valid(stored: unknown): Draft[] {
  try {
    return [checkDraft(stored)];
  } catch {
    // Another version of the extension wrote the entry.
    return [];
  }
}
