import { UNIT_TYPES, type UnitType } from '../../shared/units.ts';

// The layout of units.bin (docs/recording-format.md).

/** Increase it when the layout or the result of decoding changes: older indexes are then rebuilt. */
export const UNITS_VERSION = 4;

export const UNITS_FOLDER = 'units';
export const HEADER_FILE = 'units.json';
export const RECORDS_FILE = 'units.bin';
export const NAMES_FILE = 'names.jsonl';
export const STATES_FILE = 'states.jsonl';

/** Bytes of one record. Records are in row order. */
export const UNIT_BYTES = 32;

const AT = {
  row: 0,
  rowHigh: 4,
  type: 6,
  flags: 7,
  name: 8,
  stream: 12,
  hash: 16,
  call: 24,
  latency: 28,
} as const;
const HIGH = 2 ** 32;

/** A latency has 32 bits: about 71 minutes at most. */
const MAX_LATENCY = HIGH - 1;

/** The type of a record that marks the start of a connection. Pairs do not cross it. */
export const OPENED = 255;

export const UNIT_FLAG = { sent: 1, heartbeat: 2, calls: 4, replies: 8, ends: 16 } as const;

/** One unit in the index. */
export interface UnitRecord {
  row: number;
  /** Number of the type in UNIT_TYPES, or OPENED. */
  type: number;
  flags: number;
  /** Numbers of lines in names.jsonl. */
  name: number;
  stream: number;
  /** A 53-bit hash of the key that a call and its reply share; 0 if there is none. */
  hash: number;
  /** For a reply: the number of its call's record, from 1; otherwise 0. */
  call: number;
  /** For a reply with a call: the latency in microseconds. */
  latency: number;
}

export function writeUnit(view: DataView, record: number, unit: UnitRecord): void {
  const at = record * UNIT_BYTES;
  view.setUint32(at + AT.row, unit.row >>> 0, true);
  view.setUint16(at + AT.rowHigh, unit.row < HIGH ? 0 : Math.floor(unit.row / HIGH), true);
  view.setUint8(at + AT.type, unit.type);
  view.setUint8(at + AT.flags, unit.flags);
  view.setUint32(at + AT.name, unit.name, true);
  view.setUint32(at + AT.stream, unit.stream, true);
  view.setUint32(at + AT.hash, unit.hash >>> 0, true);
  view.setUint32(at + AT.hash + 4, Math.floor(unit.hash / HIGH), true);
  view.setUint32(at + AT.call, unit.call, true);
  view.setUint32(at + AT.latency, Math.min(unit.latency, MAX_LATENCY), true);
}

/** Fills `unit`, so that a scan over millions of records creates no objects. */
export function readUnit(view: DataView, record: number, unit: UnitRecord): void {
  const at = record * UNIT_BYTES;
  unit.row = unitRow(view, record);
  unit.type = view.getUint8(at + AT.type);
  unit.flags = view.getUint8(at + AT.flags);
  unit.name = view.getUint32(at + AT.name, true);
  unit.stream = view.getUint32(at + AT.stream, true);
  unit.hash = view.getUint32(at + AT.hash, true) + view.getUint32(at + AT.hash + 4, true) * HIGH;
  unit.call = view.getUint32(at + AT.call, true);
  unit.latency = view.getUint32(at + AT.latency, true);
}

export function unitRow(view: DataView, record: number): number {
  const at = record * UNIT_BYTES;
  return view.getUint32(at + AT.row, true) + view.getUint16(at + AT.rowHigh, true) * HIGH;
}

export function emptyUnit(): UnitRecord {
  return { row: 0, type: 0, flags: 0, name: 0, stream: 0, hash: 0, call: 0, latency: 0 };
}

export function typeNumber(type: UnitType): number {
  return UNIT_TYPES.indexOf(type);
}
