// What the messages of a protocol mean, as it crosses boundaries. The recording stays what travelled; units are derived.

/** The order is the number in the derived index. Never reorder. */
export const UNIT_TYPES = ['call', 'reply', 'error', 'event', 'subscribe', 'unsubscribe', 'control'] as const;

/**
 * `call` asks for a `reply` or an `error`. `subscribe` opens a stream of events, `unsubscribe` ends it. `control` keeps the
 * connection going: openings, acknowledgements of them, heartbeats.
 */
export type UnitType = (typeof UNIT_TYPES)[number];

/** From byte `start` up to `end`, which is not included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Why a message or a part of it does not decode. */
export const DECODE_CODES = [
  /** Text that is not UTF-8. */
  'decode.utf8',
  /** Text that is not JSON where the protocol has JSON. */
  'decode.json',
  /** Bytes that are not the binary format that the protocol has there. */
  'decode.binary',
  /** JSON or bytes that are valid, but no message of the protocol. */
  'decode.envelope',
  /** A unit that spans messages was cut off by another message. */
  'decode.incomplete',
  /** One of the limits of core/protocol/limits.ts. */
  'decode.limit',
] as const;
export type DecodeCode = (typeof DECODE_CODES)[number];

export interface UnitProblem {
  readonly code: DecodeCode;
  /** One sentence: what was found and what was expected. */
  readonly message: string;
  /** The first byte of the message that does not fit. Everything before it was understood. */
  readonly at: number;
}

/** A JSON value with the spelling of the message, text, or bytes. */
export interface UnitPayload {
  readonly form: 'json' | 'text' | 'bytes';
  /** JSON text or text; of bytes, their base64. */
  readonly content: string;
  /** Where it stands in the message; absent if it was put together from several places. */
  readonly range?: ByteRange;
}

/** One thing that a protocol says. */
export interface Unit {
  readonly type: UnitType;
  /** Event, method, topic, destination, operation; empty if the protocol gives none. */
  readonly name: string;
  /** As JSON text: `7` and `"7"` are different ids. */
  readonly id?: string;
  /** The `id` of the call that this unit answers. */
  readonly replyTo?: string;
  /** What events of one subscription have in common, as JSON text. */
  readonly stream?: string;
  /** The protocol's word or sentence for what went wrong. */
  readonly error?: string;
  /** Headers of the message, where the protocol has them; passwords are masked. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** One line for lists, without control characters. */
  readonly summary: string;
  readonly payload?: UnitPayload;
  /** Of the message with which the unit is complete. */
  readonly range: ByteRange;
  /** A heartbeat, which lists fold. */
  readonly heartbeat?: true;
  readonly problems: readonly UnitProblem[];
}

/** What one message decodes to. A message that is a part of a unit has none. */
export interface UnitList {
  readonly protocol: string;
  readonly units: readonly Unit[];
  readonly problems: readonly UnitProblem[];
}
