import { isUtf8 } from 'node:buffer';
import { escapeInvisible } from '../../core/format/visible.ts';
import { FLAG, type Kind } from '../../shared/timeline.ts';
import { detailOf, isUnverified } from './rowDetail.ts';
import type { LineRow } from './rowDetail.ts';

/** Payloads of up to this many bytes become one string. Nearly all payloads are that small. */
const SMALL = 64 * 1024;

/** The members in the lines of rows that are not messages, in order. */
const DETAILS: Readonly<Record<Exclude<Kind, 'text' | 'binary' | 'ping' | 'pong'>, readonly string[]>> = {
  open: ['status', 'protocol', 'extensions', 'headers'],
  close: ['code', 'reason', 'clean', 'text'],
  error: ['code', 'message', 'status', 'headers', 'body', 'withheld'],
  note: ['note', 'text', 'status', 'from', 'to', 'withheld', 'messages', 'bytes', 'expected', 'actual'],
};

/**
 * Writes a row as one line of JSON (docs/cli.md), the same for `connect` and `log`. Text that is not valid UTF-8 is
 * written as base64. Invisible characters are escaped, so a line is safe on a terminal.
 */
export function jsonLine(row: LineRow, payload: Uint8Array): Iterable<string> {
  const { seq, time, direction, kind } = row;
  const dir = direction === 'none' ? '' : `"dir":"${direction}",`;
  const start = `{"seq":${seq},"t":${time},${dir}"kind":"${kind}"`;
  if (kind === 'open' || kind === 'close' || kind === 'error' || kind === 'note') {
    return [`${start}${detailFields(payload, DETAILS[kind])}}\n`];
  }
  const encoding = kind === 'text' && isUtf8(payload) ? 'text' : 'base64';
  const altered = ((row.flags ?? 0) & FLAG.altered) === 0 ? '' : ',"altered":true';
  const body = `${start}${altered},"size":${payload.length},"${encoding}":`;
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
  const unverified = isUnverified(detail) ? ',"verified":false' : '';
  return names
    .filter((name) => detail[name] !== undefined)
    .map((name) => `,"${name}":${escapeInvisible(JSON.stringify(detail[name]))}`)
    .join('')
    .concat(unverified);
}

/** Bytes per piece: a multiple of three, so that the base64 of the pieces can be joined. */
const PIECE_BYTES = 3 * 1024 * 1024;

/** Yields valid UTF-8 as strings that end between two characters. One V8 string cannot hold a gigabyte. */
export function* utf8Pieces(payload: Uint8Array): Generator<string> {
  const bytes = asBuffer(payload);
  for (let from = 0; from < bytes.length;) {
    let to = Math.min(from + PIECE_BYTES, bytes.length);
    while (to < bytes.length && isContinuation(bytes[to]) && to > from + 1) to--;
    yield bytes.toString('utf8', from, to);
    from = to;
  }
}

export function* base64Pieces(payload: Uint8Array): Generator<string> {
  const bytes = asBuffer(payload);
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    yield bytes.toString('base64', from, Math.min(from + PIECE_BYTES, bytes.length));
  }
}

/** Whether a byte continues a character that began before it. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** The same bytes as a Buffer, not copied. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
