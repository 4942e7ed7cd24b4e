import { createJsonPairing } from '../../core/protocol/json/jsonPairing.ts';
import { MAX_DECODED_BYTES } from '../../core/protocol/limits.ts';
import type { Decoding } from '../../core/protocol/decode/decoding.ts';
import { pairHash } from '../../core/protocol/pairHash.ts';
import type { ProtocolModule, Role, TopicNames } from '../../core/protocol/protocolModule.ts';
import { protocolsWithTables } from '../../core/protocol/registry.ts';
import type { ProtocolTable } from '../../core/protocol/table/protocolTable.ts';
import { callKey, type DecodedUnit, replyKey } from '../../core/protocol/unit.ts';
import { UnitReader } from '../../core/protocol/unitReader.ts';
import { DIRECTIONS, KINDS } from '../../shared/timeline.ts';
import type { UnitOptions, UnitQuery } from '../../shared/unitIndexProtocol.ts';
import { UNIT_TYPES } from '../../shared/units.ts';
import { AT, getUint64, ROW_BYTES } from '../layout.ts';
import type { RecordingReader } from '../read/reader.ts';
import { detailOf } from '../read/rowDetail.ts';
import { Checkpoints } from './checkpoints.ts';
import { Conversation } from './conversation.ts';
import { NameTable } from './nameTable.ts';
import { Operation } from './operation.ts';
import { payloadEnd, type UnitFiles } from './unitFiles.ts';
import { UnitRecords } from './unitRecords.ts';
import {
  emptyUnit,
  OPENED,
  typeNumber,
  UNIT_BYTES,
  UNIT_FLAG,
  type UnitRecord,
  writeUnit,
} from './unitLayout.ts';

const OPEN = KINDS.indexOf('open');
const TEXT = KINDS.indexOf('text');
const BINARY = KINDS.indexOf('binary');
const OUT = DIRECTIONS.indexOf('out');

/** Rows, and payload bytes, per read. */
const BLOCK_ROWS = 4096;
const BLOCK_BYTES = 4 * 1024 * 1024;

/** Maximum bytes of a reply that can be the id of a stream. */
const MAX_STREAM_BYTES = 200;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function otherSide(side: Role): Role {
  return side === 'client' ? 'server' : 'client';
}

/**
 * The units of one recording by type, name and pair. The index is built once, kept on disk, and continued as the
 * recording grows.
 */
export class UnitIndex {
  #table = new NameTable();
  #checkpoints = new Checkpoints();
  #conversation: Conversation;
  #units: UnitReader;
  readonly #protocols: readonly ProtocolModule[];
  /** The role of the side that recorded. */
  readonly #own: Role;
  #next = 0;
  /** Payload bytes of the rows before `#next`. */
  #end = 0;
  readonly #keysOf: ReturnType<typeof createJsonPairing> | undefined;
  readonly #block = new Uint8Array(BLOCK_ROWS * ROW_BYTES);
  readonly #inFile: UnitRecords;
  /** Records that are not in the file yet. */
  #records = new DataView(new ArrayBuffer(1024 * UNIT_BYTES));
  #count = 0;
  readonly #unit = emptyUnit();
  /** The operation of the last query. */
  #operation: Operation | undefined;

  /** @throws DuplexError `call.invalid` if the paths of the pairs are invalid */
  constructor(
    private readonly reader: RecordingReader,
    private readonly files: UnitFiles,
    private readonly options: UnitOptions,
    private readonly decoding?: Decoding,
  ) {
    this.#inFile = new UnitRecords(files);
    this.#keysOf = options.pairs && createJsonPairing(options.pairs);
    this.#own = reader.manifest.role ?? 'client';
    this.#protocols = protocolsWithTables((options.tables ?? []) as readonly ProtocolTable[]);
    this.#units = this.createReader();
    this.#conversation = this.#newConversation();
    try {
      this.#load();
    } catch {
      // The index is derived data, so any error leads to a rebuild.
      this.#clear();
    }
  }

  /** The first row that is not indexed yet. */
  get next(): number {
    return this.#next;
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  get protocol(): string | undefined {
    return this.#units.protocol?.id;
  }

  /** The form in which names are topics; undefined if they are not topics. */
  get topicNames(): TopicNames | undefined {
    return this.#units.protocol?.topics;
  }

  get reason(): string | undefined {
    return this.#units.reason;
  }

  createReader(): UnitReader {
    const { protocol } = this.options;
    const { url } = this.reader.manifest;
    return new UnitReader({ protocol, url, protocols: this.#protocols, decoding: this.decoding });
  }

  /** The row and state from which a row can be decoded. */
  checkpoint(row: number): { readonly row: number; readonly state: string } | undefined {
    return this.#checkpoints.before(row);
  }

  /** Indexes the rows up to, but not including, number `end`. Yields after each block. */
  *run(end: number): Generator<void> {
    // The disk failed and the last rows were replaced, so their records are not valid any more.
    if (this.#next > end || payloadEnd(this.reader, this.#next) !== this.#end) this.#clear();
    while (this.#next < end) {
      const before = this.#next;
      this.#indexBlock(Math.min(BLOCK_ROWS, end - before));
      // The files were cut, so they have fewer rows than announced.
      if (this.#next === before) return;
      this.#flush();
      yield;
    }
  }

  /** Saves the current state, so that the next process that opens the index continues after it. */
  commit(): void {
    this.files.commit();
  }

  /** Numbers of up to `count` rows that contain such a unit, from row `from` on. Yields regularly. */
  *rowsWith(query: UnitQuery, from: number, count: number): Generator<void, Float64Array<ArrayBuffer>> {
    const { types, names, byCall, heartbeats } = query;
    const operation = query.operation === undefined ? undefined : yield* this.#operationOf(query.operation);
    const wanted = names && new Set(names.map((name) => this.#table.find(name)));
    const isType = UNIT_TYPES.map((type) => types?.includes(type) ?? true);
    const nameOf = (unit: UnitRecord): number => (byCall ? this.#conversation.nameOf(unit) : unit.name);
    const rows: number[] = [];
    let last = -1;
    /** The row that is left out, although its first units match. */
    let spoilt = -1;
    const first = Math.max(this.#inFile.recordOf(from), operation?.start ?? 0);
    let record = first - 1;
    for (const unit of this.#inFile.scan(first)) {
      if (unit === undefined) {
        yield;
        continue;
      }
      record++;
      const isFirst = unit.row !== last;
      last = unit.row;
      if (isFirst && rows.length >= count) break;
      if (heartbeats && (unit.flags & UNIT_FLAG.heartbeat) === 0) {
        spoilt = unit.row;
        if (rows.at(-1) === unit.row) rows.pop();
      } else if (unit.row !== spoilt && unit.row !== rows.at(-1)) {
        const isWanted = isType[unit.type] === true && (wanted?.has(nameOf(unit)) ?? true);
        if (isWanted && (operation?.has(record, unit) ?? true)) rows.push(unit.row);
      }
    }
    return Float64Array.from(rows);
  }

  *#operationOf(row: number): Generator<void, Operation> {
    const last = this.#operation;
    const operation = last?.row === row ? last : yield* Operation.of(row, this.#inFile);
    this.#operation = operation;
    yield* operation.follow();
    return operation;
  }

  #newConversation(): Conversation {
    return new Conversation(this.#table, (row) => this.reader.row(row).time);
  }

  #clear(): void {
    this.files.clear();
    this.#operation = undefined;
    this.#table = new NameTable();
    this.#checkpoints = new Checkpoints();
    this.#conversation = this.#newConversation();
    this.#units = this.createReader();
    this.#next = 0;
    this.#end = 0;
    this.#count = 0;
  }

  /** Continues from the last saved state of the decoder. @throws Error if the files are not a valid index */
  #load(): void {
    const { extent } = this.files;
    if (extent.rows === 0) return;
    const names = this.files.names();
    this.#table = new NameTable(names);
    if (this.#table.size !== names.length) throw new RangeError('The names are not valid.');
    this.#checkpoints = new Checkpoints(this.files.states());
    const last = this.#checkpoints.before(extent.rows);
    if (!last) throw new RangeError('There is no state to continue from.');
    this.#units.restore(last.state);
    const records = this.#inFile.recordOf(last.row);
    const end = payloadEnd(this.reader, last.row);
    this.files.cut({ ...extent, rows: last.row, payloadBytes: end, records });
    this.#conversation = this.#newConversation();
    let record = 0;
    let row = 0;
    for (const unit of this.#inFile.scan(0)) {
      if (unit === undefined) continue;
      const { type, name, stream, call } = unit;
      const isKnown = type < UNIT_TYPES.length || type === OPENED;
      if (!isKnown || unit.row < row || unit.row >= last.row || call > record)
        throw new RangeError(`Record ${record} is not valid.`);
      if (Math.max(name, stream) >= this.#table.size) throw new RangeError(`Record ${record} has no name.`);
      row = unit.row;
      this.#conversation.add(record++, unit, -1);
    }
    this.#next = last.row;
    this.#end = end;
  }

  #indexBlock(wanted: number): void {
    const rows = this.reader.rawRows(this.#block.subarray(0, wanted * ROW_BYTES), this.#next);
    const view = new DataView(this.#block.buffer);
    const endOf = (row: number): number =>
      getUint64(view, row * ROW_BYTES + AT.offset) + view.getUint32(row * ROW_BYTES + AT.stored, true);
    for (let first = 0; first < rows;) {
      const start = getUint64(view, first * ROW_BYTES + AT.offset);
      let to = first + 1;
      while (to < rows && endOf(to) - start <= BLOCK_BYTES) to++;
      const bytes = new Uint8Array(
        Math.min(endOf(to - 1) - start, Math.max(BLOCK_BYTES, MAX_DECODED_BYTES + 1)),
      );
      this.reader.rawPayload(bytes, start);
      for (; first < to; first++) {
        const at = getUint64(view, first * ROW_BYTES + AT.offset) - start;
        this.#indexRow(view, first * ROW_BYTES, bytes.subarray(at, endOf(first) - start));
        this.#end = endOf(first);
      }
    }
  }

  #indexRow(view: DataView, at: number, payload: Uint8Array): void {
    const row = this.#next++;
    const kind = view.getUint8(at + AT.kind);
    if (this.#checkpoints.isDue(row, payload.length)) {
      const state = this.#units.checkpoint();
      if (state !== undefined) this.#checkpoints.add(row, state);
    }
    if (kind === OPEN) {
      const { protocol } = detailOf(payload);
      this.#units.opened(typeof protocol === 'string' ? protocol : '');
      this.#add({ ...emptyUnit(), row, type: OPENED }, 0);
      return;
    }
    if (kind !== TEXT && kind !== BINARY) return;
    const from = view.getUint8(at + AT.direction) === OUT ? this.#own : otherSide(this.#own);
    const read = this.#units.read({ kind: kind === TEXT ? 'text' : 'binary', from, data: payload });
    const time = getUint64(view, at + AT.time);
    if (this.#keysOf) return this.#indexPair(row, time, from, payload, read?.units ?? []);
    if (!read) return;
    // The filter that hides heartbeats must not hide a fault.
    const heartbeat = read.problems.length === 0 || undefined;
    for (const unit of read.units) {
      const shown = unit.heartbeat ? { ...unit, heartbeat } : unit;
      this.#indexUnit(row, time, from, shown, callKey(unit), replyKey(unit));
    }
  }

  /** The user's paths of pairs take precedence over those of the protocol. */
  #indexPair(
    row: number,
    time: number,
    from: Role,
    payload: Uint8Array,
    units: readonly DecodedUnit[],
  ): void {
    const { call, reply } = this.#keysOf!(payload);
    // If both paths are equal, the unit is a reply if a call with that value is waiting.
    const other = otherSide(from);
    const answers =
      reply !== undefined && this.#conversation.waitingCall(pairHash(other, reply)) !== undefined;
    const calls = call !== undefined && !answers;
    const range = { start: 0, end: payload.length };
    const [first = { type: answers ? 'reply' : 'call', name: '', range } as const, ...rest] = units;
    if (units.length > 0 || calls || answers) {
      this.#indexUnit(row, time, from, first, calls ? call : undefined, answers ? reply : undefined);
    }
    for (const unit of rest) this.#indexUnit(row, time, from, unit, undefined, undefined);
  }

  #indexUnit(
    row: number,
    time: number,
    from: Role,
    { type, name, stream, heartbeat, ends, payload, problems = [] }: DecodedUnit,
    call: string | undefined,
    reply: string | undefined,
  ): void {
    const unit = this.#unit;
    unit.row = row;
    unit.type = typeNumber(type);
    const isHeartbeat = heartbeat && problems.length === 0;
    unit.flags =
      (from === this.#own ? UNIT_FLAG.sent : 0) |
      (isHeartbeat ? UNIT_FLAG.heartbeat : 0) |
      (ends ? UNIT_FLAG.ends : 0);
    unit.name = this.#table.number(name);
    unit.stream = stream === undefined ? 0 : this.#table.number(stream);
    unit.hash = 0;
    unit.call = 0;
    unit.latency = 0;
    if (reply !== undefined) {
      unit.flags |= UNIT_FLAG.replies;
      unit.hash = pairHash(otherSide(from), reply);
      const waiting = this.#conversation.waitingCall(unit.hash);
      if (waiting) {
        unit.call = waiting.record + 1;
        unit.latency = time - waiting.time;
        if (waiting.asksForStream && unit.stream === 0) unit.stream = this.#streamIn(payload?.read());
      }
    } else if (call !== undefined) {
      unit.flags |= UNIT_FLAG.calls;
      unit.hash = pairHash(from, call);
    }
    this.#add(unit, time);
  }

  /**
   * If the reply to a subscription is a string or a number, this value is the id of the stream, as in `eth_subscribe`.
   */
  #streamIn(payload: Uint8Array | undefined): number {
    if (!payload || payload.length > MAX_STREAM_BYTES) return 0;
    const text = utf8.decode(payload).trim();
    return /^(?:"[^"\\]*"|\d+)$/.test(text) ? this.#table.number(text) : 0;
  }

  #add(unit: UnitRecord, time: number): void {
    if ((this.#count + 1) * UNIT_BYTES > this.#records.byteLength) {
      const grown = new Uint8Array(this.#records.byteLength * 2);
      grown.set(new Uint8Array(this.#records.buffer));
      this.#records = new DataView(grown.buffer);
    }
    this.#conversation.add(this.files.extent.records + this.#count, unit, time);
    writeUnit(this.#records, this.#count++, unit);
  }

  #flush(): void {
    const records = new Uint8Array(this.#records.buffer, 0, this.#count * UNIT_BYTES);
    this.files.append(records, this.#table.take(), this.#checkpoints.take(), this.#next, this.#end);
    this.#count = 0;
  }
}
