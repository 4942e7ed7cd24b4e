import type { BoundaryError } from '../shared/recordProtocol.ts';
import type { Hit, Query, SearchState, SearchWorkerCalls } from '../shared/queryProtocol.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import { Listeners } from './listeners.ts';

/** What is searched. */
export interface SearchTarget {
  readonly folder: string;
  /** Rows that can be read back; undefined: as many as the files have when the worker looks. */
  readonly rows: () => number | undefined;
  /** The first row that is looked at. Where it changes, the search begins again. */
  readonly firstRow: () => number;
  /** Calls when either may have changed. @returns unsubscribes */
  readonly onDidChange?: (listener: () => void) => () => void;
}

/** What a search needs of those who run it. */
export interface SearchRunner {
  /** Gives the search a number by which its worker knows it, in place of that which it had. */
  begin(search: Search): number;
  forget(search: Search): void;
  /** @throws DuplexError where no worker can be started */
  readonly calls: SearchWorkerCalls;
  readonly watch: SharedArrayBuffer;
}

/** Of a session without a row. */
const NOTHING_YET: SearchState = {
  hits: 0,
  scanned: 0,
  total: 0,
  done: true,
  skipped: 0,
  error: undefined,
};

/**
 * One search: rows that satisfy a query, found while one looks. Hits are numbered from 0 in the order of the rows.
 * It ends with `dispose`.
 */
export class Search {
  readonly #changed = new Listeners();
  #state: SearchState = NOTHING_YET;
  /** Undefined while no worker knows it. */
  #job: number | undefined;
  #from = 0;
  #rows: number | undefined = 0;
  #disposed = false;
  readonly #unsubscribe: (() => void) | undefined;

  constructor(
    readonly query: Query,
    readonly target: SearchTarget,
    private readonly runner: SearchRunner,
  ) {
    this.#unsubscribe = target.onDidChange?.(() => this.extend());
    this.begin();
  }

  /** How far it is. */
  get state(): SearchState {
    return this.#state;
  }

  /** The state changed; at most 10 times a second, and at once when it failed. @returns unsubscribes */
  onDidChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /** Hits number `from` and on, as rows: fewer at the end, MAX_PULL at most. Also while it runs. */
  async hits(from: number, count: number): Promise<Hit[]> {
    return this.#job === undefined ? [] : this.runner.calls.hits(this.#job, from, count);
  }

  /** The same as row numbers only, as many as are asked for. */
  async hitNumbers(from: number, count: number): Promise<Float64Array> {
    return this.#job === undefined
      ? new Float64Array(0)
      : this.runner.calls.hitNumbers(this.#job, from, count);
  }

  /**
   * Number of the first hit at or after row `seq`: as many as there are hits where none is. So hit `position(seq + 1)` is the next
   * one after a row, and hit `position(seq) - 1` the previous.
   */
  async position(seq: number): Promise<number> {
    return this.#job === undefined ? 0 : this.runner.calls.hitPosition(this.#job, seq);
  }

  /** Goes on with what came since. That of a session does so by itself. */
  extend(): void {
    if (this.#disposed || this.#state.error !== undefined) return;
    if (this.#job === undefined || this.target.firstRow() !== this.#from) return this.begin();
    const rows = this.target.rows();
    if (rows !== undefined && rows === this.#rows) return;
    this.#rows = rows;
    this.#expect((calls, job) => calls.extendSearch(job, rows));
  }

  /** Stops it, at once, and frees what it found. Resolves when no file of the recording is open for it. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#unsubscribe?.();
    await this.#end();
  }

  /** Searches from the first row on, also after its worker was lost. */
  begin(): void {
    void this.#end();
    if (this.#disposed) return;
    this.#rows = this.target.rows();
    // Before its first row a recording may have no files yet.
    if (this.#rows === 0) return;
    this.#from = this.target.firstRow();
    this.#job = this.runner.begin(this);
    const { folder } = this.target;
    const start = { folder, query: this.query, from: this.#from, rows: this.#rows };
    this.report({ ...NOTHING_YET, done: false });
    this.#expect((calls, job) => calls.startSearch(job, { ...start, watch: this.runner.watch }));
  }

  /** Its worker is gone, with what was found. */
  lose(): void {
    this.#job = undefined;
    this.runner.forget(this);
  }

  /** Told by its worker. */
  report(state: SearchState): void {
    this.#state = state;
    this.#changed.emit();
  }

  /** It ended before it was done, and its worker does not know it any more. */
  fail(error: BoundaryError): void {
    this.report({ ...this.#state, hits: 0, done: false, error });
  }

  async #end(): Promise<void> {
    const job = this.#job;
    if (job === undefined) return;
    this.lose();
    try {
      await this.runner.calls.endSearch(job);
    } catch (error) {
      // The worker was ended, and the search with it.
      if (!(error instanceof DuplexError)) throw error;
    }
  }

  /** What a call ends with matters only as long as the search is still the one that made it. */
  #expect(call: (calls: SearchWorkerCalls, job: number) => Promise<void>): void {
    const job = this.#job!;
    const settle = async (): Promise<void> => {
      try {
        await call(this.runner.calls, job);
      } catch (error) {
        if (job !== this.#job) return;
        this.lose();
        const { code, message } = toDuplexError(error);
        this.fail({ code, message });
      }
    };
    void settle();
  }
}
