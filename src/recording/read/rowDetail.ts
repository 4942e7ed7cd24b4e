import type {
  Direction,
  Kind,
  CloseDetail,
  ErrorDetail,
  NoteDetail,
  OpenDetail,
} from '../../shared/timeline.ts';
import { spellOptions } from '../../core/session/options/optionName.ts';
import { previewBinary, previewText } from '../../core/format/preview.ts';

/** The properties of a row that a printed line needs in addition to its payload. */
export interface LineRow {
  /** Its number in the recording, from 0. */
  readonly seq: number;
  /** Microseconds since the session began. */
  readonly time: number;
  readonly kind: Kind;
  readonly direction: Direction;
  /** Bits of FLAG. */
  readonly flags?: number;
  /** Bytes of the message in its frames; undefined if frames were not recorded or not requested. */
  readonly wireSize?: number;
}

/** A row as one line with its line break; a large message is split into pieces. */
export type LineOf<Piece = string> = (row: LineRow, payload: Uint8Array) => Iterable<Piece>;

/** The content of a row that is not a message (src/shared/timeline.ts), as far as its JSON is valid. */
export function detailOf(payload: Uint8Array): Readonly<Record<string, unknown>> {
  const text = new TextDecoder().decode(payload);
  try {
    const detail: unknown = JSON.parse(text);
    if (typeof detail === 'object' && detail !== null) return detail as Record<string, unknown>;
  } catch {
    // A row of a later version or of another program is shown unchanged.
  }
  return { text };
}

/** The members of a row's detail that hold a sentence of Duplex. */
const SENTENCES: Readonly<Partial<Record<Kind, string>>> = { close: 'text', error: 'message', note: 'text' };

/** Rewrites the sentence in a row's detail; the payload of a message stays unchanged. */
export function withSentence(
  kind: Kind,
  payload: Uint8Array,
  rewrite: (sentence: string) => string,
): Uint8Array {
  const name = SENTENCES[kind];
  if (name === undefined) return payload;
  const detail = detailOf(payload);
  const sentence = detail[name];
  if (typeof sentence !== 'string') return payload;
  const rewritten = rewrite(sentence);
  if (rewritten === sentence) return payload;
  return new TextEncoder().encode(JSON.stringify({ ...detail, [name]: rewritten }));
}

/**
 * The payload of a row in the form for files and the command line: its sentence names options as the command line does.
 */
export function printedPayload(kind: Kind, payload: Uint8Array): Uint8Array {
  return withSentence(kind, payload, (sentence) => spellOptions(sentence, 'commandLine'));
}

/** Whether verification was switched off and the certificate of an open connection did not verify. */
export function isUnverified(detail: Readonly<Record<string, unknown>>): boolean {
  return (detail as Partial<OpenDetail>).tls?.verified === false;
}

/** The text of a row in a panel's timeline. `payload` may be only the beginning of the row's payload. */
export function summaryOf(kind: Kind, payload: Uint8Array): string {
  switch (kind) {
    case 'text':
      return previewText(payload);
    case 'binary':
      return previewBinary(payload);
    case 'ping':
    case 'pong':
      return previewText(payload);
    default:
      return previewText(new TextEncoder().encode(detailLine(kind, payload)));
  }
}

function detailLine(kind: 'open' | 'close' | 'error' | 'note', payload: Uint8Array): string {
  const text = new TextDecoder().decode(payload);
  let detail: unknown;
  try {
    detail = JSON.parse(text);
  } catch {
    // The detail is longer than a preview, so its beginning is shown unchanged.
    return text;
  }
  if (typeof detail !== 'object' || detail === null) return text;
  switch (kind) {
    case 'open': {
      const open = detail as OpenDetail;
      return [`HTTP ${open.status}`, open.protocol, open.extensions].filter(Boolean).join(' · ');
    }
    case 'close': {
      const close = detail as CloseDetail;
      return [close.code, close.reason, close.text && inEditor(close.text)].filter(Boolean).join(' ');
    }
    case 'error':
      return inEditor((detail as ErrorDetail).message);
    case 'note':
      return inEditor((detail as NoteDetail).text);
  }
}

/** @param sentence a value from a file, of any type */
function inEditor(sentence: unknown): string {
  return typeof sentence === 'string' ? spellOptions(sentence, 'editor') : '';
}
