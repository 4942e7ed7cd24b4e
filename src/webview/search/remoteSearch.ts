import { toDuplexError } from '../../shared/errors.ts';
import type { PanelQuery, PanelSearchCalls } from '../../shared/panelProtocol.ts';
import type { Hit, SearchState } from '../../shared/queryProtocol.ts';

/** A search that the host does for this page, as far as the page knows. */
export interface RemoteSearch {
  readonly name: string;
  readonly query: PanelQuery;
  /** Undefined until the host has begun with it. */
  readonly state: SearchState | undefined;
  /** Why it cannot be done, or not to its end. */
  readonly problem: string | undefined;
  /** Ended before it was done, because the user said so: what it found is gone. */
  readonly isCancelled: boolean;
  /** Rows so far that were found. */
  readonly length: number;
  /** Whether more is to come by itself. A live session may add to it even then. */
  readonly isAtWork: boolean;
  /** Whether row `seq` was looked at. */
  covers(seq: number): boolean;
  hits(from: number, count: number): Promise<Hit[]>;
  hitsBetween(from: number, end: number): Promise<Hit[]>;
  position(seq: number): Promise<number>;
  onState(state: SearchState): void;
  cancel(): void;
  end(): void;
}

/**
 * Asks the host for a search.
 * @param firstRow the first row that is looked at
 * @param onChange calls when anything of it changed
 */
export function createRemoteSearch(
  calls: PanelSearchCalls,
  name: string,
  query: PanelQuery,
  firstRow: number,
  onChange: () => void,
): RemoteSearch {
  let state: SearchState | undefined;
  let refused: string | undefined;
  let isCancelled = false;
  let isEnded = false;

  calls.startSearch(name, query).catch((error: unknown) => {
    if (isEnded) return;
    refused = toDuplexError(error).message;
    onChange();
  });

  const end = (): void => {
    if (isEnded) return;
    isEnded = true;
    calls.endSearch(name);
  };

  return {
    name,
    query,
    get state() {
      return state;
    },
    get problem() {
      return refused ?? state?.error?.message;
    },
    get isCancelled() {
      return isCancelled;
    },
    get length() {
      return isCancelled ? 0 : (state?.hits ?? 0);
    },
    get isAtWork() {
      return !isEnded && refused === undefined && !state?.error && state?.done !== true;
    },
    covers: (seq) => state !== undefined && seq - firstRow < state.scanned,
    hits: (from, count) => calls.hits(name, from, count),
    hitsBetween: (from, until) => calls.hitsBetween(name, from, until),
    position: (seq) => calls.hitPosition(name, seq),
    onState(now) {
      if (isEnded) return;
      state = now;
      onChange();
    },
    cancel() {
      isCancelled = true;
      end();
      onChange();
    },
    end,
  };
}
