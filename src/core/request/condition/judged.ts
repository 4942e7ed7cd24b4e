import type { HandshakeDetail, HeaderList } from '../../../shared/timeline.ts';
import { isTooDeep, parseExact, type ExactJson } from './exactJson.ts';

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
  /** Undefined where it is not UTF-8. */
  text(): string | undefined;
  /** Undefined where it is not JSON, or nests too deeply. */
  json(): { readonly value: ExactJson; readonly plain: unknown } | undefined;
  /** Whether its JSON nests deeper than MAX_JSON_DEPTH; known once `json` was asked for. */
  readonly isTooDeep: boolean;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What is known of a message, or of what is none. */
export type Facts = Omit<Judged, 'text' | 'json' | 'isTooDeep'>;

/** What is judged by its facts alone. */
export function judgedFacts(facts: Facts): Judged {
  return { ...facts, text: () => undefined, json: () => undefined, isTooDeep: false };
}

export function judgedHandshake(handshake: HandshakeAnswer): Judged {
  return judgedFacts({ kind: 'handshake', size: 0, latency: 0, close: undefined, handshake });
}

/** A message with its payload, decoded and parsed on first use and then no more. */
export function judgedMessage(payload: Uint8Array, facts: Facts): Judged {
  let text: { readonly is: string | undefined } | undefined;
  let json: { readonly is: ReturnType<typeof parseExact> } | undefined;
  let tooDeep = false;
  const readText = (): string | undefined => (text ??= { is: decode(payload) }).is;
  return {
    ...facts,
    text: readText,
    json() {
      const written = json ? undefined : readText();
      json ??= { is: written === undefined ? undefined : parseExact(written) };
      if (json.is && written !== undefined && isTooDeep(written)) {
        json = { is: undefined };
        tooDeep = true;
      }
      return json.is;
    },
    get isTooDeep() {
      return tooDeep;
    },
  };
}

function decode(payload: Uint8Array): string | undefined {
  try {
    return decoder.decode(payload);
  } catch {
    // Not UTF-8: it has no text to look at.
    return undefined;
  }
}
