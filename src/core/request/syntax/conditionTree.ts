import type { Range, Text } from './range.ts';
import type { Template } from './template.ts';

/** What a condition may be about besides a JSONPath. */
export const SUBJECT_NAMES = [
  'text',
  'size',
  'kind',
  'close.code',
  'close.reason',
  'latency',
  'header',
  'status',
  'subprotocol',
] as const;
export type SubjectName = (typeof SUBJECT_NAMES)[number] | 'jsonPath';

/** What the handshake answered: what can be asked above the target, and in a step that waits for nothing. */
export const HANDSHAKE_SUBJECTS: ReadonlySet<SubjectName> = new Set(['header', 'status', 'subprotocol']);

export const OPERATORS = [
  '==',
  '!=',
  '>',
  '>=',
  '<',
  '<=',
  'contains',
  'startsWith',
  'endsWith',
  'matches',
  'exists',
  'isType',
  'in',
  'schema',
] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Subject {
  readonly kind: 'subject';
  readonly range: Range;
  readonly of: SubjectName;
  /** The JSONPath, or the name of the header. */
  readonly argument: Template | undefined;
}

/** `subject [not] operator value` */
export interface Condition {
  readonly kind: 'condition';
  readonly range: Range;
  readonly subject: Subject;
  /** The word `not`. */
  readonly negation: Text | undefined;
  readonly operator: Text & { readonly text: Operator };
  /** Absent after `exists`. */
  readonly value: Template | undefined;
}

/** `name = subject` */
export interface Capture {
  readonly kind: 'capture';
  readonly range: Range;
  readonly name: Text;
  readonly subject: Subject;
}
