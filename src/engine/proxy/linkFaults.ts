import { findProtocol } from '../../core/protocol/registry.ts';
import type { Decoder } from '../../core/protocol/protocolModule.ts';
import type { FaultDirection, FaultPlan } from '../../core/request/plan/faultPlan.ts';
import { applyFaults, type ConnectionFaults, type FaultVerdict } from '../../core/request/run/applyFaults.ts';
import { createJudge, type Judge } from '../../core/request/run/judge.ts';
import type { RunPorts } from '../../core/request/run/runPorts.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { Session } from '../session.ts';
import type { Passage } from './lane.ts';

/** The faults of a proxy, and what judging their conditions needs. */
export interface ProxyRules {
  readonly faults: readonly FaultPlan[];
  readonly ports: Pick<RunPorts, 'schema' | 'bounded'>;
  /** The request file; schemas are relative to it. */
  readonly uri: string;
}

/** @throws DuplexError `file.invalid`, `disk.denied` for a schema that cannot be read */
export async function prepareRules({ faults, ports, uri }: ProxyRules): Promise<Judge> {
  const judge = createJudge(ports, uri, () => {});
  await judge.prepare(faults.flatMap(({ where }) => where ?? []));
  return judge;
}

/** The faults of one connection, with its clock and the units of its messages. */
export class LinkFaults {
  readonly #faults: ConnectionFaults;
  readonly #needsUnits: boolean;
  #decoder: Decoder | undefined;
  #openedAt = 0;

  /**
   * @param onProblem receives a sentence about a condition that cannot be judged; it does not hold then
   * @param onFired receives each fault that happens to a message
   */
  constructor(
    plans: readonly FaultPlan[],
    number: number,
    judge: Judge,
    onProblem: (sentence: string) => void,
    onFired?: (fault: FaultPlan) => void,
  ) {
    this.#needsUnits = plans.some(({ needsUnits }) => needsUnits);
    this.#faults = applyFaults(plans, {
      connection: number,
      random: Math.random,
      onFired,
      holds(condition, judged) {
        try {
          return judge.holds(condition, judged);
        } catch (error) {
          onProblem(toDuplexError(error).message);
          return false;
        }
      },
    });
  }

  get timed(): ConnectionFaults['timed'] {
    return this.#faults.timed;
  }

  /** The connection to the target is open. */
  open({ options }: Session, subprotocol: string): void {
    this.#openedAt = performance.now();
    const protocol = this.#needsUnits ? findProtocol(options.protocol) : undefined;
    this.#decoder = protocol?.createDecoder({ url: options.url, subprotocol });
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
