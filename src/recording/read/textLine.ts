import { isUtf8 } from 'node:buffer';
import { previewBinary } from '../../core/format/preview.ts';
import { makeVisible } from '../../core/format/visible.ts';
import { FLAG, type Direction } from '../../shared/timeline.ts';
import { utf8Pieces } from './jsonLine.ts';
import { detailOf, isUnverified, type LineOf, type LineRow } from './rowDetail.ts';

/** The colours of picocolors, or functions that do nothing. */
export type Colour = (text: string) => string;
export interface Colours {
  readonly dim: Colour;
  readonly green: Colour;
  readonly cyan: Colour;
  readonly red: Colour;
}

const ARROWS: Readonly<Record<Direction, string>> = { in: '<-', out: '->', none: '--' };
const KIND_WIDTH = 'binary'.length;
/** Bytes of a binary message that a line on a terminal shows. */
const HEX_BYTES = 32;
/** Bytes that one piece of a line shows in hexadecimal. */
const HEX_PIECE = 64;

export interface TextLineStyle {
  /** Writes a time in microseconds since the epoch. */
  readonly timeOf: (microseconds: number) => string;
  /** Bytes of a binary message to show. */
  readonly hexBytes: number;
}

/**
 * Formats rows for people: arrow, time of day, kind, and the whole text on one line, with visible control characters.
 * @param startedAt wall-clock start of the session in milliseconds since the epoch
 */
export function createTextLines(
  startedAt: number,
  colours: Colours,
  { timeOf = timesOfDay(), hexBytes = HEX_BYTES }: Partial<TextLineStyle> = {},
): LineOf {
  return function* (row, payload) {
    const colour = row.kind === 'error' ? colours.red : row.direction === 'in' ? colours.green : colours.cyan;
    const arrow = row.direction === 'none' ? ARROWS.none : colour(ARROWS[row.direction]);
    const time = colours.dim(timeOf(startedAt * 1000 + row.time));
    yield `${arrow} ${time} ${colour(row.kind.padEnd(KIND_WIDTH))} `;
    if ((row.flags ?? 0) & FLAG.altered) yield colours.dim('(altered) ');
    yield* content(row, payload, hexBytes);
    yield '\n';
  };
}

function* content({ kind }: LineRow, payload: Uint8Array, hexBytes: number): Generator<string> {
  switch (kind) {
    case 'text':
      if (payload.length === 0) yield* bytesOf(payload, hexBytes);
      else yield* characters(payload, hexBytes);
      return;
    case 'ping':
    case 'pong':
      yield* characters(payload, hexBytes);
      return;
    case 'binary':
      yield* bytesOf(payload, hexBytes);
      return;
    default:
      yield makeVisible(summary(kind, detailOf(payload)));
  }
}

function* characters(payload: Uint8Array, hexBytes: number): Generator<string> {
  if (!isUtf8(payload)) yield* bytesOf(payload, hexBytes);
  else for (const piece of utf8Pieces(payload)) yield makeVisible(piece);
}

function summary(
  kind: 'open' | 'close' | 'error' | 'note',
  detail: Readonly<Record<string, unknown>>,
): string {
  const field = (name: string): string => {
    const value = detail[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');
  switch (kind) {
    case 'open':
      return joined(
        field('status'),
        field('protocol'),
        field('extensions'),
        isUnverified(detail) ? '(certificate not verified)' : '',
      );
    case 'close':
      return joined(
        field('code'),
        field('reason'),
        detail.clean === false ? `(${field('text') || 'without a close handshake'})` : '',
      );
    case 'error':
      return `${field('code')}: ${field('message')}`;
    case 'note':
      return field('text');
  }
}

function* bytesOf(payload: Uint8Array, hexBytes: number): Generator<string> {
  yield `(${payload.length} B)`;
  const end = Math.min(payload.length, hexBytes);
  for (let at = 0; at < end; at += HEX_PIECE)
    yield ` ${previewBinary(payload.subarray(at, Math.min(at + HEX_PIECE, end)))}`;
  if (payload.length > end) yield ' …';
}

/** Converts microseconds since the epoch to the local time of day. Rows of one second share its first half. */
function timesOfDay(): (microseconds: number) => string {
  let second = NaN;
  let text = '';
  return (micros) => {
    const now = Math.floor(micros / 1_000_000);
    if (now !== second) {
      second = now;
      const date = new Date(now * 1000);
      text = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => pad(part, 2)).join(':');
    }
    return `${text}.${pad(micros - now * 1_000_000, 6)}`;
  };
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
