import { UNIT_TYPES, type UnitType } from '../../shared/units.ts';

// The layout of units.bin: docs/recording-format.md.

/** Raise it when the layout changes, or what decoders make of messages: older indexes are then rebuilt. */
export const UNITS_VERSION = 1;

export const UNITS_FOLDER = 'units';
export const HEADER_FILE = 'units.json';
export const RECORDS_FILE = 'units.bin';
export const NAMES_FILE = 'names.jsonl';
export const STATES_FILE = 'states.jsonl';

/** Bytes of one record. They lie in the order of their rows. */
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

/** Latencies are 32 bits wide: 71 minutes at most. */
const MAX_LATENCY = HIGH - 1;

/** The type of a record that stands for the beginning of a connection, over which no pair reaches. */
export const OPENED = 255;

export const UNIT_FLAG = { sent: 1, heartbeat: 2, calls: 4, replies: 8 } as const;

/** One unit as the index keeps it. */
export interface UnitRecord {
  row: number;
  /** Number of the type in UNIT_TYPES, or OPENED. */
  type: number;
  flags: number;
  /** Numbers of lines in names.jsonl. */
  name: number;
  stream: number;
  /** 53 bits of what a call and its reply have in common; 0 if there is nothing. */
  hash: number;
  /** Of a reply: number of the record of its call, from 1; else 0. */
  call: number;
  /** Of a reply with a call: microseconds. */
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

/** Fills `unit`: a scan over millions of records makes no objects. */
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
