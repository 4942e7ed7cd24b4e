import { findProtocol } from '../../core/protocol/registry.ts';
import type { Decoder } from '../../core/protocol/protocolModule.ts';
import type { FaultDirection, FaultPlan } from '../../core/request/plan/faultPlan.ts';
import {
  applyFaults,
  type ConnectionFaults,
  type FaultVerdict,
  type TimedFault,
} from '../../core/request/run/applyFaults.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { Passed } from '../connectionIo.ts';
import type { Session } from '../session.ts';
import type { Passage } from './lane.ts';
import type { LiveFaults } from './liveFaults.ts';

/** The faults of one connection, with its clock and the units of its messages. */
export class RelayFaults {
  readonly #faults: ConnectionFaults;
  #session: Session | undefined;
  #subprotocol = '';
  #decoder: Decoder | undefined;
  #openedAt = 0;

  /**
   * @param number number of the connection, from 1
   * @param onProblem receives a sentence about a condition that cannot be judged, which then counts as false
   * @param onFired receives each fault that fires for a message
   */
  constructor(
    private readonly live: LiveFaults,
    number: number,
    onProblem: (sentence: string) => void,
    onFired?: (fault: FaultPlan) => void,
  ) {
    this.#faults = applyFaults(live.active, {
      connection: number,
      random: Math.random,
      onFired,
      holds(condition, judged) {
        try {
          return live.judge.holds(condition, judged);
        } catch (error) {
          onProblem(toDuplexError(error).message);
          return false;
        }
      },
    });
  }

  get timed(): readonly TimedFault[] {
    return this.#faults.timed;
  }

  /** Whether any fault is switched on. */
  get isActive(): boolean {
    return this.live.active.length > 0;
  }

  /** Applies the faults that are switched on now. @returns those that begin without a message */
  refresh(): readonly TimedFault[] {
    this.#decode();
    return this.#faults.use(this.live.active);
  }

  /** The connection to the target is open. */
  open(session: Session, subprotocol: string): void {
    this.#openedAt = performance.now();
    this.#session = session;
    this.#subprotocol = subprotocol;
    this.#decode();
  }

  #decode(): void {
    if (this.#decoder || !this.#session || !this.live.active.some(({ needsUnits }) => needsUnits)) return;
    const { url, protocol } = this.#session.options;
    this.#decoder = findProtocol(protocol)?.createDecoder({ url, subprotocol: this.#subprotocol });
  }

  judge(
    direction: FaultDirection,
    kind: 'text' | 'binary',
    payload: Uint8Array,
  ): { readonly verdict: FaultVerdict; readonly passage: Passage } {
    const { elapsed } = this;
    const from = direction === 'in' ? 'server' : 'client';
    const units = this.#decoder?.decode({ kind, from, data: payload }).units ?? [];
    const verdict = this.#faults.onMessage({ direction, kind, payload, units, elapsed });
    const duration = this.#faults.duration(direction, payload.length, elapsed);
    return { verdict, passage: { delay: verdict.delay, duration } };
  }

  passageOf(
    kind: 'ping' | 'pong',
    direction: FaultDirection,
    bytes: number,
  ): { readonly passage: Passage; readonly swallowedBy: FaultPlan | undefined } {
    const { elapsed } = this;
    const { delay, swallowedBy } = this.#faults.onControl(kind, direction, elapsed);
    return { passage: { delay, duration: this.#faults.duration(direction, bytes, elapsed) }, swallowedBy };
  }

  /** Milliseconds since the connection opened. */
  get elapsed(): number {
    return performance.now() - this.#openedAt;
  }
}

/** A message or a control frame on its way. */
export interface PassedMessage {
  readonly direction: FaultDirection;
  readonly kind: Passed;
  readonly data: Uint8Array;
  /** The displayed number of its row, if it has one. */
  readonly seq: number | undefined;
  readonly passage?: Passage | undefined;
  /** Undefined: the fragment size of the options. */
  readonly fragmentSize?: number | undefined;
  readonly heldBy?: FaultPlan | undefined;
  /** Whether it is passed on instead of another message. */
  readonly isAltered?: boolean;
}

/** The effect of the faults on one message. */
export interface Disturbed {
  readonly passed: readonly PassedMessage[];
  readonly then: readonly FaultPlan[];
}
