import { isUtf8 } from 'node:buffer';
import { escapeInvisible } from '../core/format/visible.ts';
import type { Kind } from '../shared/timeline.ts';
import { detailOf, type LineRow } from './recordedLine.ts';
import { asBuffer, base64Pieces, utf8Pieces } from './payloadPieces.ts';

/** Payloads up to this many bytes become one string: nearly all of them, and so nearly all of the rate. */
const SMALL = 64 * 1024;

/** What the lines of rows that are no messages carry, in this order. */
const DETAILS: Readonly<Record<Exclude<Kind, 'text' | 'binary' | 'ping' | 'pong'>, readonly string[]>> = {
  open: ['status', 'protocol', 'extensions', 'headers'],
  close: ['code', 'reason', 'clean'],
  error: ['code', 'message', 'status', 'headers', 'body'],
  note: ['note', 'text', 'messages', 'bytes'],
};

/**
 * A row as one line of JSON, as docs/cli.md describes it: the same for `connect` and `log`. Text that is not valid
 * UTF-8 comes as base64. Invisible characters are escaped: a line is safe on a terminal.
 */
export function jsonLine(row: LineRow, payload: Uint8Array): Iterable<string> {
  const { seq, time, direction, kind } = row;
  const dir = direction === 'none' ? '' : `"dir":"${direction}",`;
  const start = `{"seq":${seq},"t":${time},${dir}"kind":"${kind}"`;
  if (kind === 'open' || kind === 'close' || kind === 'error' || kind === 'note') {
    return [`${start}${detailFields(payload, DETAILS[kind])}}\n`];
  }
  const encoding = kind === 'text' && isUtf8(payload) ? 'text' : 'base64';
  const body = `${start},"size":${payload.length},"${encoding}":`;
  if (payload.length > SMALL) return largeLine(body, encoding, payload);
  const bytes = asBuffer(payload);
  return encoding === 'text'
    ? [`${body}${escapeInvisible(JSON.stringify(bytes.toString()))}}\n`]
    : [`${body}"${bytes.toString('base64')}"}\n`];
}

function* largeLine(body: string, encoding: 'text' | 'base64', payload: Uint8Array): Generator<string> {
  yield `${body}"`;
  if (encoding === 'base64') yield* base64Pieces(payload);
  else for (const piece of utf8Pieces(payload)) yield escapeInvisible(JSON.stringify(piece).slice(1, -1));
  yield '"}\n';
}

function detailFields(payload: Uint8Array, names: readonly string[]): string {
  const detail = detailOf(payload);
  return names
    .filter((name) => detail[name] !== undefined)
    .map((name) => `,"${name}":${escapeInvisible(JSON.stringify(detail[name]))}`)
    .join('');
}
