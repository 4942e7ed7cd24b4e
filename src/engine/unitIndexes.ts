import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import type { CompileSchema } from '../shared/schemaProtocol.ts';
import type {
  CallFigures,
  CallPage,
  CallQuery,
  DecodedRow,
  NameCount,
  Subscription,
  TopicPage,
  TopicQuery,
  TopicsUnder,
  UnitCounts,
  UnitIndexState,
  UnitOptions,
  UnitQuery,
  UnitWorkerCalls,
  UnitWorkerEvents,
} from '../shared/unitIndexProtocol.ts';
import { Listeners } from './listeners.ts';
import type { SearchTarget } from './search.ts';
import { WorkerHost } from './workerHost.ts';
import { WorkerJobs } from './workerJobs.ts';

/** A recording whose units are indexed. */
export type UnitTarget = Pick<SearchTarget, 'folder' | 'rows' | 'onDidChange'> & {
  /** Whether the index may be stored beside the recording, because the recording belongs to this engine. */
  readonly beside: boolean;
};

const NOTHING_INDEXED: UnitIndexState = {
  rows: 0,
  total: 0,
  done: true,
  units: 0,
  protocol: undefined,
  reason: undefined,
  error: undefined,
};

const NO_TOPICS: TopicPage = { total: 0, active: -1, nodes: [], topics: 0, others: 0 };

/** The indexes of an engine, in a worker of their own, so that searches and saves never wait for decoders. */
export class UnitIndexes {
  readonly #worker: WorkerHost<UnitWorkerCalls, UnitWorkerEvents>;
  readonly #open = new WorkerJobs<Units>();
  #cache: string | undefined;

  constructor(
    workersFolder: string,
    private readonly onError: (error: DuplexError) => void,
    compileSchema: CompileSchema,
  ) {
    this.#worker = new WorkerHost({
      file: join(workersFolder, 'units.js'),
      onError,
      handlers: { compileSchema, indexed: (job, state) => this.#open.get(job)?.report(state) },
      onCrash: () => {
        for (const units of this.#open.all()) units.begin();
      },
    });
  }

  get calls(): UnitWorkerCalls {
    return this.#worker.remote;
  }

  open(target: UnitTarget, options: UnitOptions): Units {
    return new Units(target, options, this);
  }

  /** Ends the indexes of a recording and closes all its files. */
  async endOf(folder: string): Promise<void> {
    await this.#open.endOf(folder);
  }

  begin(units: Units): { readonly job: number; readonly cache: string } {
    const job = this.#open.add(units);
    this.#cache ??= mkdtempSync(join(tmpdir(), 'duplex-units-'));
    return { job, cache: join(this.#cache, String(job)) };
  }

  forget(units: Units): void {
    this.#open.forget(units);
  }

  removeCache(cache: string): void {
    try {
      rmSync(cache, { recursive: true, force: true });
    } catch (error) {
      this.onError(toDuplexError(error));
    }
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#open.all().map((units) => units.dispose()));
    await this.#worker.dispose();
    if (this.#cache !== undefined) this.removeCache(this.#cache);
  }
}

/** The units of one recording, from an index that follows it. Call `dispose` at the end. */
export class Units {
  readonly #changed = new Listeners();
  readonly #unsubscribe: (() => void) | undefined;
  #state = NOTHING_INDEXED;
  #job: number | undefined;
  #cache = '';
  #rows: number | undefined = 0;
  #isDisposed = false;
  /** Settles when the worker has opened the index; other calls wait for it. */
  #opening: Promise<void> = Promise.resolve();

  constructor(
    readonly target: UnitTarget,
    readonly options: UnitOptions,
    private readonly runner: UnitIndexes,
  ) {
    this.#unsubscribe = target.onDidChange?.(() => this.extend());
    this.begin();
  }

  get state(): UnitIndexState {
    return this.#state;
  }

  /** Adds a listener to changes of the state; called at most 10 times a second. @returns a function that removes it */
  onDidChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /** Resolves when all current rows are indexed. @throws DuplexError with the reason why they are not */
  async ready(): Promise<void> {
    await this.#opening;
    while (!this.#state.done) {
      const { error } = this.#state;
      if (error) throw new DuplexError(error.code, error.message);
      await new Promise<void>((resolve) => {
        const stop = this.onDidChange(() => {
          stop();
          resolve();
        });
      });
    }
  }

  names(): Promise<NameCount[]> {
    return this.#ask([], (calls, job) => calls.unitNames(job));
  }

  counts(filter: string, most: number): Promise<UnitCounts> {
    return this.#ask({ types: [], names: [], matches: 0 }, (calls, job) =>
      calls.unitCounts(job, filter, most),
    );
  }

  /** Numbers of up to `count` rows that contain such a unit, from number `from` on. */
  rowsWith(query: UnitQuery, from: number, count: number): Promise<Float64Array> {
    return this.#ask(new Float64Array(0), (calls, job) => calls.rowsWith(job, query, from, count));
  }

  figures(): Promise<CallFigures[]> {
    return this.#ask([], (calls, job) => calls.callFigures(job));
  }

  /** Up to `count` of the selected calls, from number `from` on; at most MAX_PULL. */
  pairs(from: number, count: number, query: CallQuery = {}): Promise<CallPage> {
    return this.#ask({ total: 0, pairs: [] }, (calls, job) => calls.callPairs(job, query, from, count));
  }

  /** The open subscriptions, then the latest of the ended ones, the last one first. */
  subscriptions(): Promise<Subscription[]> {
    return this.#ask([], (calls, job) => calls.subscriptions(job));
  }

  /** Up to `count` nodes of the topic tree, from number `from` on; at most MAX_PULL. */
  topics(query: TopicQuery, from: number, count: number): Promise<TopicPage> {
    return this.#ask(NO_TOPICS, (calls, job) => calls.topics(job, query, from, count));
  }

  topicsUnder(path: string, most: number): Promise<TopicsUnder> {
    return this.#ask({ names: [], matches: 0 }, (calls, job) => calls.topicsUnder(job, path, most));
  }

  /** The decoded form of rows, without rows that are not indexed yet. @param rows ascending numbers */
  decode(rows: readonly number[]): Promise<DecodedRow[]> {
    return this.#ask([], (calls, job) => calls.decodeRows(job, rows));
  }

  /** Continues with new rows. The index of a session does so automatically. */
  extend(): void {
    if (this.#isDisposed || this.#state.error !== undefined) return;
    if (this.#job === undefined) return this.begin();
    const rows = this.target.rows();
    if (rows !== undefined && rows === this.#rows) return;
    this.#rows = rows;
    const job = this.#job;
    const before = this.#opening;
    this.#opening = this.#settled(job, async () => {
      await before;
      await this.runner.calls.extendIndex(job, rows);
    });
  }

  /** Opens the index; also after the worker was lost. */
  begin(): void {
    this.#lose();
    if (this.#isDisposed) return;
    this.#rows = this.target.rows();
    // A recording without rows may have no files.
    if (this.#rows === 0) return;
    const { job, cache } = this.runner.begin(this);
    this.#job = job;
    this.#cache = cache;
    const { folder, beside } = this.target;
    const start = { ...this.options, folder, cache, beside, rows: this.#rows };
    this.report({ ...NOTHING_INDEXED, done: false });
    this.#opening = this.#settled(job, () => this.runner.calls.openIndex(job, start));
  }

  /** Called by the worker. */
  report(state: UnitIndexState): void {
    this.#state = state;
    this.#changed.emit();
  }

  /** Resolves when the index has closed all its files. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#unsubscribe?.();
    const job = this.#job;
    if (job === undefined) return;
    await this.#opening;
    const cache = this.#cache;
    this.#lose();
    try {
      await this.runner.calls.closeIndex(job);
    } catch (error) {
      // The end of the worker ended the index.
      if (!(error instanceof DuplexError)) throw error;
    }
    this.runner.removeCache(cache);
  }

  #lose(): void {
    if (this.#job !== undefined) this.runner.forget(this);
    this.#job = undefined;
  }

  async #ask<T>(nothing: T, call: (calls: UnitWorkerCalls, job: number) => Promise<T>): Promise<T> {
    await this.#opening;
    return this.#job === undefined || this.#state.error !== undefined
      ? nothing
      : call(this.runner.calls, this.#job);
  }

  async #settled(job: number, call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      // After a crash of the worker, another attempt has already started.
      if (job !== this.#job) return;
      const { code, message } = toDuplexError(error);
      this.#lose();
      this.report({ ...this.#state, done: false, error: { code, message } });
    }
  }
}
