import { isUtf8 } from 'node:buffer';
import { previewBinary } from '../../core/format/preview.ts';
import { makeVisible } from '../../core/format/visible.ts';
import { detailOf, isUnverified, utf8Pieces, type LineOf, type LineRow } from '../../engine/recordingFile.ts';
import type { Direction } from '../../shared/timeline.ts';

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
/** Bytes of a binary message in its line. */
const HEX_BYTES = 32;

/**
 * Formats rows for people: arrow, time of day, kind, and the whole text on one line, control characters made visible.
 * @param startedAt wall-clock start of the session in milliseconds since the epoch
 */
export function textLines(startedAt: number, colours: Colours): LineOf {
  const timeOfDay = timesOfDay(startedAt);
  return function* (row, payload) {
    const colour = row.kind === 'error' ? colours.red : row.direction === 'in' ? colours.green : colours.cyan;
    const arrow = row.direction === 'none' ? ARROWS.none : colour(ARROWS[row.direction]);
    const time = colours.dim(timeOfDay(row.time));
    yield `${arrow} ${time} ${colour(row.kind.padEnd(KIND_WIDTH))} `;
    yield* content(row, payload);
    yield '\n';
  };
}

function* content({ kind }: LineRow, payload: Uint8Array): Generator<string> {
  switch (kind) {
    case 'text':
      if (payload.length === 0) yield bytesOf(payload);
      else yield* characters(payload);
      return;
    case 'ping':
    case 'pong':
      yield* characters(payload);
      return;
    case 'binary':
      yield bytesOf(payload);
      return;
    default:
      yield makeVisible(summary(kind, detailOf(payload)));
  }
}

function* characters(payload: Uint8Array): Generator<string> {
  if (!isUtf8(payload)) yield bytesOf(payload);
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

function bytesOf(payload: Uint8Array): string {
  const more = payload.length > HEX_BYTES ? ' …' : '';
  return `(${payload.length} B) ${previewBinary(payload.subarray(0, HEX_BYTES))}${more}`.trimEnd();
}

/** Converts microseconds since the session began to the local time of day. Rows of one second share its first half. */
function timesOfDay(startedAt: number): (time: number) => string {
  let second = NaN;
  let text = '';
  return (time) => {
    const micros = startedAt * 1000 + time;
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
