import type { HandshakeDetail, HeaderList } from '../../../shared/timeline.ts';
import { decodeCertain } from '../../protocol/binary/decodeBinary.ts';
import { decodedText, toBase64, type DecodedPayload, type DecodedUnit } from '../../protocol/unit.ts';
import { exactString, isTooDeep, parseExact, type ExactJson } from './exactJson.ts';

/** The answer of the server to a handshake, whether it accepted or refused. */
export interface HandshakeAnswer extends HandshakeDetail {
  readonly status: number;
  readonly headers: HeaderList;
  readonly subprotocol: string;
}

/** What conditions are evaluated against: a message, the close, or the handshake alone. */
export interface Judged {
  /** Pings and pongs are judged by searches only. */
  readonly kind: 'text' | 'binary' | 'close' | 'handshake' | 'ping' | 'pong';
  /** Size in bytes. */
  readonly size: number;
  /** Milliseconds since the last message that the request sent. */
  readonly latency: number;
  readonly close: { readonly code: number; readonly reason: string } | undefined;
  readonly handshake: HandshakeAnswer | undefined;
  /** The decoded unit; undefined without a protocol, and if the message does not decode. */
  readonly unit?: DecodedUnit | undefined;
  /** Undefined if the message is not UTF-8. */
  text(): string | undefined;
  /** Undefined if the message is not JSON or nests too deeply. */
  json(): { readonly value: ExactJson; readonly plain: unknown } | undefined;
  /**
   * The payload of the unit; without a protocol, that of the message: its JSON, or MessagePack or CBOR if it is certain.
   * Undefined if there is none.
   */
  payload(): { readonly value: ExactJson; readonly plain: unknown } | undefined;
  /** Whether its JSON nests deeper than MAX_JSON_DEPTH; set after `json` or `payload` was read. */
  readonly isTooDeep: boolean;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The known facts of a message or of another row. */
export type Facts = Omit<Judged, 'text' | 'json' | 'payload' | 'isTooDeep'>;

/** Anything that is judged by its facts alone. */
export function judgedFacts(facts: Facts): Judged {
  const nothing = () => undefined;
  return { ...facts, text: nothing, json: nothing, payload: nothing, isTooDeep: false };
}

export function judgedHandshake(handshake: HandshakeAnswer): Judged {
  return judgedFacts({ kind: 'handshake', size: 0, latency: 0, close: undefined, handshake });
}

/** A message with its payload; decoded and parsed once, on first use. */
export function judgedMessage(payload: Uint8Array, facts: Facts): Judged {
  let text: { readonly is: string | undefined } | undefined;
  let json: { readonly is: ReturnType<typeof parseExact> } | undefined;
  let inner: { readonly is: ReturnType<typeof parseExact> } | undefined;
  let tooDeep = false;
  const readText = (): string | undefined => (text ??= { is: decode(payload) }).is;
  const parse = (written: string | undefined): { readonly is: ReturnType<typeof parseExact> } => {
    if (written === undefined) return { is: undefined };
    // Checked before parsing, which may need more stack than is left.
    if (!isTooDeep(written)) return { is: parseExact(written) };
    tooDeep = mayBeJson(written);
    return { is: undefined };
  };
  const readJson = (): ReturnType<typeof parseExact> => (json ??= parse(readText())).is;
  /** Nothing is decoded that no condition asks for. */
  const parseBinary = (bytes: Uint8Array): { readonly is: ReturnType<typeof parseExact> } => {
    const decoded = decodeCertain(bytes);
    return parse('text' in decoded ? decoded.text : undefined);
  };
  const readPlain = (): ReturnType<typeof parseExact> =>
    readText() === undefined && facts.kind === 'binary' ? (inner ??= parseBinary(payload)).is : readJson();
  const readPayload = ({ payload: held }: DecodedUnit): ReturnType<typeof parseExact> => {
    if (!held) return undefined;
    const written = held.form === 'bytes' ? decode(held.read()) : decodedText(held);
    const parsed = written === undefined ? parseBinary(held.read()) : parse(written);
    return parsed.is ?? (tooDeep || held.form === 'json' ? undefined : plainPayload(held, written));
  };
  return {
    ...facts,
    text: readText,
    json: readJson,
    payload: () => (facts.unit ? (inner ??= { is: readPayload(facts.unit) }).is : readPlain()),
    get isTooDeep() {
      return tooDeep;
    },
  };
}

/** A payload that is not JSON: its text, or its bytes in the notation of Socket.IO's verbs. */
function plainPayload(
  payload: DecodedPayload,
  text: string | undefined,
): { value: ExactJson; plain: unknown } {
  if (text !== undefined) return { value: exactString(text), plain: text };
  const plain = { $base64: toBase64(payload.read()) };
  return { value: plain, plain };
}

/** Whether a text begins like a JSON array or object. Texts that nest too deeply are not parsed to find out. */
function mayBeJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

function decode(payload: Uint8Array): string | undefined {
  try {
    return decoder.decode(payload);
  } catch {
    // Not UTF-8, so there is no text.
    return undefined;
  }
}
