import { join } from 'node:path';
import { createWatch, trialOf } from '../core/search/watch.ts';
import type { Trial } from '../core/search/watch.ts';
import type { DuplexError } from '../shared/errors.ts';
import type { BoundaryError } from '../shared/recordProtocol.ts';
import type { CompileSchema } from '../shared/schemaProtocol.ts';
import type { Query, SearchWorkerCalls, SearchWorkerEvents } from '../shared/queryProtocol.ts';
import { Search } from './search.ts';
import type { SearchRunner, SearchTarget } from './search.ts';
import type { UnitGate } from './unitGate.ts';
import { WorkerHost } from './workerHost.ts';
import { WorkerJobs } from './workerJobs.ts';

/**
 * A pattern is stuck if it is tried on the same row for this many polls: 5 s. Polls are counted instead of time,
 * because a sleeping computer does not poll.
 */
const LOOK_INTERVAL = 500;
const STUCK_LOOKS = 10;

/** The same for the pattern of a search that has ended. */
const UNWANTED_LOOKS = 1;

/**
 * All searches of an engine, in a query worker of their own. If a pattern never ends, its worker is ended without
 * affecting saves, and the other searches start again.
 */
export class Searches implements SearchRunner {
  readonly #worker: WorkerHost<SearchWorkerCalls, SearchWorkerEvents>;
  readonly #running = new WorkerJobs<Search>();
  #watch = createWatch();
  #timer: NodeJS.Timeout | undefined;
  #trial: Trial | undefined;
  #looks = 0;

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

  /** Ends the searches of a recording, so that none of its files is open. */
  async endOf(folder: string): Promise<void> {
    await this.#running.endOf(folder);
  }

  begin(search: Search): number {
    this.#timer ??= setInterval(() => this.#look(), LOOK_INTERVAL).unref();
    return this.#running.add(search);
  }

  forget(search: Search): void {
    this.#running.forget(search);
  }

  async dispose(): Promise<void> {
    this.#stopLooking();
    await this.#worker.dispose();
  }

  #stopLooking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#looks = 0;
  }

  #look(): void {
    const trial = trialOf(this.#watch);
    const isSame = trial?.job === this.#trial?.job && trial?.count === this.#trial?.count;
    this.#trial = trial;
    this.#looks = isSame ? this.#looks + 1 : 0;
    if (trial === undefined) {
      // Not at the first poll without an attempt, because one of a search that just ended may follow.
      if (this.#running.size === 0 && this.#looks > 1) this.#stopLooking();
      return;
    }
    const stuck = this.#running.get(trial.job);
    if (this.#looks < (stuck ? STUCK_LOOKS : UNWANTED_LOOKS)) return;
    this.#looks = 0;
    stuck?.lose();
    this.#worker.restart('The search was ended: its pattern takes too long.').catch(this.onError);
    this.#beginAgain();
    stuck?.fail(tooLong(trial.row));
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
