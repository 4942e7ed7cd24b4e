import type { Condition } from './conditionTree.ts';
import type { Range, Text } from './range.ts';
import type { Template } from './template.ts';

/** The words after the kind of a fault. `where` comes last and takes the rest of the line. */
export const CLAUSE_NAMES = ['in', 'out', 'jitter', 'after', 'count', 'probability', 'seed'] as const;
export type ClauseName = (typeof CLAUSE_NAMES)[number];

/** How a kind of fault is written. */
export interface FaultForm {
  /** Whether a value follows the kind, and an example of one. */
  readonly value: 'none' | 'needed' | 'optional';
  readonly sample: string;
  readonly clauses: readonly (ClauseName | 'where')[];
}

const CHOICE = ['after', 'count', 'probability', 'seed', 'where'] as const;
const BOTH_WAYS = ['in', 'out', ...CHOICE] as const;
/** Faults that happen once in a connection. */
const ONCE = ['in', 'out', 'after', 'probability', 'seed', 'where'] as const;

/** The faults of a proxy, in the order in which they are listed. */
export const FAULT_FORMS = {
  delay: { value: 'needed', sample: '200ms', clauses: ['jitter', ...BOTH_WAYS] },
  throttle: { value: 'needed', sample: '20KiB/s', clauses: ['in', 'out', 'after'] },
  drop: { value: 'none', sample: '', clauses: BOTH_WAYS },
  duplicate: { value: 'none', sample: '', clauses: BOTH_WAYS },
  corrupt: { value: 'none', sample: '', clauses: BOTH_WAYS },
  fragment: { value: 'needed', sample: '1KiB', clauses: BOTH_WAYS },
  hold: { value: 'optional', sample: '30s', clauses: BOTH_WAYS },
  stall: { value: 'optional', sample: '5s', clauses: ONCE },
  'no-pong': { value: 'none', sample: '', clauses: ['in', 'out', 'after', 'count', 'probability', 'seed'] },
  'half-open': { value: 'none', sample: '', clauses: ONCE },
  close: { value: 'needed', sample: '1011', clauses: ONCE },
  refuse: { value: 'needed', sample: '503', clauses: ['after', 'count', 'probability', 'seed'] },
} as const satisfies Readonly<Record<string, FaultForm>>;
export type FaultKind = keyof typeof FAULT_FORMS;

/** A word of a fault and what follows it: `probability 0.1`, or `in` alone. */
export interface FaultClause {
  readonly name: Text & { readonly text: ClauseName };
  readonly value: Template | undefined;
  /** The word after the number of `after`: `messages` or `connections`. */
  readonly unit: Text | undefined;
}

/** `@fault kind [value] [clauses] [where condition]` */
export interface Fault {
  readonly kind: 'fault';
  readonly range: Range;
  readonly fault: Text & { readonly text: FaultKind };
  readonly value: Template | undefined;
  readonly clauses: readonly FaultClause[];
  readonly condition: Condition | undefined;
}
