/** What a condition may be about besides a JSONPath (docs/request-files.md). */
export const SUBJECTS: ReadonlyMap<string, string> = new Map([
  ['text', 'The message as text.'],
  ['size', 'Its bytes.'],
  ['kind', '`"text"`, `"binary"` or `"close"`.'],
  ['latency', 'Milliseconds since the last message that this request sent.'],
  ['close.code', 'The code of the close that was waited for.'],
  ['close.reason', 'Its reason.'],
]);

/** What a condition above a target may be about. */
export const HANDSHAKE_SUBJECTS: ReadonlyMap<string, string> = new Map([
  ['status', 'The HTTP status of the answer; 101 where the handshake came about.'],
  ['subprotocol', 'The subprotocol that the server chose.'],
  ['header', 'A header of the answer: `header Set-Cookie`.'],
]);

export const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['==', 'equals this JSON value'],
  ['!=', 'is another value'],
  ['>', 'is greater'],
  ['>=', 'is greater or equal'],
  ['<', 'is less'],
  ['<=', 'is less or equal'],
  ['contains', 'has this text or element in it'],
  ['startsWith', 'starts with this text'],
  ['endsWith', 'ends with this text'],
  ['matches', 'matches this /regular expression/'],
  ['exists', 'is there'],
  ['isType', 'is a "string", "number", "boolean", "null", "array" or "object"'],
  ['in', 'is one of the elements of this list'],
  ['schema', 'satisfies the JSON Schema of this file'],
]);
