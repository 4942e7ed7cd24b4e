import { join } from 'node:path';
import { createWatch, currentAttempt } from '../core/search/watch.ts';
import type { MatchAttempt } from '../core/search/watch.ts';
import type { DuplexError } from '../shared/errors.ts';
import type { BoundaryError } from '../shared/recordProtocol.ts';
import type { CompileSchema } from '../shared/schemaProtocol.ts';
import type { Query, SearchWorkerCalls, SearchWorkerEvents } from '../shared/queryProtocol.ts';
import { Search } from './search.ts';
import type { SearchRunner, SearchTarget } from './search.ts';
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
