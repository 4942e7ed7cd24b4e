import type { Hit, SearchState } from '../../shared/queryProtocol.ts';
import { createQueue } from '../base/queue.ts';
import type { FoundRows } from '../rows/rowSource.ts';

/** The hits of a search so far, and how it is doing. */
export interface FoundHits extends FoundRows {
  /** Undefined until the host has started it. */
  readonly state: SearchState | undefined;
  /** Why it could not start or finish. */
  readonly problem: string | undefined;
  /** The user ended it early; its hits are gone. */
  readonly isCancelled: boolean;
  /** Whether it is still scanning existing rows. New rows of a live session may add hits later. */
  readonly isAtWork: boolean;
  hits(from: number, count: number): Promise<Hit[]>;
  hitsBetween(from: number, end: number): Promise<Hit[]>;
}

export interface HitNavigatorOptions {
  readonly find: () => FoundHits | undefined;
  readonly selected: () => number | undefined;
  /** The first row in view; stepping starts there if no row is selected. */
  readonly firstInView: () => number;
  /** Selects a row and brings it into view. */
  readonly go: (seq: number) => void;
  /** `current` changed. */
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

export interface HitNavigator {
  /** Index of the selected hit, from 0. */
  readonly current: number | undefined;
  /** Goes to the next or previous hit and wraps around. If that hit is not found yet, goes there once it is. */
  step(by: 1 | -1): void;
  /** The search or the selection may have changed. */
  refresh(): void;
}

/** Steps from hit to hit and knows which one is selected. */
export function createHitNavigator(options: HitNavigatorOptions): HitNavigator {
  const { find, selected, firstInView, go, onChange, onError } = options;
  let current: number | undefined;
  /** The inputs of `current`, which is valid while they stay the same. */
  let knownFor: string | undefined;
  let waiting: 1 | -1 | undefined;

  /** Steps run in order, so that two quick steps go two hits further. */
  const inOrder = createQueue();

  const setCurrent = (value: number | undefined): void => {
    if (current === value) return;
    current = value;
    onChange();
  };

  const locate = async (search: FoundHits, seq: number): Promise<void> => {
    const made = `${search.name} ${seq} ${search.covers(seq) || search.length}`;
    if (made === knownFor) return;
    // The index within another search would be wrong until the answer arrives.
    if (!knownFor?.startsWith(`${search.name} `)) setCurrent(undefined);
    knownFor = made;
    try {
      const [found, position] = await Promise.all([search.hitsBetween(seq, seq + 1), search.position(seq)]);
      if (made === knownFor) setCurrent(found.length > 0 ? position : undefined);
    } catch (error) {
      if (made === knownFor) onError(error);
    }
  };

  const step = async (search: FoundHits, by: 1 | -1): Promise<void> => {
    if (search.state === undefined) {
      waiting = by;
      return;
    }
    const from = selected();
    const { length } = search;
    const position =
      from === undefined
        ? await search.position(firstInView())
        : await search.position(by === 1 ? from + 1 : from);
    let target = by === 1 ? position : position - 1;
    if (target < 0 || target >= length) {
      // Wrapping around needs the last hit, which is known only once all rows were scanned.
      if (search.isAtWork) {
        waiting = by;
        return;
      }
      if (length === 0) return;
      target = by === 1 ? 0 : length - 1;
    }
    const [hit] = await search.hits(target, 1);
    if (hit === undefined || search !== find()) return;
    go(hit.seq);
  };

  return {
    get current() {
      return current;
    },
    step(by) {
      waiting = undefined;
      const search = find();
      if (search !== undefined && !search.isCancelled && search.problem === undefined)
        inOrder(() => step(search, by).catch(onError));
    },
    refresh() {
      const search = find();
      const seq = selected();
      if (search === undefined || search.isCancelled || search.problem !== undefined) waiting = undefined;
      if (search === undefined || seq === undefined || search.length === 0) {
        knownFor = undefined;
        setCurrent(undefined);
      } else {
        void locate(search, seq);
      }
      if (search !== undefined && waiting !== undefined && search.state !== undefined) {
        const by = waiting;
        waiting = undefined;
        inOrder(() => step(search, by).catch(onError));
      }
    },
  };
}
