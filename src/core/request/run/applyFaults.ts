import { judgedMessage, type Judged } from '../condition/judged.ts';
import type { CompiledCondition } from '../condition/compileCondition.ts';
import type { DecodedUnit } from '../../protocol/unit.ts';
import type { FaultDirection, FaultPlan } from '../plan/faultPlan.ts';

/** A message on its way through a proxy. */
export interface PassingMessage {
  readonly direction: FaultDirection;
  readonly kind: 'text' | 'binary';
  readonly payload: Uint8Array;
  /** Its units in the protocol of the block; empty without a protocol. */
  readonly units: readonly DecodedUnit[];
  /** Milliseconds since the connection opened. */
  readonly elapsed: number;
}

/** What happens to a message. */
export interface FaultVerdict {
  /** The messages in its place: none if it is dropped. Undefined: the message as it is. */
  readonly instead: readonly Uint8Array[] | undefined;
  /** Milliseconds until it is passed on. */
  readonly delay: number;
  /** The size of its fragments in bytes; 0: whole. */
  readonly fragmentSize: number;
  /** The fault that keeps it until it is released. */
  readonly heldBy: FaultPlan | undefined;
  /** The faults that change or drop it. */
  readonly changedBy: readonly FaultPlan[];
  /** The faults of the connection that begin when it has been passed on: `stall`, `half-open`, `close`. */
  readonly then: readonly FaultPlan[];
}

export interface FaultPorts {
  /** The number of the connection, from 1: with a seed, each has its own numbers. */
  readonly connection: number;
  /** A number from 0 up to 1, for faults without a seed. */
  readonly random: () => number;
  readonly holds: (condition: CompiledCondition, judged: Judged) => boolean;
  /** Called whenever a fault happens. */
  readonly onFired?: ((fault: FaultPlan) => void) | undefined;
}

export interface TimedFault {
  readonly fault: FaultPlan;
  /** Milliseconds after the opening. */
  readonly at: number;
}

/** The faults of one connection, and their state. */
export interface ConnectionFaults {
  /** Faults that begin without a message: when the connection opens, or a number of milliseconds later. */
  readonly timed: readonly TimedFault[];
  /**
   * Replaces the faults. A fault that existed before keeps its state: its counters and its random numbers.
   * @returns the new faults that begin without a message
   */
  use(plans: readonly FaultPlan[]): readonly TimedFault[];
  onMessage(message: PassingMessage): FaultVerdict;
  /** What happens to a ping or a pong; `swallowedBy` is the fault that does not pass it on. */
  onControl(
    kind: 'ping' | 'pong',
    direction: FaultDirection,
    elapsed: number,
  ): { readonly delay: number; readonly swallowedBy: FaultPlan | undefined };
  /** The milliseconds that this many bytes take at the rate of `throttle`. */
  duration(direction: FaultDirection, bytes: number, elapsed: number): number;
}

const OF_CONNECTION: ReadonlySet<FaultPlan['kind']> = new Set(['stall', 'half-open', 'close']);

const KEEPS_BYTES: ReadonlySet<FaultPlan['kind']> = new Set(['delay', 'fragment', 'hold']);

interface FaultState {
  readonly plan: FaultPlan;
  readonly draw: () => number;
  fired: number;
  /** Number of messages so far in its directions. */
  seen: number;
}

export function applyFaults(plans: readonly FaultPlan[], ports: FaultPorts): ConnectionFaults {
  let faults: readonly FaultState[] = [];
  let count = 0;

  const use = (next: readonly FaultPlan[]): readonly TimedFault[] => {
    const before = new Map(faults.map((fault) => [fault.plan, fault]));
    const begun: TimedFault[] = [];
    faults = next
      .filter(({ kind }) => kind !== 'refuse')
      .map((plan) => {
        const known = before.get(plan);
        if (known) return known;
        const index = count++;
        const draw =
          plan.seed === undefined ? ports.random : seededNumbers(plan.seed, ports.connection, index);
        const isTimed =
          OF_CONNECTION.has(plan.kind) && !isTriggeredByMessages(plan) && plan.after.messages === 0;
        if (isTimed) begun.push({ fault: plan, at: plan.after.time });
        return { plan, draw, fired: isTimed ? 1 : 0, seen: 0 };
      });
    return begun;
  };

  /** Whether the fault happens to a message, or to a control frame if there is no message. */
  const happens = (
    fault: FaultState,
    elapsed: number,
    judged: (() => readonly Judged[]) | undefined,
  ): boolean => {
    const { plan } = fault;
    if (fault.fired >= plan.count || elapsed < plan.after.time) return false;
    const { where } = plan;
    if (where && !judged?.().some((each) => ports.holds(where, each))) return false;
    if (plan.probability < 1 && fault.draw() >= plan.probability) return false;
    fault.fired++;
    ports.onFired?.(plan);
    return true;
  };
  const delayOf = ({ plan, draw }: FaultState): number =>
    plan.jitter === 0 ? plan.value : Math.max(0, plan.value + (2 * draw() - 1) * plan.jitter);

  return {
    timed: use(plans),
    use,

    onMessage(message) {
      const { direction, kind, payload, elapsed } = message;
      let instead: readonly Uint8Array[] = [payload];
      let delay = 0;
      let fragmentSize = 0;
      let heldBy: FaultPlan | undefined;
      const changedBy: FaultPlan[] = [];
      const then: FaultPlan[] = [];
      let parsed: readonly Judged[] | undefined;
      const judged = (): readonly Judged[] => (parsed ??= judgedUnits(message));
      let isDropped = false;
      for (const fault of faults) {
        const { plan } = fault;
        if (!plan.directions.has(direction)) continue;
        fault.seen++;
        if (isDropped) continue;
        if (OF_CONNECTION.has(plan.kind)) {
          const isDue = isTriggeredByMessages(plan)
            ? fault.seen > plan.after.messages && happens(fault, elapsed, judged)
            : plan.after.messages > 0 && fault.seen >= plan.after.messages && happens(fault, elapsed, judged);
          if (isDue) then.push(plan);
          continue;
        }
        if (plan.kind === 'throttle' || plan.kind === 'no-pong') continue;
        if (fault.seen <= plan.after.messages || !happens(fault, elapsed, judged)) continue;
        if (plan.kind === 'delay') delay += delayOf(fault);
        else if (plan.kind === 'fragment') fragmentSize = plan.value;
        else if (plan.kind === 'hold') heldBy ??= plan;
        else if (plan.kind === 'drop') {
          instead = [];
          isDropped = true;
        } else if (plan.kind === 'duplicate') instead = instead.flatMap((each) => [each, each]);
        else if (payload.length === 0) continue;
        else instead = instead.map((each) => corrupted(kind, each, fault.draw));
        if (!KEEPS_BYTES.has(plan.kind)) changedBy.push(plan);
      }
      return {
        instead: changedBy.length > 0 ? instead : undefined,
        delay,
        fragmentSize,
        heldBy,
        changedBy,
        then,
      };
    },

    onControl(kind, direction, elapsed) {
      let delay = 0;
      let swallowedBy: FaultPlan | undefined;
      for (const fault of faults) {
        const { plan } = fault;
        if (!plan.directions.has(direction)) continue;
        // A ping waits as a message does, so that the round trip shows the delay.
        if (plan.kind === 'delay' && !isTriggeredByMessages(plan) && elapsed >= plan.after.time) {
          if (fault.seen >= plan.after.messages) delay += delayOf(fault);
        } else if (plan.kind === 'no-pong' && kind === 'pong' && fault.seen >= plan.after.messages)
          if (happens(fault, elapsed, undefined)) swallowedBy ??= plan;
      }
      return { delay, swallowedBy };
    },

    duration(direction, bytes, elapsed) {
      let longest = 0;
      for (const { plan, seen } of faults)
        if (plan.kind === 'throttle' && plan.directions.has(direction))
          if (elapsed >= plan.after.time && (plan.after.messages === 0 || seen > plan.after.messages))
            longest = Math.max(longest, (bytes * 1000) / plan.value);
      return longest;
    },
  };
}

/** Decides which handshakes a proxy refuses, in the order in which clients come. */
export function createRefusalPicker(
  plans: () => readonly FaultPlan[],
  random: () => number,
): (connection: number) => FaultPlan | undefined {
  const states = new Map<FaultPlan, { readonly draw: () => number; fired: number }>();
  const stateOf = (plan: FaultPlan): { readonly draw: () => number; fired: number } => {
    const draw = plan.seed === undefined ? random : seededNumbers(plan.seed, 0, states.size);
    const state = states.get(plan) ?? { draw, fired: 0 };
    states.set(plan, state);
    return state;
  };
  return (connection) => {
    for (const plan of plans()) {
      if (plan.kind !== 'refuse') continue;
      const state = stateOf(plan);
      const { after, count, probability } = plan;
      if (connection <= after.connections || state.fired >= count) continue;
      if (probability < 1 && state.draw() >= probability) continue;
      state.fired++;
      return plan;
    }
    return undefined;
  };
}

/** Whether a fault of the connection waits for a message that it applies to. */
function isTriggeredByMessages({ where, probability }: FaultPlan): boolean {
  return where !== undefined || probability < 1;
}

function judgedUnits({ kind, payload, units }: PassingMessage): readonly Judged[] {
  const facts = { kind, size: payload.length, latency: 0, close: undefined, handshake: undefined };
  if (units.length === 0) return [judgedMessage(payload, facts)];
  return units.map((unit) => judgedMessage(payload, { ...facts, unit }));
}

/** Replaces one character of a text, which stays valid UTF-8, or one byte. @param payload not empty */
function corrupted(kind: 'text' | 'binary', payload: Uint8Array, draw: () => number): Uint8Array {
  const bytes = payload.slice();
  let at = Math.floor(draw() * bytes.length);
  if (kind === 'binary') {
    bytes[at]! ^= 1 + Math.floor(draw() * 255);
    return bytes;
  }
  while (at > 0 && isContinuation(bytes[at]!)) at--;
  let end = at + 1;
  while (end < bytes.length && isContinuation(bytes[end]!)) end++;
  // Printable ASCII, other than the character itself.
  const other = 0x21 + Math.floor(draw() * 93);
  const character = other >= bytes[at]! && bytes[at]! >= 0x21 ? other + 1 : other;
  const changed = new Uint8Array(bytes.length - (end - at) + 1);
  changed.set(bytes.subarray(0, at));
  changed[at] = character;
  changed.set(bytes.subarray(end), at + 1);
  return changed;
}

/** Whether a byte continues a character of UTF-8 that began before it. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Pseudo-random numbers from 0 up to 1 (mulberry32), the same for the same arguments. */
function seededNumbers(seed: number, connection: number, index: number): () => number {
  let state =
    Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^
    Math.imul(connection, 0xc2b2ae35) ^
    Math.imul(index, 0x27d4eb2f);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
