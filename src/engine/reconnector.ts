import {
  isNormalEnd,
  mayReconnect,
  reconnectDelay,
  steadyAfter,
  waitFor,
} from '../core/session/life/reconnect.ts';
import type { ConnectionEnd } from '../core/session/life/reconnect.ts';
import type { Attempt, ConnectOptions } from '../shared/session.ts';
import type { NoteDetail } from '../shared/timeline.ts';

export interface ReconnectorHooks {
  readonly options: () => ConnectOptions;
  readonly note: (detail: NoteDetail) => void;
  /** The time has come. */
  readonly connect: () => void;
  /** Whether there is no network to connect over: then the attempt is not wasted, but waits for it. */
  readonly isOffline: () => boolean;
}

/**
 * Decides after each end of a connection whether and when to connect again, and waits for that moment. Only a session that was
 * open once since the user connected it reconnects: a first handshake that fails is reported at once.
 */
export class Reconnector {
  #inRow = 0;
  #openedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #attempt: Attempt | undefined;

  constructor(private readonly hooks: ReconnectorHooks) {}

  /** The attempt that is waited for or under way. */
  get attempt(): Attempt | undefined {
    return this.#attempt;
  }

  /** The user connects: whatever failed before counts no more. */
  reset(): void {
    this.stop();
    this.#inRow = 0;
    this.#openedAt = undefined;
  }

  opened(): void {
    this.#openedAt = performance.now();
    this.#attempt = undefined;
  }

  /** @returns whether there is another attempt: the wait for it has begun */
  ended(end: ConnectionEnd): boolean {
    const options = this.hooks.options();
    this.#attempt = undefined;
    if (options.reconnect === 0 || this.#openedAt === undefined || isNormalEnd(end)) return false;
    if (end.close !== undefined && performance.now() - this.#openedAt >= steadyAfter(options))
      this.#inRow = 0;
    const { worth, cause } = mayReconnect(end);
    if (!worth) {
      this.#tell(`No reconnect: ${cause}, and another attempt would end the same way.`, { reason: cause });
      return false;
    }
    if (this.#inRow >= options.reconnect) {
      const times = this.#inRow === 1 ? 'one reconnect' : `${this.#inRow} reconnects in a row`;
      this.#tell(`Given up after ${times}: ${cause}.`, { reason: cause });
      return false;
    }
    const own = reconnectDelay(this.#inRow + 1, options, Math.random());
    const wait = waitFor(own, end, options, Math.random(), Date.now());
    if (wait === undefined) {
      this.#tell(`No reconnect: ${cause}, and the server asks to wait for more than an hour.`, {
        reason: cause,
      });
      return false;
    }
    this.#inRow++;
    const asked = wait.byServer ? `${cause}, with Retry-After` : cause;
    this.#wait(wait.delay, asked, options.reconnect);
    return true;
  }

  /** Waits no longer: what the attempt waited for may be there now. */
  hurry(): void {
    if (this.#attempt === undefined || this.#timer === undefined) return;
    this.#attempt = { ...this.#attempt, nextAt: Date.now() };
    this.#due();
  }

  /** An attempt that is waited for does not come; one that is under way goes on. */
  stop(): void {
    clearTimeout(this.#timer);
    if (this.#timer !== undefined) this.#attempt = undefined;
    this.#timer = undefined;
  }

  /** The attempt begins, in time or before. */
  began(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(delay: number, cause: string, of: number): void {
    const number = this.#inRow;
    this.#attempt = { number, of, nextAt: Date.now() + delay };
    this.#tell(`Reconnect ${number} of ${of} in ${seconds(delay)}: ${cause}.`, {
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

  #tell(text: string, facts: Pick<NoteDetail, 'reason' | 'attempt' | 'delay'>): void {
    this.hooks.note({ note: 'reconnect', text, ...facts });
  }
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${Math.round(milliseconds / 100) / 10} s`;
}
