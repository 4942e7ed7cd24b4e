import { createHash } from 'node:crypto';
import { closeSync, fstatSync, ftruncateSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { UnitOptions } from '../../shared/unitIndexProtocol.ts';
import { DuplexError } from '../../shared/errors.ts';
import { MiB } from '../../shared/limits.ts';
import { diskError } from '../diskError.ts';
import type { RecordingReader } from '../read/reader.ts';
import { openRegular, PRIVATE_FOLDER, readAll, readText, writeAll } from '../regularFile.ts';
import { replaceText } from '../wholeFile.ts';
import {
  HEADER_FILE,
  NAMES_FILE,
  RECORDS_FILE,
  STATES_FILE,
  UNIT_BYTES,
  UNITS_VERSION,
} from './unitLayout.ts';

const FORMAT = 'duplex-units';

/** Maximum bytes of names.jsonl and states.jsonl. */
const MAX_TEXT = 256 * MiB;
const MAX_HEADER = 64 * 1024;

/** The content of units.json: the inputs of the index, and the valid extent of its files. */
export interface UnitsHeader extends Omit<UnitOptions, 'tables'> {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** SHA-256 of the user's tables; absent if there are none. */
  readonly tables?: string;
  /** The id of the recording. */
  readonly url: string;
  readonly startedAt: string;
  /** The number of indexed rows, and the bytes of their payloads. */
  readonly rows: number;
  readonly payloadBytes: number;
  readonly records: number;
  readonly nameBytes: number;
  readonly stateBytes: number;
}

/** The valid extent of an index. */
export type UnitsExtent = Pick<UnitsHeader, 'rows' | 'payloadBytes' | 'records' | 'nameBytes' | 'stateBytes'>;

const EMPTY: UnitsExtent = { rows: 0, payloadBytes: 0, records: 0, nameBytes: 0, stateBytes: 0 };

/** The files of an index, written by one process at a time. */
export class UnitFiles {
  #records: number;
  #names: number;
  #states: number;
  #extent: UnitsExtent;

  /**
   * @param folder folder of the index, created if it does not exist
   * @param claim called before the files are read, when the folder exists
   * @throws DuplexError `disk.denied`, `disk.full`, `file.invalid`
   */
  constructor(
    readonly folder: string,
    private readonly reader: RecordingReader,
    private readonly options: UnitOptions,
    claim: () => void = () => undefined,
  ) {
    makeFolder(folder);
    claim();
    const extent = fittingExtent(folder, reader, options);
    if (!extent)
      for (const name of [HEADER_FILE, RECORDS_FILE, NAMES_FILE, STATES_FILE]) remove(folder, name);
    this.#extent = extent ?? EMPTY;
    const access = extent ? 'write' : 'create';
    this.#records = open(folder, RECORDS_FILE, access);
    this.#names = open(folder, NAMES_FILE, access);
    this.#states = open(folder, STATES_FILE, access);
    this.cut(this.#extent);
  }

  get extent(): UnitsExtent {
    return this.#extent;
  }

  /** The complete lines of names.jsonl as texts. @throws Error if the file has another form */
  names(): string[] {
    return this.#lines(NAMES_FILE, this.#extent.nameBytes).map((line) => {
      const text: unknown = JSON.parse(line);
      if (typeof text !== 'string') throw new RangeError('A name is not text.');
      return text;
    });
  }

  states(): string[] {
    return this.#lines(STATES_FILE, this.#extent.stateBytes);
  }

  /** Fills `bytes` with records from number `from` on. @returns the number of records */
  read(bytes: Uint8Array, from: number): number {
    return Math.floor(readAll(this.#records, bytes, from * UNIT_BYTES) / UNIT_BYTES);
  }

  /** Names are written before the records that refer to them. */
  append(records: Uint8Array, names: string, states: string, rows: number, payloadBytes: number): void {
    const { records: before, nameBytes, stateBytes } = this.#extent;
    const encoder = new TextEncoder();
    const [nameText, stateText] = [encoder.encode(names), encoder.encode(states)];
    try {
      writeAll(this.#names, nameText, nameBytes);
      writeAll(this.#states, stateText, stateBytes);
      writeAll(this.#records, records, before * UNIT_BYTES);
    } catch (error) {
      throw diskError(error, this.folder);
    }
    this.#extent = {
      rows,
      payloadBytes,
      records: before + records.length / UNIT_BYTES,
      nameBytes: nameBytes + nameText.length,
      stateBytes: stateBytes + stateText.length,
    };
  }

  /** Removes everything after an extent. */
  cut(extent: UnitsExtent): void {
    this.#extent = extent;
    ftruncateSync(this.#records, extent.records * UNIT_BYTES);
    ftruncateSync(this.#names, extent.nameBytes);
    ftruncateSync(this.#states, extent.stateBytes);
  }

  /** Removes everything. */
  clear(): void {
    this.cut(EMPTY);
  }

  /** Writes the valid extent of the files for the next process that opens them. */
  commit(): void {
    const { url, startedAt } = this.reader.manifest;
    const header: UnitsHeader = {
      format: FORMAT,
      version: UNITS_VERSION,
      url,
      startedAt,
      protocol: this.options.protocol,
      pairs: this.options.pairs,
      ...(this.options.decode && { decode: this.options.decode }),
      ...digestOf(this.options),
      ...this.#extent,
    };
    replaceText(join(this.folder, HEADER_FILE), `${JSON.stringify(header, undefined, 2)}\n`);
  }

  close(): void {
    for (const file of [this.#records, this.#names, this.#states]) closeSync(file);
  }

  #lines(name: string, bytes: number): string[] {
    const text = readText(join(this.folder, name), MAX_TEXT);
    if (Buffer.byteLength(text) < bytes) throw new RangeError(`${name} was cut.`);
    return text.split('\n').slice(0, -1);
  }
}

/**
 * The extent of an index that can be continued; undefined if it is torn, of another version, or of another recording.
 */
function fittingExtent(
  folder: string,
  reader: RecordingReader,
  options: UnitOptions,
): UnitsExtent | undefined {
  let header: Partial<UnitsHeader> | null;
  const sizes: number[] = [];
  try {
    header = JSON.parse(readText(join(folder, HEADER_FILE), MAX_HEADER)) as Partial<UnitsHeader> | null;
    for (const name of [RECORDS_FILE, NAMES_FILE, STATES_FILE]) {
      const file = openRegular(join(folder, name), 'write');
      sizes.push(fstatSync(file).size);
      closeSync(file);
    }
  } catch {
    // The file is missing or unreadable, so the index is rebuilt.
    return undefined;
  }
  const { rows = -1, payloadBytes = -1, records = -1, nameBytes = -1, stateBytes = -1 } = header ?? {};
  const { url, startedAt } = reader.manifest;
  const { protocol, pairs, decode } = options;
  const isSame =
    header?.format === FORMAT &&
    header.version === UNITS_VERSION &&
    header.url === url &&
    header.startedAt === startedAt &&
    header.protocol === protocol &&
    header.tables === digestOf(options).tables &&
    header.pairs?.call === pairs?.call &&
    header.pairs?.reply === pairs?.reply &&
    JSON.stringify(header.decode ?? []) === JSON.stringify(decode ?? []);
  const counts = [rows, payloadBytes, records, nameBytes, stateBytes];
  if (!isSame || !counts.every((count) => Number.isSafeInteger(count) && count >= 0)) return undefined;
  const [recordBytes = 0, names = 0, states = 0] = sizes;
  if (records * UNIT_BYTES > recordBytes || nameBytes > names || stateBytes > states) return undefined;
  if (rows > reader.extent().rows || payloadEnd(reader, rows) !== payloadBytes) return undefined;
  return { rows, payloadBytes, records, nameBytes, stateBytes };
}

/** A digest of the tables: the same tables decode to the same units. */
function digestOf({ tables = [] }: UnitOptions): Pick<UnitsHeader, 'tables'> {
  if (tables.length === 0) return {};
  return { tables: createHash('sha256').update(JSON.stringify(tables)).digest('hex') };
}

/** The offset after the payloads of the first `rows` rows. */
export function payloadEnd(reader: RecordingReader, rows: number): number {
  if (rows === 0) return 0;
  const { offset, stored } = reader.row(rows - 1);
  return offset + stored;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: PRIVATE_FOLDER });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw diskError(error, folder);
    // A link could lead out of the recording.
    if (!lstatSync(folder).isDirectory())
      throw new DuplexError('file.invalid', `${folder} is not a folder: remove it.`);
  }
}

function open(folder: string, name: string, access: 'write' | 'create'): number {
  const path = join(folder, name);
  try {
    return openRegular(path, access);
  } catch (error) {
    throw diskError(error, path);
  }
}

function remove(folder: string, name: string): void {
  const path = join(folder, name);
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw diskError(error, path);
  }
}
