import { lastAtMost } from '../../core/search/hitList.ts';
import { UNIT_TYPES } from '../../shared/units.ts';
import type {
  CallFigures,
  CallPage,
  CallPair,
  CallQuery,
  NameCount,
  Subscription,
  UnitCounts,
} from '../../shared/unitIndexProtocol.ts';
import type { NameTable } from './nameTable.ts';
import { Topics } from './topics.ts';
import { OPENED, typeNumber, UNIT_FLAG, type UnitRecord } from './unitLayout.ts';

const SUBSCRIBE = typeNumber('subscribe');
const UNSUBSCRIBE = typeNumber('unsubscribe');
const EVENT = typeNumber('event');
const CALL = typeNumber('call');
const ERROR = typeNumber('error');

/** A growing list of numbers. */
class Numbers {
  #values = new Float64Array(64);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Float64Array(this.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  sorted(): Float64Array {
    return this.#values.slice(0, this.length).sort();
  }
}

/** Calls per block. The calls without a reply are counted by block. */
const BLOCK_CALLS = 1024;

/** Finds the calls without a reply among many, with one count per block. */
class OpenCalls {
  readonly #blocks = new Numbers();
  #calls = 0;

  get blocks(): number {
    return this.#blocks.length;
  }

  /** Adds a call, which has no reply yet. */
  add(): void {
    if (this.#calls++ % BLOCK_CALLS === 0) this.#blocks.push(0);
    const last = this.#blocks.length - 1;
    this.#blocks.set(last, this.#blocks.at(last) + 1);
  }

  /** @param index index of the call, in the order in which calls were added */
  answered(index: number): void {
    const block = Math.floor(index / BLOCK_CALLS);
    this.#blocks.set(block, this.#blocks.at(block) - 1);
  }

  /** Number of calls without a reply in a block. */
  in(block: number): number {
    return this.#blocks.at(block);
  }
}

/** A call without a reply. */
export interface WaitingCall {
  readonly record: number;
  readonly time: number;
  /** Whether the reply names the stream that the call opened. */
  readonly asksForStream: boolean;
}

interface Stream {
  readonly name: number;
  readonly stream: number;
  readonly row: number;
  events: number;
  firstEvent: number;
  lastEvent: number;
  end?: number;
}

/** Maximum number of ended subscriptions that are kept. */
const MAX_ENDED = 100;

/** Whether a unit is an event, or a message that asks for an acknowledgement. */
function isOfStream({ type, flags }: UnitRecord): boolean {
  return type === EVENT || (type === CALL && (flags & UNIT_FLAG.sent) === 0);
}

/** The calls of one name. */
interface Name {
  /** The numbers of the calls. */
  readonly calls: Numbers;
  readonly open: OpenCalls;
  errors: number;
  readonly latencies: Numbers;
}

/**
 * The calls, replies and streams of a recording, updated with each unit. Rows and records are numbers; times are in
 * microseconds.
 */
export class Conversation {
  /**
   * For each call: its record, row, name, direction and time, and the row and latency of its reply (negative without a
   * reply).
   */
  readonly #records = new Numbers();
  readonly #rows = new Numbers();
  readonly #names = new Numbers();
  readonly #sent = new Numbers();
  readonly #times = new Numbers();
  readonly #replyRows = new Numbers();
  readonly #latencies = new Numbers();
  readonly #open = new OpenCalls();
  readonly #errors = new Set<number>();
  /** The streams of the calls that subscribe; 0 until the reply names the stream. */
  readonly #subscribing = new Map<number, number>();
  /** Calls of this connection that wait for a reply, by the hash that the reply will have. */
  readonly #waiting = new Map<number, number>();
  readonly #byName = new Map<number, Name>();
  readonly #streams = new Map<number, Stream>();
  /** The latest ended streams, in order. */
  readonly #ended: Stream[] = [];
  /** Units by name × 8 + type. */
  readonly #counts = new Map<number, number>();
  /** Events and calls by name. */
  readonly topics: Topics;
  #units = 0;
  #answered = 0;

  constructor(
    private readonly table: NameTable,
    private readonly timeOf: (row: number) => number,
  ) {
    this.topics = new Topics(table);
  }

  get units(): number {
    return this.#units;
  }

  get calls(): number {
    return this.#rows.length;
  }

  /** The waiting call that a unit answers; undefined if there is none. */
  waitingCall(hash: number): WaitingCall | undefined {
    const call = this.#waiting.get(hash);
    if (call === undefined) return undefined;
    const known = this.#times.at(call);
    const time = known < 0 ? this.timeOf(this.#rows.at(call)) : known;
    return { record: this.#records.at(call), time, asksForStream: this.#subscribing.get(call) === 0 };
  }

  /** @param record number of the unit's record @param time time of its row; negative if the row was not read */
  add(record: number, unit: UnitRecord, time: number): void {
    const { type, flags, name, stream, row } = unit;
    if (type === OPENED) {
      // Ids and subscriptions end with their connection.
      this.#waiting.clear();
      this.#subscribing.clear();
      for (const open of this.#streams.keys()) this.#end(open, row);
      return;
    }
    this.#units++;
    const key = this.nameOf(unit) * 8 + type;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    if (type === EVENT || type === CALL) this.topics.add(name, row);
    if (flags & UNIT_FLAG.calls) this.#call(record, unit, time);
    const answered = flags & UNIT_FLAG.replies ? this.#reply(unit) : undefined;
    if (type === SUBSCRIBE && stream !== 0) this.#subscribe(name, stream, row);
    else if (type === UNSUBSCRIBE) this.#end(stream, row);
    else if (flags & UNIT_FLAG.ends) this.#end(stream || (answered ?? 0), row);
    else if (stream !== 0 && isOfStream(unit)) this.#event(stream, row);
  }

  #call(record: number, { hash, name, row, flags, type, stream }: UnitRecord, time: number): void {
    this.#waiting.set(hash, this.#rows.length);
    const named = this.#of(name);
    named.calls.push(this.#rows.length);
    named.open.add();
    this.#open.add();
    if (type === SUBSCRIBE) this.#subscribing.set(this.#rows.length, stream);
    this.#times.push(time);
    this.#records.push(record);
    this.#rows.push(row);
    this.#names.push(name);
    this.#sent.push(flags & UNIT_FLAG.sent);
    this.#replyRows.push(-1);
    this.#latencies.push(-1);
  }

  /** @returns the stream of the answered call, if the call subscribes */
  #reply({ hash, call, latency, row, type, stream }: UnitRecord): number | undefined {
    const number = this.#waiting.get(hash);
    // Only pairs that the index holds count.
    if (number === undefined || call === 0 || this.#records.at(number) !== call - 1) return undefined;
    this.#waiting.delete(hash);
    this.#replyRows.set(number, row);
    this.#latencies.set(number, latency);
    this.#answered++;
    const name = this.#names.at(number);
    const figures = this.#of(name);
    figures.latencies.push(latency);
    this.#open.answered(number);
    const { calls } = figures;
    figures.open.answered(lastAtMost(calls.length, (index) => calls.at(index), number));
    const subscribed = this.#subscribing.get(number);
    this.#subscribing.delete(number);
    if (type === ERROR) {
      figures.errors++;
      this.#errors.add(number);
      if (subscribed !== undefined) this.#end(subscribed, row);
    } else if (subscribed === 0 && stream !== 0) this.#subscribe(name, stream, this.#rows.at(number));
    return subscribed;
  }

  #of(name: number): Name {
    let figures = this.#byName.get(name);
    if (!figures) {
      figures = { calls: new Numbers(), open: new OpenCalls(), errors: 0, latencies: new Numbers() };
      this.#byName.set(name, figures);
    }
    return figures;
  }

  #subscribe(name: number, stream: number, row: number): void {
    if (this.#streams.has(stream)) return;
    this.#streams.set(stream, { name, stream, row, events: 0, firstEvent: row, lastEvent: row });
  }

  #end(stream: number, row: number): void {
    const open = this.#streams.get(stream);
    if (!open) return;
    open.end = row;
    this.#streams.delete(stream);
    if (this.#ended.push(open) > MAX_ENDED) this.#ended.shift();
  }

  #event(stream: number, row: number): void {
    const open = this.#streams.get(stream);
    if (!open) return;
    if (open.events++ === 0) open.firstEvent = row;
    open.lastEvent = row;
  }

  /** Number of a unit's name. A reply without a name has the name of its call. */
  nameOf({ name, call }: UnitRecord): number {
    if (name !== 0 || call === 0) return name;
    const at = lastAtMost(this.calls, (index) => this.#records.at(index), call - 1);
    return at >= 0 && this.#records.at(at) === call - 1 ? this.#names.at(at) : name;
  }

  names(): NameCount[] {
    return [...this.#counts]
      .map(([key, count]) => ({
        type: UNIT_TYPES[key % 8]!,
        name: this.table.text(Math.floor(key / 8)),
        count,
      }))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  }

  /** @param filter text that listed names contain, ignoring case @param most maximum number of listed names */
  counts(filter: string, most: number): UnitCounts {
    const types = new Array<number>(UNIT_TYPES.length).fill(0);
    const byName = new Map<number, number>();
    for (const [key, count] of this.#counts) {
      types[key % 8]! += count;
      const name = Math.floor(key / 8);
      byName.set(name, (byName.get(name) ?? 0) + count);
    }
    const wanted = filter.toLowerCase();
    const names = [...byName]
      .map(([name, count]) => ({ name: this.table.text(name), count }))
      .filter(({ name }) => name.toLowerCase().includes(wanted))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
    return {
      types: UNIT_TYPES.flatMap((type, number) => {
        const count = types[number]!;
        return count === 0 ? [] : [{ type, count }];
      }),
      names: names.slice(0, most),
      matches: names.length,
    };
  }

  figures(): CallFigures[] {
    return [...this.#byName]
      .map(([number, { calls: numbers, errors, latencies }]) => {
        const name = this.table.text(number);
        const calls = numbers.length;
        const unanswered = calls - latencies.length;
        if (latencies.length === 0) return { name, calls, errors, unanswered };
        const sorted = latencies.sorted();
        const at = (part: number): number => sorted[Math.ceil(part * sorted.length) - 1]!;
        const [p50, p95, p99, max] = [at(0.5), at(0.95), at(0.99), at(1)];
        return { name, calls, errors, unanswered, p50, p95, p99, max };
      })
      .sort((a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1));
  }

  /** Up to `count` of the selected calls, from number `from` on. */
  pairs({ name, unanswered = false }: CallQuery, from: number, count: number): CallPage {
    const number = name === undefined ? undefined : this.table.find(name);
    const named = number === undefined ? undefined : this.#byName.get(number);
    if (name !== undefined && !named) return { total: 0, pairs: [] };
    const calls = named ? named.calls.length : this.calls;
    const total = unanswered ? calls - (named ? named.latencies.length : this.#answered) : calls;
    const pairs: CallPair[] = [];
    const wanted = Math.min(count, total - from);
    for (const call of unanswered ? this.#unanswered(named, from) : numbersFrom(named?.calls, from)) {
      if (pairs.length >= wanted) break;
      pairs.push(this.#pair(call));
    }
    return { total, pairs };
  }

  /** The calls without a reply, all or those of one name, after the first `from` of them. */
  *#unanswered(named: Name | undefined, from: number): Generator<number> {
    const open = named?.open ?? this.#open;
    const calls = named?.calls.length ?? this.calls;
    let skip = from;
    for (let block = 0; block < open.blocks; block++) {
      if (skip >= open.in(block)) {
        skip -= open.in(block);
        continue;
      }
      const end = Math.min(calls, (block + 1) * BLOCK_CALLS);
      for (let index = block * BLOCK_CALLS; index < end; index++) {
        const call = named ? named.calls.at(index) : index;
        if (this.#replyRows.at(call) < 0 && skip-- <= 0) yield call;
      }
      skip = 0;
    }
  }

  #pair(call: number): CallPair {
    const row = this.#replyRows.at(call);
    const reply = { row, latency: this.#latencies.at(call), isError: this.#errors.has(call) };
    return {
      row: this.#rows.at(call),
      name: this.table.text(this.#names.at(call)),
      sent: this.#sent.at(call) !== 0,
      ...(row >= 0 && { reply }),
    };
  }

  /** The open subscriptions, then the latest of the ended ones, the last one first. */
  subscriptions(): Subscription[] {
    const all = [...this.#streams.values(), ...[...this.#ended].reverse()];
    return all.map(({ name, stream, row, events, firstEvent, lastEvent, end }) => {
      const seconds = events < 2 ? 0 : (this.timeOf(lastEvent) - this.timeOf(firstEvent)) / 1_000_000;
      return {
        name: this.table.text(name),
        stream: this.table.text(stream),
        row,
        events,
        rate: seconds > 0 ? (events - 1) / seconds : 0,
        ...(end !== undefined && { end }),
      };
    });
  }
}

/** The numbers in a list from an index on. Without a list: all numbers from the index on. */
function* numbersFrom(list: Numbers | undefined, from: number): Generator<number> {
  for (let index = from; !list || index < list.length; index++) yield list ? list.at(index) : index;
}
