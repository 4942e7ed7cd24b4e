import { DIRECTIONS, KINDS } from '../shared/timeline.ts';
import type { Direction, Kind } from '../shared/timeline.ts';

// The layout on disk (docs/recording-format.md). A change here needs a new version there.

export const FORMAT = 'duplex-recording';
export const VERSION = 2;
/** Version 1 has no altered rows. */
export const OLDEST_VERSION = 1;

export const MANIFEST_FILE = 'session.json';
export const INDEX_FILE = 'index.bin';
/** The file exists if a session keeps the details of its frames. */
export const FRAMES_FILE = 'frames.bin';

/** The same for the frames between a proxy and its client. */
export const CLIENT_FRAMES_FILE = 'client-frames.bin';
/** The file exists while a process writes the recording; it holds the process id. */
export const LOCK_FILE = 'writer.lock';

/** Payload byte N of a recording is byte N % segmentBytes of segment floor(N / segmentBytes). */
export const SEGMENT_BYTES = 1024 ** 3;

export function segmentFile(segment: number): string {
  return `payload-${String(segment).padStart(4, '0')}.bin`;
}

/** Bytes of one row of index.bin; row N begins at N x ROW_BYTES. All fields are little-endian. */
export const ROW_BYTES = 32;

/** Offsets of the fields in a row. */
export const AT = { offset: 0, size: 8, time: 16, stored: 24, kind: 28, direction: 29, flags: 30 } as const;
const HIGH = 2 ** 32;

/** A stored length has 32 bits; a longer message is truncated and flagged. */
export const MAX_STORED = HIGH - 1;

/** One row of index.bin. */
export interface IndexRow {
  /** Offset of the payload, counted across all segments. */
  offset: number;
  /** Bytes of the whole message. */
  size: number;
  /** Microseconds since the session began. */
  time: number;
  /** Bytes of the message that are stored. */
  stored: number;
  kind: Kind;
  direction: Direction;
  flags: number;
}

const KIND_NUMBER = Object.fromEntries(KINDS.map((kind, number) => [kind, number])) as Record<Kind, number>;
const DIRECTION_NUMBER = Object.fromEntries(
  DIRECTIONS.map((direction, number) => [direction, number]),
) as Record<Direction, number>;

/** Values above 2^53 do not occur: no recording is that large, and no session lasts that long. */
export function setUint64(view: DataView, at: number, value: number): void {
  // `>>>` reduces modulo 2^32, many times faster than `%` for numbers this large.
  const low = value >>> 0;
  view.setUint32(at, low, true);
  view.setUint32(at + 4, value === low ? 0 : (value - low) / HIGH, true);
}

export function getUint64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * HIGH;
}

/** Positional arguments instead of an object: this runs once per message on the receive path. */
export function writeRow(
  view: DataView,
  row: number,
  offset: number,
  size: number,
  stored: number,
  time: number,
  kind: Kind,
  direction: Direction,
  flags: number,
): void {
  const at = row * ROW_BYTES;
  setUint64(view, at + AT.offset, offset);
  setUint64(view, at + AT.size, size);
  setUint64(view, at + AT.time, time);
  view.setUint32(at + AT.stored, stored, true);
  view.setUint8(at + AT.kind, KIND_NUMBER[kind]);
  view.setUint8(at + AT.direction, DIRECTION_NUMBER[direction]);
  view.setUint16(at + AT.flags, flags, true);
}

/** Reads row number `row` of a view over rows. A kind of a later version becomes `note`. */
export function readRow(view: DataView, row: number): IndexRow {
  const at = row * ROW_BYTES;
  return {
    offset: getUint64(view, at + AT.offset),
    size: getUint64(view, at + AT.size),
    time: getUint64(view, at + AT.time),
    stored: view.getUint32(at + AT.stored, true),
    kind: KINDS[view.getUint8(at + AT.kind)] ?? 'note',
    direction: DIRECTIONS[view.getUint8(at + AT.direction)] ?? 'none',
    flags: view.getUint16(at + AT.flags, true),
  };
}
