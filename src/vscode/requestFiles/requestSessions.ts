import { requestName } from '../../core/request/plan/requestName.ts';
import type { GivenOptions } from '../../core/session/options/connectOptions.ts';
import type { Problem } from '../../core/request/syntax/diagnostic.ts';
import { isLive } from '../../core/session/life/stateMachine.ts';
import { requestOptions } from '../../core/request/plan/requestOptions.ts';
import { createFileScope } from '../../core/request/variables/scope.ts';
import type { Scope } from '../../core/request/variables/scope.ts';
import type { Request } from '../../core/request/syntax/tree.ts';
import { SAMPLE_PORTS } from '../../core/request/variables/value.ts';
import { Listeners } from '../../engine/listeners.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import { placedKey } from '../../core/request/syntax/requestKey.ts';
import type { Session } from '../../engine/session.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { RequestScopes } from './requestScopes.ts';

/** The functions that create, show and connect sessions. */
export interface SessionOpener {
  /**
   * Creates a session and starts to connect it. `attempt` resolves when the attempt is over and a failure was shown.
   * @param uri the request file; paths are relative to its folder
   */
  open(
    options: GivenOptions,
    name: string | undefined,
    uri: string,
  ): { session: Session; attempt: Promise<void> };
  /** Connects an existing session that is not connected. Otherwise like `open`. */
  reconnect(session: Session): Promise<void>;
  show(session: Session): void;
  /** Whether the session was not removed. */
  has(session: Session): boolean;
}

/** The connection of a request since its Connect. */
interface Run {
  readonly session: Session;
  /** The description of the connection at that time. A changed description needs another session. */
  readonly said: string;
  readonly options: string;
  /** Values that were created for the connection and must not change. */
  readonly kept: Map<string, string>;
  readonly attempt: Promise<void>;
  /** Whether the attempt is over. Until then, the session may not be connecting yet. */
  settled: boolean;
}

/** Maps requests to sessions, by the file and the request's name or else its index. */
export class RequestSessions {
  readonly #opener: SessionOpener;
  readonly #scopeOf: RequestScopes;
  readonly #runs = new Map<string, Run>();
  /** Connections whose values are being fetched, possibly from the user. */
  readonly #starting = new Map<string, Promise<Run>>();
  readonly #listeners = new Listeners();

  constructor(opener: SessionOpener, scopeOf: RequestScopes) {
    this.#opener = opener;
    this.#scopeOf = scopeOf;
  }

  /**
   * Calls `listener` when the session of a request was added, removed, or changed its state. @returns a function that
   * unsubscribes
   */
  onDidChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /**
   * The session of a request while it is connected or connecting, unless the request describes another connection
   * now.
   */
  find(placed: PlacedRequest): Session | undefined {
    return this.#liveRun(placed)?.session;
  }

  /** The session of the last run of a request, unless it was removed. */
  lastOf(placed: PlacedRequest): Session | undefined {
    const run = this.#runs.get(placedKey(placed));
    return run && this.#opener.has(run.session) ? run.session : undefined;
  }

  /**
   * Connects a request, or shows the session that it has. Resolves when the attempt is over.
   * @throws DuplexError `file.invalid` if the request has an error
   */
  async connect(placed: PlacedRequest): Promise<Session> {
    const live = this.#liveRun(placed);
    if (live) this.#opener.show(live.session);
    const run = live ?? (await this.#started(placed));
    await run.attempt;
    return run.session;
  }

  /**
   * The open session of a request; connects the request if there is none.
   * @param prepare runs before anything connects, so that its failure leaves nothing behind
   * @returns undefined if the connection failed; the user was shown the reason
   */
  async opened<T>(
    placed: PlacedRequest,
    prepare: (scope: Scope) => Promise<T>,
  ): Promise<{ readonly session: Session; readonly prepared: T } | undefined> {
    refuseErrors(placed.request);
    const kept = this.#liveRun(placed)?.kept ?? new Map<string, string>();
    const scope = await this.#scope(placed, kept);
    const prepared = await prepare(scope);
    const live = this.#liveRun(placed);
    if (live) this.#opener.show(live.session);
    const run = live ?? this.#start(placed, scope, kept);
    await run.attempt;
    return run.session.summary.state === 'open' ? { session: run.session, prepared } : undefined;
  }

  /** Connects only once, even if it is called again while values are fetched. */
  #started(placed: PlacedRequest): Promise<Run> {
    const key = placedKey(placed);
    const under = this.#starting.get(key);
    if (under) return under;
    const start = async (): Promise<Run> => {
      refuseErrors(placed.request);
      const kept = new Map<string, string>();
      return this.#start(placed, await this.#scope(placed, kept), kept);
    };
    const starting = start().finally(() => this.#starting.delete(key));
    this.#starting.set(key, starting);
    return starting;
  }

  async #scope(placed: PlacedRequest, kept: Map<string, string>): Promise<Scope> {
    const result = await this.#scopeOf(placed, kept);
    if ('problems' in result) throw invalid(result.problems[0]!);
    return result.scope;
  }

  #liveRun(placed: PlacedRequest): Run | undefined {
    const key = placedKey(placed);
    const run = this.#runs.get(key);
    if (!run) return undefined;
    if (!this.#opener.has(run.session)) {
      this.#runs.delete(key);
      return undefined;
    }
    const { state } = run.session.summary;
    const isUsable = !run.settled || (isLive(state) && state !== 'closing');
    return isUsable && run.said === whatIsSaid(placed) ? run : undefined;
  }

  #start(placed: PlacedRequest, scope: Scope, kept: Map<string, string>): Run {
    const { request } = placed;
    const result = requestOptions(request, scope);
    if ('problems' in result) throw invalid(result.problems[0]!);
    const options = JSON.stringify(result.options);
    const before = this.#runs.get(placedKey(placed));
    const isAgain = before?.options === options && this.#opener.has(before.session);
    const { session, attempt } =
      isAgain && !isLive(before.session.summary.state)
        ? { session: before.session, attempt: this.#opener.reconnect(before.session) }
        : this.#opener.open(result.options, request.name && requestName(request), placed.uri);
    const run: Run = { session, attempt, options, kept, said: whatIsSaid(placed), settled: false };
    const settle = (): void => {
      run.settled = true;
      this.#emit();
    };
    attempt.then(settle, settle);
    this.#runs.set(placedKey(placed), run);
    if (session !== before?.session) this.#watch(session);
    this.#emit();
    return run;
  }

  /** Counters change twenty times a second; only state changes matter here. */
  #watch(session: Session): void {
    let { state } = session.summary;
    session.onDidChange(() => {
      if (session.summary.state === state) return;
      state = session.summary.state;
      this.#emit();
    });
  }

  #emit(): void {
    this.#listeners.emit();
  }
}

/** @throws DuplexError `file.invalid` */
function refuseErrors({ error }: Request): void {
  if (error) throw invalid(error);
}

function invalid({ message, range }: Problem): DuplexError {
  return new DuplexError('file.invalid', `Line ${range.start.line + 1}: ${message}`);
}

/** The description of a request's connection, without values that are created anew each time. */
function whatIsSaid({ file, request }: PlacedRequest): string {
  return JSON.stringify(requestOptions(request, createFileScope(file.variables, SAMPLE_PORTS)));
}
