import { compileConditionMatcher } from '../../core/request/condition/searchCondition.ts';
import { compilePlain } from '../../core/search/compilePlain.ts';
import { invalidQuery } from '../../core/search/compileText.ts';
import type { TextMatcher } from '../../core/search/textMatcher.ts';
import { DuplexError } from '../../shared/errors.ts';
import { MAX_PULL, TICK_INTERVAL } from '../../shared/limits.ts';
import type { PanelQuery, PanelSearchCalls, PanelSearchState } from '../../shared/panelProtocol.ts';
import type { Hit, SearchState } from '../../shared/queryProtocol.ts';
import { throttle } from '../throttle.ts';
import { checkCount, checkIndex, checkName, checkQuery } from './checks.ts';

/** The part of an engine's search that a panel needs. */
export interface RunningSearch {
  readonly state: SearchState;
  onDidChange(listener: () => void): () => void;
  hits(from: number, count: number): Promise<Hit[]>;
  hitNumbers(from: number, count: number): Promise<Float64Array>;
  position(seq: number): Promise<number>;
  dispose(): Promise<void>;
}

export interface PanelSearches {
  readonly calls: PanelSearchCalls;
  /** A running search. @throws DuplexError `call.cancelled` if it has ended, `call.invalid` for an invalid name */
  readonly find: (name: unknown) => RunningSearch;
  /**
   * The hits with the matches in their summaries, if the search looks for plain text in decoded messages.
   * @param withSummaries adds the summaries
   */
  readonly marked: (
    name: unknown,
    hits: Hit[],
    withSummaries: (hits: Hit[]) => Promise<Hit[]>,
  ) => Promise<Hit[]>;
  /** Ends all searches, because their page is gone. */
  readonly endAll: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** Maximum searches of a page, more than it uses: two, and two that replace them. */
const MAX_SEARCHES = 8;

interface Entry {
  /** Undefined while its pattern is being checked. */
  search: RunningSearch | undefined;
  /** Finds the search text in summaries. Undefined for a regular expression, because its search may never end. */
  readonly matcher: TextMatcher | undefined;
  stop: () => void;
}

/**
 * Serves the searches of a panel's page.
 * @param begin starts a search in the engine
 * @param report sends the progress of changed searches to the page, at most 20 times a second
 * @param onError receives the failure of a search that no caller waits for
 */
export function createPanelSearches(
  begin: (query: PanelQuery) => RunningSearch | Promise<RunningSearch>,
  report: (states: readonly PanelSearchState[]) => void,
  onError: (error: unknown) => void,
): PanelSearches {
  const entries = new Map<string, Entry>();
  const changed = new Set<string>();

  const tell = throttle(() => {
    const states: PanelSearchState[] = [];
    for (const name of changed) {
      const search = entries.get(name)?.search;
      if (search !== undefined) states.push({ ...search.state, search: name });
    }
    changed.clear();
    if (states.length > 0) report(states);
  }, TICK_INTERVAL);

  const find = (name: unknown): RunningSearch => {
    const search = entries.get(checkName(name))?.search;
    if (search === undefined) throw new DuplexError('call.cancelled', 'This search was ended: search again.');
    return search;
  };

  const end = async (name: string): Promise<void> => {
    const entry = entries.get(name);
    entries.delete(name);
    entry?.stop();
    await entry?.search?.dispose();
  };

  const endAll = async (): Promise<void> => {
    await Promise.all([...entries.keys()].map(end));
  };

  const calls: PanelSearchCalls = {
    async startSearch(search, query) {
      const name = checkName(search);
      const wanted = checkQuery(query);
      if (entries.has(name))
        throw new DuplexError('call.invalid', 'A search of this name runs already: end it first.');
      if (entries.size >= MAX_SEARCHES)
        throw new DuplexError('call.invalid', 'Too many searches run at once: end some first.');
      const { decoded, text } = wanted;
      const isMarked = decoded === true && text?.mode === 'plain' && text.pattern !== '';
      const matcher = isMarked ? compilePlain(text.pattern, text.caseSensitive) : undefined;
      const entry: Entry = { search: undefined, matcher, stop: () => undefined };
      entries.set(name, entry);
      try {
        const problem = await invalidQuery(wanted, async (pattern) => compileConditionMatcher(pattern));
        if (problem !== undefined) throw new DuplexError('call.invalid', problem);
        if (entries.get(name) !== entry) throw ended();
        const begun = await begin(wanted);
        if (entries.get(name) !== entry) {
          await begun.dispose();
          throw ended();
        }
        entry.search = begun;
      } catch (error) {
        if (entries.get(name) === entry) entries.delete(name);
        throw error;
      }
      const onChange = (): void => {
        changed.add(name);
        tell();
      };
      entry.stop = entry.search.onDidChange(onChange);
      onChange();
    },
    async hits(search, from, count) {
      return find(search).hits(checkIndex(from), checkCount(count));
    },
    async hitsBetween(search, from, end) {
      const found = find(search);
      const rows = [checkIndex(from), checkIndex(end)] as const;
      const [first, last] = await Promise.all(rows.map((seq) => found.position(seq)));
      const count = Math.min(last! - first!, MAX_PULL);
      return count > 0 ? found.hits(first!, count) : [];
    },
    async hitPosition(search, seq) {
      return find(search).position(checkIndex(seq));
    },
    endSearch(search) {
      end(checkName(search)).catch(onError);
    },
  };

  return {
    calls,
    find,
    async marked(name, hits, withSummaries) {
      const matcher = entries.get(checkName(name))?.matcher;
      if (!matcher || hits.length === 0) return hits;
      return (await withSummaries(hits)).map((hit) =>
        hit.summary === undefined ? hit : { ...hit, marks: matcher.ranges(hit.summary), inSummary: true },
      );
    },
    endAll,
    async dispose() {
      tell.dispose();
      await endAll();
    },
  };
}

function ended(): DuplexError {
  return new DuplexError('call.cancelled', 'The search was ended before it began.');
}
