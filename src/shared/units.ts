// Decoded messages in serialisable form. A recording holds the raw messages, from which units are derived.

/** The types in the order of their numbers in the derived index. Never reorder them. */
export const UNIT_TYPES = ['call', 'reply', 'error', 'event', 'subscribe', 'unsubscribe', 'control'] as const;

/**
 * A `call` expects a `reply` or an `error`. `subscribe` opens a stream of events, `unsubscribe` ends it. `control`
 * maintains the connection, as openings, their acknowledgements and heartbeats do.
 */
export type UnitType = (typeof UNIT_TYPES)[number];

/** From byte `start` up to, but not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The reasons why a message or a part of it does not decode. */
export const DECODE_CODES = [
  /** The text is not UTF-8. */
  'decode.utf8',
  /** The text is not JSON, which the protocol requires. */
  'decode.json',
  /** The bytes are not in the binary format of the protocol. */
  'decode.binary',
  /** The JSON or the bytes are valid, but not a message of the protocol. */
  'decode.envelope',
  /** Another message interrupted a unit that spans several messages. */
  'decode.incomplete',
  /** The message exceeds a limit of core/protocol/limits.ts. */
  'decode.limit',
] as const;
export type DecodeCode = (typeof DECODE_CODES)[number];

export interface UnitProblem {
  readonly code: DecodeCode;
  /** One sentence with the found and the expected content. */
  readonly message: string;
  /** Offset of the first invalid byte in the message. Everything before it was decoded. */
  readonly at: number;
}

/** A JSON value in the spelling of the message, text, or bytes. */
export interface UnitPayload {
  readonly form: 'json' | 'text' | 'bytes';
  /** JSON text or text; bytes are in base64. */
  readonly content: string;
  /** Its range in the message; absent if it was assembled from several places. */
  readonly range?: ByteRange;
}

/** One decoded action of a protocol. */
export interface Unit {
  readonly type: UnitType;
  /** The event, method, topic, destination or operation; empty if the protocol has none. */
  readonly name: string;
  /** The id as JSON text: `7` and `"7"` are different ids. */
  readonly id?: string;
  /** The `id` of the call that this unit answers. */
  readonly replyTo?: string;
  /** The key that the subscription and its events share, as JSON text. */
  readonly stream?: string;
  /** The protocol's word or sentence for the error. */
  readonly error?: string;
  /** Headers of the message, if the protocol has them; passwords are masked. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** One line for lists, without control characters and without credentials of openings, subscriptions and calls. */
  readonly summary: string;
  readonly payload?: UnitPayload;
  /** The range of the unit in the message that completes it. */
  readonly range: ByteRange;
  /** Whether it is a heartbeat, which lists collapse. */
  readonly heartbeat?: true;
  readonly problems: readonly UnitProblem[];
}

/** The units of one message. A message that is only a part of a unit has none. */
export interface UnitList {
  readonly protocol: string;
  readonly units: readonly Unit[];
  readonly problems: readonly UnitProblem[];
}
