import { describe, expect, it } from 'vitest';
import { createWatch } from '../../../src/core/search/watch.ts';
import { Search } from '../../../src/engine/search.ts';
import type { SearchRunner } from '../../../src/engine/search.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { SearchState, SearchWorkerCalls } from '../../../src/shared/queryProtocol.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A session of rows, and a worker that notes what it is asked. */
function setUp(rows: number) {
  const asked: unknown[][] = [];
  const listeners = new Set<() => void>();
  const session = { rows, firstRow: 0 };
  let answer: () => Promise<void> = async () => {};
  const noted =
    (name: string, ...known: unknown[]) =>
    async (...args: unknown[]): Promise<never> => {
      asked.push([name, ...args.filter((arg) => typeof arg !== 'object')]);
      if (name === 'startSearch') {
        const { from, rows: wanted } = args[1] as { from: number; rows: number };
        asked.at(-1)!.push(from, wanted);
      }
      await answer();
      return known[0] as never;
    };
  const calls = {
    startSearch: noted('startSearch'),
    extendSearch: noted('extendSearch'),
    passGate: noted('passGate'),
    endSearch: noted('endSearch'),
    hits: noted('hits', []),
    hitNumbers: noted('hitNumbers', new Float64Array([7])),
    hitPosition: noted('hitPosition', 3),
  } satisfies SearchWorkerCalls;
  let job = 0;
  const forgotten: Search[] = [];
  const runner: SearchRunner = {
    register: () => ++job,
    forget: (search) => forgotten.push(search),
    calls,
    watch: createWatch(),
  };
  const search = new Search(
    {},
    {
      folder: 'folder',
      rows: () => session.rows,
      firstRow: () => session.firstRow,
      onDidChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    runner,
  );
  return {
    search,
    asked,
    forgotten,
    listeners,
    change: (to: Partial<typeof session>): void => {
      Object.assign(session, to);
      for (const listener of listeners) listener();
    },
    answerWith: (next: () => Promise<void>): void => {
      answer = next;
    },
  };
}

const state = (change: Partial<SearchState>): SearchState => ({
  ...{ hits: 0, scanned: 0, total: 0, done: true, skipped: 0, error: undefined },
  ...change,
});

describe('a search of a session', () => {
  it('waits for the first row, as there may be no file before it', () => {
    const { search, asked, change } = setUp(0);
    expect([asked, search.state]).toEqual([[], state({})]);
    change({ rows: 2 });
    expect(asked).toEqual([['startSearch', 1, 0, 2]]);
    expect(search.state).toEqual(state({ done: false }));
  });

  it('continues only when there are more rows', () => {
    const { asked, change } = setUp(2);
    change({});
    change({ rows: 5 });
    change({ rows: 5 });
    expect(asked).toEqual([
      ['startSearch', 1, 0, 2],
      ['extendSearch', 1, 5],
    ]);
  });

  it('restarts after a clear', () => {
    const { asked, change } = setUp(2);
    change({ rows: 3, firstRow: 2 });
    expect(asked).toEqual([
      ['startSearch', 1, 0, 2],
      ['endSearch', 1],
      ['startSearch', 2, 2, 3],
    ]);
  });

  it('passes on the reports of its worker', () => {
    const { search } = setUp(2);
    const seen: SearchState[] = [];
    const stop = search.onDidChange(() => seen.push(search.state));
    search.report(state({ hits: 1 }));
    stop();
    search.report(state({ hits: 2 }));
    expect(seen).toEqual([state({ hits: 1 })]);
    expect(search.state.hits).toBe(2);
  });

  it('requests hits from its worker, unless no worker has it', async () => {
    const { search } = setUp(2);
    expect([await search.hits(0, 1), [...(await search.hitNumbers(0, 1))], await search.position(5)]).toEqual(
      [[], [7], 3],
    );
    search.lose();
    expect([await search.hits(0, 1), [...(await search.hitNumbers(0, 1))], await search.position(5)]).toEqual(
      [[], [], 0],
    );
  });

  it('fails with the error of its worker, and stays failed', async () => {
    const { search, asked, forgotten, change, answerWith } = setUp(0);
    answerWith(async () => {
      throw new DuplexError('file.invalid', 'It is not a recording.');
    });
    change({ rows: 1 });
    await turn();
    expect(search.state).toEqual(
      state({ done: false, error: { code: 'file.invalid', message: 'It is not a recording.' } }),
    );
    expect(forgotten).toEqual([search]);
    change({ rows: 9 });
    expect(asked.length).toBe(1);
  });

  it('ignores the results of calls to a lost worker after a restart', async () => {
    const { search, answerWith, change, asked } = setUp(0);
    answerWith(async () => {
      await turn();
      throw new DuplexError('call.disposed', 'The worker crashed.');
    });
    change({ rows: 1 });
    search.lose();
    answerWith(async () => {});
    search.begin();
    await turn();
    await turn();
    expect(search.state.error).toBeUndefined();
    expect(asked).toEqual([
      ['startSearch', 1, 0, 1],
      ['startSearch', 2, 0, 1],
    ]);
  });

  it('makes no calls and gets no reports after it is disposed', async () => {
    const { search, asked, listeners, change, answerWith } = setUp(1);
    answerWith(async () => {
      throw new DuplexError('call.disposed', 'The worker was ended.');
    });
    await search.dispose();
    await search.dispose();
    expect(listeners.size).toBe(0);
    change({ rows: 5 });
    search.extend();
    search.begin();
    expect(asked).toEqual([
      ['startSearch', 1, 0, 1],
      ['endSearch', 1],
    ]);
  });
});
