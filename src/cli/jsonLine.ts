import { isUtf8 } from 'node:buffer';
import type { Kind } from '../shared/timeline.ts';
import { detailOf, type LineRow } from './line.ts';
import { base64Pieces, utf8Pieces } from './payloadPieces.ts';

/** Characters of a line that are put together before they are handed on. */
const PIECE_CHARS = 1024 * 1024;

/** What the lines of rows that are no messages carry, in this order. */
const DETAILS: Readonly<Record<Exclude<Kind, 'text' | 'binary' | 'ping' | 'pong'>, readonly string[]>> = {
  open: ['status', 'protocol', 'extensions', 'headers'],
  close: ['code', 'reason', 'clean'],
  error: ['code', 'message', 'status', 'headers', 'body'],
  note: ['note', 'text', 'messages', 'bytes'],
};

/**
 * A row as one line of JSON, as docs/cli.md describes it: the same for `connect` and `log`. Text that is not valid
 * UTF-8 comes as base64. No control character is in it, so that it may go to a terminal.
 */
export function* jsonLine(row: LineRow, payload: Uint8Array): Generator<string> {
  const { seq, time, direction, kind } = row;
  const dir = direction === 'none' ? '' : `"dir":"${direction}",`;
  const start = `{"seq":${seq},"t":${time},${dir}"kind":"${kind}"`;
  if (kind === 'open' || kind === 'close' || kind === 'error' || kind === 'note') {
    yield `${start}${detailFields(payload, DETAILS[kind])}}\n`;
    return;
  }
  const asText = kind === 'text' && isUtf8(payload);
  let line = `${start},"size":${payload.length},"${asText ? 'text' : 'base64'}":"`;
  for (const piece of asText ? utf8Pieces(payload) : base64Pieces(payload)) {
    line += asText ? escape(JSON.stringify(piece).slice(1, -1)) : piece;
    if (line.length < PIECE_CHARS) continue;
    yield line;
    line = '';
  }
  yield `${line}"}\n`;
}

function detailFields(payload: Uint8Array, names: readonly string[]): string {
  const detail = detailOf(payload);
  return names
    .filter((name) => detail[name] !== undefined)
    .map((name) => `,"${name}":${escape(JSON.stringify(detail[name]))}`)
    .join('');
}

// JSON escapes the C0 controls itself. Of the others that a terminal may act upon: DEL, C1 (U+009B begins an escape
// sequence), line and paragraph separators, and the marks that turn the direction of what follows.
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escape(json: string): string {
  return json.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
