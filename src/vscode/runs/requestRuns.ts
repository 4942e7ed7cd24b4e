import { Listeners } from '../../engine/listeners.ts';
import type { PlacedRequest, RunEvent, RunOptions } from '../../core/request/run/runPorts.ts';
import type { RequestResult, RunSession, StepResult } from '../../core/request/run/runResult.ts';
import { placedKey } from '../../core/request/syntax/requestKey.ts';

/** Runs one request, as src/engine/runner does. */
export type RunRequest = (placed: PlacedRequest, options: RunOptions) => Promise<RequestResult>;

/** The current or the last run of a request. */
export interface RequestRun {
  readonly placed: PlacedRequest;
  readonly cancel: AbortController;
  /** Set once the run connects. */
  session: RunSession | undefined;
  /** The completed steps. */
  steps: readonly StepResult[];
  /** The current step. */
  running: number | undefined;
  /** Undefined during the run. */
  result: RequestResult | undefined;
}

export interface StartOptions {
  readonly signal?: AbortSignal;
}

/** The runs of request files. A request has at most one run at a time, and its last run is kept. */
export class RequestRuns {
  readonly #runRequest: RunRequest;
  readonly #onReplaced: (session: RunSession) => void;
  readonly #runs = new Map<string, RequestRun>();
  readonly #listeners = new Listeners<[run: RequestRun]>();

  /** @param onReplaced called with the session of a run that a new run replaces */
  constructor(runRequest: RunRequest, onReplaced: (session: RunSession) => void) {
    this.#runRequest = runRequest;
    this.#onReplaced = onReplaced;
  }

  /** Calls `listener` when a run makes progress. @returns a function that unsubscribes */
  onDidChange(listener: (run: RequestRun) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** The current or the last run of a request. */
  of(placed: PlacedRequest): RequestRun | undefined {
    return this.#runs.get(placedKey(placed));
  }

  /** The runs of a file. */
  in(uri: string): RequestRun[] {
    return [...this.#runs.values()].filter(({ placed }) => placed.uri === uri);
  }

  /** Runs a request to its end. A run in progress is cancelled first. Never throws; the result contains the failure. */
  async run(placed: PlacedRequest, options: StartOptions = {}): Promise<RequestResult> {
    const before = this.of(placed);
    before?.cancel.abort();
    if (before?.session) this.#onReplaced(before.session);
    const cancel = new AbortController();
    const run: RequestRun = {
      placed,
      cancel,
      session: undefined,
      steps: [],
      running: undefined,
      result: undefined,
    };
    this.#runs.set(placedKey(placed), run);
    this.#emit(run);
    const signal = options.signal ? AbortSignal.any([cancel.signal, options.signal]) : cancel.signal;
    run.result = await this.#runRequest(placed, {
      signal,
      onEvent: (event) => this.#onEvent(run, event),
    });
    run.running = undefined;
    this.#emit(run);
    return run.result;
  }

  #onEvent(run: RequestRun, event: RunEvent): void {
    if (event.kind === 'connecting') run.session = event.session;
    else if (event.kind === 'stepStarted') run.running = event.index;
    else if (event.kind === 'stepEnded') run.steps = [...run.steps, event.result];
    else return;
    this.#emit(run);
  }

  #emit(run: RequestRun): void {
    // A replaced run reports nothing more.
    if (this.#runs.get(placedKey(run.placed)) !== run) return;
    this.#listeners.emit(run);
  }
}
