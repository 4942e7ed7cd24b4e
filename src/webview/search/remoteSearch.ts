import { toDuplexError } from '../../shared/errors.ts';
import type { PanelQuery, PanelSearchCalls } from '../../shared/panelProtocol.ts';
import type { Hit, SearchState } from '../../shared/queryProtocol.ts';

/** The page's view of a search that the host runs. */
export interface RemoteSearch {
  readonly name: string;
  readonly query: PanelQuery;
  /** Undefined until the host has started it. */
  readonly state: SearchState | undefined;
  /** Why it could not start or finish. */
  readonly problem: string | undefined;
  /** Whether the user cancelled it; its hits are gone. */
  readonly isCancelled: boolean;
  /** Number of hits so far. */
  readonly length: number;
  /** Whether it is still scanning existing rows. New rows of a live session may add hits later. */
  readonly isAtWork: boolean;
  /** Whether row `seq` was scanned. */
  covers(seq: number): boolean;
  hits(from: number, count: number): Promise<Hit[]>;
  hitsBetween(from: number, end: number): Promise<Hit[]>;
  position(seq: number): Promise<number>;
  onState(state: SearchState): void;
  cancel(): void;
  end(): void;
}

/**
 * Starts a search on the host.
 * @param firstRow the first row to scan
 * @param onChange called when any property changed
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
