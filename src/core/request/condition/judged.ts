import type { HandshakeDetail, HeaderList } from '../../../shared/timeline.ts';
import { decodedText, toBase64, type DecodedPayload, type DecodedUnit } from '../../protocol/unit.ts';
import { exactString, isTooDeep, parseExact, type ExactJson } from './exactJson.ts';

/** What the server answered to a handshake, agreed or refused. */
export interface HandshakeAnswer extends HandshakeDetail {
  readonly status: number;
  readonly headers: HeaderList;
  readonly subprotocol: string;
}

/** What conditions are judged by: a message, the close, or the handshake alone. */
export interface Judged {
  readonly kind: 'text' | 'binary' | 'close' | 'handshake';
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the last message that the request sent. */
  readonly latency: number;
  readonly close: { readonly code: number; readonly reason: string } | undefined;
  readonly handshake: HandshakeAnswer | undefined;
  /** What the protocol says of it; undefined without a protocol, and for what does not decode. */
  readonly unit?: DecodedUnit | undefined;
  /** Undefined where it is not UTF-8. */
  text(): string | undefined;
  /** Undefined where it is not JSON, or nests too deeply. */
  json(): { readonly value: ExactJson; readonly plain: unknown } | undefined;
  /** The payload of the unit, without a protocol the JSON of the message. Undefined where there is none. */
  payload(): { readonly value: ExactJson; readonly plain: unknown } | undefined;
  /** Whether its JSON nests deeper than MAX_JSON_DEPTH; known once `json` or `payload` was asked for. */
  readonly isTooDeep: boolean;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What is known of a message, or of what is none. */
export type Facts = Omit<Judged, 'text' | 'json' | 'payload' | 'isTooDeep'>;

/** What is judged by its facts alone. */
export function judgedFacts(facts: Facts): Judged {
  const nothing = () => undefined;
  return { ...facts, text: nothing, json: nothing, payload: nothing, isTooDeep: false };
}

export function judgedHandshake(handshake: HandshakeAnswer): Judged {
  return judgedFacts({ kind: 'handshake', size: 0, latency: 0, close: undefined, handshake });
}

/** A message with its payload, decoded and parsed on first use and then no more. */
export function judgedMessage(payload: Uint8Array, facts: Facts): Judged {
  let text: { readonly is: string | undefined } | undefined;
  let json: { readonly is: ReturnType<typeof parseExact> } | undefined;
  let inner: { readonly is: ReturnType<typeof parseExact> } | undefined;
  let tooDeep = false;
  const readText = (): string | undefined => (text ??= { is: decode(payload) }).is;
  const parse = (written: string | undefined): { readonly is: ReturnType<typeof parseExact> } => {
    if (written === undefined) return { is: undefined };
    // Before it is parsed: to parse such a text may take more stack than is left.
    if (!isTooDeep(written)) return { is: parseExact(written) };
    tooDeep = mayBeJson(written);
    return { is: undefined };
  };
  const readJson = (): ReturnType<typeof parseExact> => (json ??= parse(readText())).is;
  const readPayload = ({ payload: held }: DecodedUnit): ReturnType<typeof parseExact> => {
    if (!held) return undefined;
    const written = held.form === 'bytes' ? decode(held.read()) : decodedText(held);
    const parsed = parse(written);
    return parsed.is ?? (tooDeep || held.form === 'json' ? undefined : plainPayload(held, written));
  };
  return {
    ...facts,
    text: readText,
    json: readJson,
    payload: () => (facts.unit ? (inner ??= { is: readPayload(facts.unit) }).is : readJson()),
    get isTooDeep() {
      return tooDeep;
    },
  };
}

/** A payload that is not JSON: its text, or its bytes as Socket.IO's verbs write them. */
function plainPayload(
  payload: DecodedPayload,
  text: string | undefined,
): { value: ExactJson; plain: unknown } {
  if (text !== undefined) return { value: exactString(text), plain: text };
  const plain = { $base64: toBase64(payload.read()) };
  return { value: plain, plain };
}

/** Whether a text begins as a JSON array or object does: what nests too deeply is not parsed to find out. */
function mayBeJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

function decode(payload: Uint8Array): string | undefined {
  try {
    return decoder.decode(payload);
  } catch {
    // Not UTF-8: it has no text to look at.
    return undefined;
  }
}
