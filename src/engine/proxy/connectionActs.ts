import type { FaultDirection, FaultPlan } from '../../core/request/plan/faultPlan.ts';
import type { TimedFault } from '../../core/request/run/applyFaults.ts';

export interface ActHooks {
  /** Stops reading from the sender of a direction. @returns a function that resumes it, unless another hold remains */
  readonly hold: (direction: FaultDirection) => () => void;
  /** Closes both sides; 1006: without a close frame. */
  readonly close: (code: number) => void;
  /** Stops passing messages on in a direction. */
  readonly cut: (direction: FaultDirection) => void;
  readonly note: (what: string, fault: FaultPlan) => void;
  readonly onFired: (fault: FaultPlan) => void;
  /** Whether a fault is still switched on. */
  readonly isOn: (fault: FaultPlan) => boolean;
}

/** The faults of a connection as a whole: `stall`, `half-open` and `close`. */
export class ConnectionActs {
  readonly #timers = new Set<NodeJS.Timeout>();
  /** For each fault that stopped reading: the function that resumes it. */
  readonly #stalls = new Map<FaultPlan, () => void>();
  #isHalfOpen = false;

  constructor(private readonly hooks: ActHooks) {}

  /** Whether a fault keeps the connection from ending when one side ends. */
  get isStuck(): boolean {
    return this.#isHalfOpen || this.#stalls.size > 0;
  }

  /**
   * Schedules the faults that need no message, each at its time.
   * @param elapsed milliseconds since the connection opened
   */
  schedule(timed: readonly TimedFault[], elapsed: number): void {
    for (const { fault, at } of timed) {
      const begin = (): void => {
        if (!this.hooks.isOn(fault)) return;
        this.hooks.onFired(fault);
        this.begin(fault);
      };
      if (at <= elapsed) begin();
      else this.later(at - elapsed, begin);
    }
  }

  begin(fault: FaultPlan): void {
    const { kind, value, directions } = fault;
    const { note, hold, close, cut } = this.hooks;
    if (kind === 'close') {
      note(`Both sides are closed with ${value}`, fault);
      close(value);
      return;
    }
    if (kind === 'half-open') {
      this.#isHalfOpen = true;
      note('Messages are no longer passed on, without notice to either side', fault);
      for (const way of ['in', 'out'] as const) {
        cut(way);
        hold(way);
      }
      return;
    }
    const releases = [...directions].map((way) => hold(way));
    note(`Reading stops${value > 0 ? ` for ${value} ms` : ''}`, fault);
    const resume = (): void => {
      if (!this.#stalls.delete(fault)) return;
      for (const release of releases) release();
      note('Reading continues', fault);
    };
    this.#stalls.set(fault, resume);
    if (value > 0) this.later(value, resume);
  }

  /** Resumes reading if the fault that stopped it is switched off. No other fault can be undone. */
  refresh(): void {
    for (const [fault, resume] of this.#stalls) if (!this.hooks.isOn(fault)) resume();
  }

  later(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, milliseconds);
    this.#timers.add(timer);
  }

  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
