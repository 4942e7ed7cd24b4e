import type { Range, Text } from './range.ts';
import type { Template } from './template.ts';

/** The subjects of a condition other than a JSONPath. */
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
  'type',
  'name',
  'id',
  'error',
  'message-header',
  'payload',
] as const;
export type SubjectName = (typeof SUBJECT_NAMES)[number] | 'jsonPath';

/** The names that protocols use for the name of a unit. */
export const NAME_ALIASES = [
  'event',
  'method',
  'topic',
  'destination',
  'operation',
  'channel',
  'action',
] as const;

/** The subjects that only a protocol defines. */
export const UNIT_SUBJECTS: ReadonlySet<SubjectName> = new Set([
  'type',
  'name',
  'id',
  'error',
  'message-header',
]);

/** The subjects that the handshake answers: allowed above the target, and in a step that waits for nothing. */
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
  /** The JSONPath, the name of the header, or the text after `payload`. */
  readonly argument: Template | undefined;
  /** One of NAME_ALIASES, if it was written instead of `name`. */
  readonly alias?: string;
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
