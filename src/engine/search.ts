import { join } from 'node:path';
import { createWatch, currentAttempt } from '../core/search/watch.ts';
import type { MatchAttempt } from '../core/search/watch.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import { GATES } from '../shared/queryProtocol.ts';
import type {
  Hit,
  Query,
  SearchState,
  SearchWorkerCalls,
  SearchWorkerEvents,
} from '../shared/queryProtocol.ts';
import type { BoundaryError } from '../shared/recordProtocol.ts';
import type { CompileSchema } from '../shared/schemaProtocol.ts';
import { Listeners } from './listeners.ts';
import { feedGate } from './unitGate.ts';
import type { UnitGate } from './unitGate.ts';
import { WorkerHost } from './workerHost.ts';
import { WorkerJobs } from './workerJobs.ts';

/** Milliseconds between two polls of the row that is being tried. */
const POLL_INTERVAL = 500;

/**
 * Polls that find the same attempt before its pattern counts as stuck: 5 s. Polls are counted instead of time, because
 * a sleeping computer does not poll.
 */
const STUCK_POLLS = 10;

/** Polls that find the same attempt before the pattern of an ended search counts as stuck. */
const UNWANTED_POLLS = 1;

/** The recording to search. */
export interface SearchTarget {
  readonly folder: string;
  /** The number of readable rows; undefined: the number in the files when the worker reads them. */
  readonly rows: () => number | undefined;
  /** The first row of the search. If it changes, the search starts again. */
  readonly firstRow: () => number;
  /** Adds a listener that is called when either may have changed. @returns a function that removes it */
  readonly onDidChange?: (listener: () => void) => () => void;
}

/** The functions of the engine that a search needs. */
export interface SearchRunner {
  /** Gives the search a new number, by which its worker identifies it. */
  register(search: Search): number;
  forget(search: Search): void;
  /** @throws DuplexError if no worker can be started */
  readonly calls: SearchWorkerCalls;
  readonly watch: SharedArrayBuffer;
}

/** The state before the first row. */
const NOTHING_YET: SearchState = {
  hits: 0,
  scanned: 0,
  total: 0,
  done: true,
  skipped: 0,
  error: undefined,
};

/**
 * A search for rows that match a query, found incrementally. Hits are numbered from 0 in row order. Call
 * `dispose` at the end.
 */
export class Search {
  readonly #changed = new Listeners();
  #state: SearchState = NOTHING_YET;
  /** The number of the search; undefined while no worker knows it. */
  #job: number | undefined;
  #from = 0;
  #rows: number | undefined = 0;
  #disposed = false;
  readonly #unsubscribe: (() => void) | undefined;
  #stopFeeding: (() => void) | undefined;

  constructor(
    readonly query: Query,
    readonly target: SearchTarget,
    private readonly runner: SearchRunner,
    private readonly gate?: UnitGate,
  ) {
    this.#unsubscribe = target.onDidChange?.(() => this.extend());
    this.begin();
  }

  /** The progress of the search. */
  get state(): SearchState {
    return this.#state;
  }

  /**
   * Adds a listener to changes of the state; called at most 10 times a second, and at once on a failure.
   * @returns a function that removes it
   */
  onDidChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /** Hits from number `from` on, as rows: at most MAX_PULL, fewer at the end. Available while the search runs. */
  async hits(from: number, count: number): Promise<Hit[]> {
    return this.#job === undefined ? [] : this.runner.calls.hits(this.#job, from, count);
  }

  /** The row numbers of hits from number `from` on, as many as requested. */
  async hitNumbers(from: number, count: number): Promise<Float64Array> {
    return this.#job === undefined
      ? new Float64Array(0)
      : this.runner.calls.hitNumbers(this.#job, from, count);
  }

  /**
   * Number of the first hit at or after row `seq`; the number of hits if there is none. So hit `position(seq
   * + 1)` is the next one after a row, and hit `position(seq) - 1` the previous one.
   */
  async position(seq: number): Promise<number> {
    return this.#job === undefined ? 0 : this.runner.calls.hitPosition(this.#job, seq);
  }

  /** Continues with new rows. The search of a session does so automatically. */
  extend(): void {
    if (this.#disposed || this.#state.error !== undefined) return;
    if (this.#job === undefined || this.target.firstRow() !== this.#from) return this.begin();
    const rows = this.target.rows();
    if (rows !== undefined && rows === this.#rows) return;
    this.#rows = rows;
    void this.#expect((calls, job) => calls.extendSearch(job, rows));
  }

  /** Stops at once and frees the hits. Resolves when the search has closed all files of the recording. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#unsubscribe?.();
    await this.#end();
  }

  /** Searches from the first row; also after the worker was lost. */
  begin(): void {
    void this.#end();
    if (this.#disposed) return;
    this.#rows = this.target.rows();
    // A recording without rows may have no files.
    if (this.#rows === 0) return;
    this.#from = this.target.firstRow();
    this.#job = this.runner.register(this);
    const { folder } = this.target;
    const { gate } = this;
    const gates = gate && { gates: GATES.filter((name) => gate[name] !== undefined) };
    const start = { folder, query: this.query, from: this.#from, rows: this.#rows, ...gates };
    this.report({ ...NOTHING_YET, done: false });
    const started = this.#expect((calls, job) =>
      calls.startSearch(job, { ...start, watch: this.runner.watch }),
    );
    if (gate) void started.then((job) => this.#feed(gate, job));
  }

  #feed(gate: UnitGate, job: number): void {
    if (job !== this.#job) return;
    this.#stopFeeding = feedGate(
      gate,
      this.#from,
      async (rows) => void (await this.#expect((calls) => calls.passGate(job, rows))),
      (error) => {
        void this.#end();
        this.fail(error);
      },
    );
  }

  /** The worker and the hits so far are lost. */
  lose(): void {
    this.#job = undefined;
    this.#stopFeeding?.();
    this.runner.forget(this);
  }

  /** Called by its worker. */
  report(state: SearchState): void {
    this.#state = state;
    this.#changed.emit();
  }

  /** The search stopped before it was complete, and its worker has forgotten it. */
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
      // The end of the worker ended the search.
      if (!(error instanceof DuplexError)) throw error;
    }
  }

  /**
   * Waits for a call, whose result counts only if it belongs to the current attempt.
   * @returns the job of that attempt
   */
  async #expect(call: (calls: SearchWorkerCalls, job: number) => Promise<void>): Promise<number> {
    const job = this.#job!;
    try {
      await call(this.runner.calls, job);
    } catch (error) {
      if (job === this.#job) {
        this.lose();
        const { code, message } = toDuplexError(error);
        this.fail({ code, message });
      }
    }
    return job;
  }
}

/**
 * All searches of an engine, in a query worker of their own. If a pattern never ends, that worker is ended,
 * which does not affect saves, and the other searches start again.
 */
export class Searches implements SearchRunner {
  readonly #worker: WorkerHost<SearchWorkerCalls, SearchWorkerEvents>;
  readonly #running = new WorkerJobs<Search>();
  #watch = createWatch();
  #timer: NodeJS.Timeout | undefined;
  #attempt: MatchAttempt | undefined;
  /** Consecutive polls that found the same attempt, or none. */
  #polls = 0;

  constructor(
    workersFolder: string,
    private readonly onError: (error: DuplexError) => void,
    compileSchema: CompileSchema,
  ) {
    this.#worker = new WorkerHost({
      file: join(workersFolder, 'query.js'),
      onError,
      handlers: { compileSchema, searched: (job, state) => this.#running.get(job)?.report(state) },
      onCrash: () => this.#beginAgain(),
    });
  }

  get calls(): SearchWorkerCalls {
    return this.#worker.remote;
  }

  get watch(): SharedArrayBuffer {
    return this.#watch;
  }

  search(target: SearchTarget, query: Query, gate?: UnitGate): Search {
    return new Search(query, target, this, gate);
  }

  /** Ends the searches of a recording and closes all its files. */
  async endOf(folder: string): Promise<void> {
    await this.#running.endOf(folder);
  }

  register(search: Search): number {
    this.#timer ??= setInterval(() => this.#poll(), POLL_INTERVAL).unref();
    return this.#running.add(search);
  }

  forget(search: Search): void {
    this.#running.forget(search);
  }

  async dispose(): Promise<void> {
    this.#stopPolling();
    await this.#worker.dispose();
  }

  #stopPolling(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#polls = 0;
  }

  #poll(): void {
    const attempt = currentAttempt(this.#watch);
    const isSame = attempt?.job === this.#attempt?.job && attempt?.count === this.#attempt?.count;
    this.#attempt = attempt;
    this.#polls = isSame ? this.#polls + 1 : 0;
    if (attempt === undefined) {
      // Polling continues after the first poll without an attempt: an attempt of a search that just ended may follow.
      if (this.#running.size === 0 && this.#polls > 1) this.#stopPolling();
      return;
    }
    const stuck = this.#running.get(attempt.job);
    if (this.#polls < (stuck ? STUCK_POLLS : UNWANTED_POLLS)) return;
    this.#polls = 0;
    stuck?.lose();
    this.#worker.restart('The search was ended: its pattern takes too long.').catch(this.onError);
    this.#beginAgain();
    stuck?.fail(tooLong(attempt.row));
  }

  /** Starts a new worker with new shared memory, because the old worker may still be running. */
  #beginAgain(): void {
    this.#watch = createWatch();
    const searches = this.#running.all();
    for (const search of searches) search.lose();
    for (const search of searches) search.begin();
  }
}

function tooLong(row: number): BoundaryError {
  return {
    code: 'call.timeout',
    message:
      `The pattern takes too long: the search got stuck at row ${row}. ` +
      'Simplify it, such as (a+)+ to a+, or search for plain text.',
  };
}
