import { JSON_TYPES } from '../condition/compileOperator.ts';
import type { Operator } from '../syntax/conditionTree.ts';

/** The subjects of a condition other than a JSONPath (docs/request-files.md). */
export const SUBJECTS: ReadonlyMap<string, string> = new Map([
  ['text', 'The message as text.'],
  ['size', 'Its bytes.'],
  ['kind', '`"text"`, `"binary"` or `"close"`.'],
  ['latency', 'Milliseconds since the last message that this request sent.'],
  ['close.code', 'The code of the close that was waited for.'],
  ['close.reason', 'Its reason.'],
  [
    'payload',
    'The JSON of the message, also as MessagePack or CBOR, under `@protocol` the payload of the unit. It goes on as a JSONPath: `payload.items[0].id`.',
  ],
]);

/** The subjects that are allowed above a target; steps allow them too. */
export const HANDSHAKE_SUBJECT_WORDS: ReadonlyMap<string, string> = new Map([
  ['status', 'The HTTP status of the answer; 101 if the handshake succeeded.'],
  ['subprotocol', 'The subprotocol that the server chose.'],
  ['header', 'A header of the answer: `header Set-Cookie`.'],
]);

const OPERATOR_TEXTS: Readonly<Record<Operator, string>> = {
  '==': 'equals this JSON value',
  '!=': 'is another value',
  '>': 'is greater',
  '>=': 'is greater or equal',
  '<': 'is less',
  '<=': 'is less or equal',
  contains: 'has this text or element in it',
  startsWith: 'starts with this text',
  endsWith: 'ends with this text',
  matches: 'matches this /regular expression/',
  exists: 'is there',
  isType: 'is a "string", "number", "integer", "boolean", "null", "array" or "object"',
  in: 'is one of the elements of this list',
  schema: 'satisfies the JSON Schema of this file',
};

export const OPERATOR_WORDS: ReadonlyMap<string, string> = new Map(Object.entries(OPERATOR_TEXTS));

/** The values of `kind`: of a message, or of the row that ends a connection. */
export const KIND_WORDS: ReadonlyMap<string, string> = new Map([
  ['"text"', 'a text message'],
  ['"binary"', 'a binary message'],
  ['"close"', 'the close'],
]);

const TYPE_WORDS: Readonly<Record<(typeof JSON_TYPES)[number], string>> = {
  string: 'a text',
  number: 'any number',
  integer: 'a whole number, however it is written: `1.0` too',
  boolean: '`true` or `false`',
  null: '`null`',
  array: 'a list',
  object: 'an object',
};

/** The types that `isType` distinguishes, as they are written. */
export const TYPES: ReadonlyMap<string, string> = new Map(
  JSON_TYPES.map((name) => [`"${name}"`, TYPE_WORDS[name]]),
);
