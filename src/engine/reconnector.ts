import {
  isNormalEnd,
  mayReconnect,
  reconnectDelay,
  steadyAfter,
  waitBeforeAttempt,
} from '../core/session/life/reconnect.ts';
import type { ConnectionEnd } from '../core/session/life/reconnect.ts';
import type { ReconnectAttempt, ConnectOptions } from '../shared/session.ts';
import type { NoteDetail } from '../shared/timeline.ts';

export interface ReconnectorHooks {
  readonly options: () => ConnectOptions;
  readonly note: (detail: NoteDetail) => void;
  /** Connects: called when the wait is over. */
  readonly connect: () => void;
  /** Whether there is no network. The attempt then waits for the network instead of failing. */
  readonly isOffline: () => boolean;
}

/**
 * Decides after the end of each connection whether and when to reconnect, and waits until then. A session reconnects
 * only if it has been open since the user connected it: a failed first handshake is reported at once.
 */
export class Reconnector {
  #inRow = 0;
  #openedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #attempt: ReconnectAttempt | undefined;

  constructor(private readonly hooks: ReconnectorHooks) {}

  /** The attempt that is waiting or in progress. */
  get attempt(): ReconnectAttempt | undefined {
    return this.#attempt;
  }

  /** The user connects: earlier failures no longer count. */
  reset(): void {
    this.stop();
    this.#inRow = 0;
    this.#openedAt = undefined;
  }

  opened(): void {
    this.#openedAt = performance.now();
    this.#attempt = undefined;
  }

  /** @returns whether another attempt follows; the wait for it has then begun */
  ended(end: ConnectionEnd): boolean {
    const options = this.hooks.options();
    this.#attempt = undefined;
    if (options.reconnect === 0 || this.#openedAt === undefined || isNormalEnd(end)) return false;
    if (end.close !== undefined && performance.now() - this.#openedAt >= steadyAfter(options))
      this.#inRow = 0;
    const { worth, cause } = mayReconnect(end);
    if (!worth) {
      this.#note(`No reconnect: ${cause}, and another attempt would end the same way.`, { reason: cause });
      return false;
    }
    if (this.#inRow >= options.reconnect) {
      const times = this.#inRow === 1 ? 'one reconnect' : `${this.#inRow} reconnects in a row`;
      this.#note(`Given up after ${times}: ${cause}.`, { reason: cause });
      return false;
    }
    const own = reconnectDelay(this.#inRow + 1, options, Math.random());
    const wait = waitBeforeAttempt(own, end, options, Math.random(), Date.now());
    if (wait === undefined) {
      this.#note(`No reconnect: ${cause}, and the server asks to wait for more than an hour.`, {
        reason: cause,
      });
      return false;
    }
    this.#inRow++;
    const asked = wait.byServer ? `${cause}, with Retry-After` : cause;
    this.#wait(wait.delay, asked, options.reconnect);
    return true;
  }

  /** Ends the wait early, because the server may be reachable now. */
  hurry(): void {
    if (this.#attempt === undefined || this.#timer === undefined) return;
    this.#attempt = { ...this.#attempt, nextAt: Date.now() };
    this.#due();
  }

  /** Cancels a waiting attempt; one in progress continues. */
  stop(): void {
    clearTimeout(this.#timer);
    if (this.#timer !== undefined) this.#attempt = undefined;
    this.#timer = undefined;
  }

  /** The attempt begins, on time or early. */
  began(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(delay: number, cause: string, of: number): void {
    const number = this.#inRow;
    this.#attempt = { number, of, nextAt: Date.now() + delay };
    this.#note(`Reconnect ${number} of ${of} in ${seconds(delay)}: ${cause}.`, {
      reason: cause,
      attempt: number,
      delay,
    });
    this.#timer = setTimeout(() => {
      if (!this.hooks.isOffline()) this.#due();
    }, delay);
  }

  #due(): void {
    this.began();
    this.hooks.connect();
  }

  #note(text: string, facts: Pick<NoteDetail, 'reason' | 'attempt' | 'delay'>): void {
    this.hooks.note({ note: 'reconnect', text, ...facts });
  }
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${Math.round(milliseconds / 100) / 10} s`;
}
