import type { ByteRange, DecodeCode, Unit, UnitProblem, UnitType } from '../../shared/units.ts';
import { foldBase64 } from './json/foldBase64.ts';
import { withoutSecrets } from './json/secretTexts.ts';
import { makeVisible } from '../format/visible.ts';

/** The payload of a unit. It is read lazily: an index of names and ids needs none. */
export interface DecodedPayload {
  readonly form: 'json' | 'text' | 'bytes';
  /** UTF-8 for `json` and `text`. A view where possible. */
  read(): Uint8Array;
  readonly range: ByteRange | undefined;
  /** Why a rule of the option `decode` does not decode it. */
  readonly problem?: UnitProblem | undefined;
}

/** A unit in the form that decoders return. */
export interface DecodedUnit {
  readonly type: UnitType;
  readonly name: string;
  readonly id?: string | undefined;
  readonly replyTo?: string | undefined;
  readonly stream?: string | undefined;
  /** Further ids that another message has given: a replay rewrites them with the others. As JSON text. */
  readonly refs?: readonly string[] | undefined;
  readonly error?: string | undefined;
  /** The scope of its ids, such as a namespace, if that is not the whole connection. */
  readonly scope?: string | undefined;
  /** The start of the summary, if that is not the name. */
  readonly label?: string | undefined;
  /** Headers of the message, if the protocol has them. */
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly payload?: DecodedPayload | undefined;
  readonly range: ByteRange;
  readonly heartbeat?: true | undefined;
  /** Ends its stream, or that of its call, although it does not unsubscribe. */
  readonly ends?: true | undefined;
  readonly problems?: readonly UnitProblem[] | undefined;
}

/** The decoded form of one message. */
export interface Decoded {
  readonly units: readonly DecodedUnit[];
  readonly problems: readonly UnitProblem[];
}

/** Replaces a password that a message carries; the same as for other secrets. */
export const MASKED_VALUE = '••••';

export const NOTHING_DECODED: Decoded = { units: [], problems: [] };

/** Maximum characters of a summary. */
const SUMMARY_CHARS = 240;

/** Bytes of a payload that a summary reads: enough to fold one long base64 string. */
const SUMMARY_BYTES = 128 * 1024;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export function failed(code: DecodeCode, message: string, at: number): Decoded {
  return { units: [], problems: [{ code, message, at }] };
}

export function wholeRange(bytes: Uint8Array): ByteRange {
  return { start: 0, end: bytes.length };
}

/** A payload that is a slice of the message. */
export function payloadAt(
  form: 'json' | 'text' | 'bytes',
  bytes: Uint8Array,
  range: ByteRange,
): DecodedPayload {
  return { form, range, read: () => bytes.subarray(range.start, range.end) };
}

/**
 * A class, because an object with an accessor and its own closures costs an index more than decoding a short message
 * does.
 */
class LazyJson implements DecodedPayload {
  readonly form = 'json';
  #range: ByteRange | undefined;
  readonly #bytes: Uint8Array;
  readonly #find: () => ByteRange;

  constructor(bytes: Uint8Array, find: () => ByteRange) {
    this.#bytes = bytes;
    this.#find = find;
  }

  get range(): ByteRange {
    return (this.#range ??= this.#find());
  }

  read(): Uint8Array {
    const { start, end } = this.range;
    return this.#bytes.subarray(start, end);
  }
}

/** The same, with a slice that is located lazily: an index never needs it. */
export function jsonPayloadAt(bytes: Uint8Array, find: () => ByteRange): DecodedPayload {
  return new LazyJson(bytes, find);
}

/**
 * A unit of content that was unpacked from a message. Its offsets do not apply to the message, so it gets the
 * given range.
 */
export function placedUnit(unit: DecodedUnit, range: ByteRange): DecodedUnit {
  const { payload } = unit;
  const at = range.start;
  return {
    ...unit,
    range,
    payload: payload && {
      get form() {
        return payload.form;
      },
      range: undefined,
      get problem() {
        return payload.problem && { ...payload.problem, at };
      },
      read: () => payload.read(),
    },
    problems: unit.problems?.map((problem) => ({ ...problem, at })),
  };
}

/** A payload that was built. */
export function derivedPayload(form: 'json' | 'text', text: () => string): DecodedPayload {
  return { form, range: undefined, read: () => new TextEncoder().encode(text()) };
}

/** As text; undefined for bytes. */
export function decodedText(payload: DecodedPayload): string | undefined {
  return payload.form === 'bytes' ? undefined : utf8.decode(payload.read());
}

/** The key that a call and its reply share; undefined if the unit expects no reply. */
export function callKey({ scope, id }: DecodedUnit): string | undefined {
  return id === undefined ? undefined : pairKey(scope, id);
}

/** The key of the call that a unit answers. */
export function replyKey({ scope, replyTo }: DecodedUnit): string | undefined {
  return replyTo === undefined ? undefined : pairKey(scope, replyTo);
}

/** An id that continues a count; undefined for any other id. */
export function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

export function pairKey(scope: string | undefined, id: string): string {
  return scope === undefined || scope === '/' ? id : `${scope} ${id}`;
}

/**
 * Types whose payloads hold credentials: openings, subscriptions, calls. Events and replies carry data of the
 * server, where a `token` may be an ordinary word.
 */
const CREDENTIAL_TYPES: readonly UnitType[] = ['control', 'subscribe', 'call'];

/**
 * The JSON of a payload for lists and reports: without the credentials of openings, subscriptions and calls.
 */
export function shownJson(type: UnitType, json: string): string {
  return CREDENTIAL_TYPES.includes(type) ? withoutSecrets(json, MASKED_VALUE) : json;
}

/** One line for lists. */
function summarize(unit: DecodedUnit): string {
  const head = unit.label ?? unit.name;
  const parts = [head, unit.error, payloadExcerpt(unit)];
  return cut(makeVisible(parts.filter((part) => part !== undefined && part !== '').join(' ')), SUMMARY_CHARS);
}

function payloadExcerpt({ type, payload }: DecodedUnit): string {
  if (payload === undefined) return '';
  const bytes = payload.read();
  if (payload.form === 'bytes') return `${bytes.length} bytes`;
  const text = utf8.decode(bytes.subarray(0, SUMMARY_BYTES), { stream: false });
  return foldBase64(payload.form === 'json' ? shownJson(type, text) : text).replace(/[ \t\r\n]+/g, ' ');
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\ud800-\udbff]/.test(text[length - 1]!) ? length - 1 : length;
  return `${text.slice(0, end)}…`;
}

/** The serialisable form. */
export function toUnit(unit: DecodedUnit): Unit {
  const { type, name, id, replyTo, stream, error, headers, payload, range, heartbeat } = unit;
  return {
    type,
    name,
    ...(id !== undefined && { id }),
    ...(replyTo !== undefined && { replyTo }),
    ...(stream !== undefined && { stream }),
    ...(error !== undefined && { error }),
    ...(headers && headers.length > 0 && { headers }),
    summary: summarize(unit),
    ...(payload && {
      payload: {
        form: payload.form,
        content: decodedText(payload) ?? toBase64(payload.read()),
        ...(payload.range && { range: payload.range }),
      },
    }),
    range,
    ...(heartbeat && { heartbeat }),
    problems: [...(unit.problems ?? []), ...(payload?.problem ? [payload.problem] : [])],
  };
}

/** RFC 4648, section 4. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // A multiple of three, so that the pieces can be concatenated; small enough for one call.
  const step = 3 * 4096;
  for (let at = 0; at < bytes.length; at += step) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + step))));
  }
  return parts.join('');
}

/** @returns undefined if it is not base64 of either alphabet */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const standard = text.replace(/-/g, '+').replace(/_/g, '/');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(standard)) return undefined;
  try {
    return Uint8Array.from(atob(standard), (character) => character.charCodeAt(0));
  } catch {
    // Checks the length, which the regular expression does not.
    return undefined;
  }
}
