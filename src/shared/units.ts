// Decoded messages in serialisable form. A recording holds the raw messages; units are derived from them.

/** The order is the number in the derived index. Never reorder. */
export const UNIT_TYPES = ['call', 'reply', 'error', 'event', 'subscribe', 'unsubscribe', 'control'] as const;

/**
 * A `call` expects a `reply` or an `error`. `subscribe` opens a stream of events, `unsubscribe` ends it. `control`
 * maintains the connection: openings, their acknowledgements, heartbeats.
 */
export type UnitType = (typeof UNIT_TYPES)[number];

/** From byte `start` up to, but not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Why a message or a part of it does not decode. */
export const DECODE_CODES = [
  /** Text that is not UTF-8. */
  'decode.utf8',
  /** Text that is not JSON although the protocol requires JSON. */
  'decode.json',
  /** Bytes that are not in the binary format of the protocol. */
  'decode.binary',
  /** Valid JSON or bytes that are not a message of the protocol. */
  'decode.envelope',
  /** A unit that spans messages was interrupted by another message. */
  'decode.incomplete',
  /** A limit of core/protocol/limits.ts was exceeded. */
  'decode.limit',
] as const;
export type DecodeCode = (typeof DECODE_CODES)[number];

export interface UnitProblem {
  readonly code: DecodeCode;
  /** One sentence: what was found and what was expected. */
  readonly message: string;
  /** The first invalid byte of the message. Everything before it was decoded. */
  readonly at: number;
}

/** A JSON value in the spelling of the message, text, or bytes. */
export interface UnitPayload {
  readonly form: 'json' | 'text' | 'bytes';
  /** JSON text or text; for bytes, their base64. */
  readonly content: string;
  /** Its range in the message; absent if it was assembled from several places. */
  readonly range?: ByteRange;
}

/** One decoded action of a protocol. */
export interface Unit {
  readonly type: UnitType;
  /** Event, method, topic, destination, operation; empty if the protocol gives none. */
  readonly name: string;
  /** As JSON text: `7` and `"7"` are different ids. */
  readonly id?: string;
  /** The `id` of the call that this unit answers. */
  readonly replyTo?: string;
  /** The key that the events of one subscription share, as JSON text. */
  readonly stream?: string;
  /** The protocol's word or sentence for the error. */
  readonly error?: string;
  /** Headers of the message, if the protocol has them; passwords are masked. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** One line for lists, without control characters and without credentials of openings, subscriptions and calls. */
  readonly summary: string;
  readonly payload?: UnitPayload;
  /** The size of the message that completes the unit. */
  readonly range: ByteRange;
  /** A heartbeat, which lists collapse. */
  readonly heartbeat?: true;
  readonly problems: readonly UnitProblem[];
}

/** The units of one message. A message that is only a part of a unit has none. */
export interface UnitList {
  readonly protocol: string;
  readonly units: readonly Unit[];
  readonly problems: readonly UnitProblem[];
}
