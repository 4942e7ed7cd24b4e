import { OTHERS } from './nameTable.ts';
import type { UnitRecords } from './unitRecords.ts';
import { OPENED, typeNumber, UNIT_FLAG, type UnitRecord } from './unitLayout.ts';

const SUBSCRIBE = typeNumber('subscribe');

/** The part of an operation that comes from one unit. */
interface Part {
  /** Number of its stream; 0: no stream, or not known yet. */
  stream: number;
  /** The record that opened the stream, or the call; -1 for a stream that no record opened. */
  opening: number;
  /** Whether `opening` subscribes, so that its reply may name the stream. */
  subscribes: boolean;
  start: number;
  end: number;
}

/**
 * The operations of the units of a row. The operation of a unit is a subscription with its reply, its events and its
 * end, up to the next subscription with the same id or the end of the connection; otherwise a call with its reply;
 * otherwise the units of a stream, as of a namespace; otherwise the unit alone.
 */
export class Operation {
  readonly #parts: Part[] = [];
  /** The records before this number were searched for the ends. */
  #seen = 0;

  private constructor(
    readonly row: number,
    private readonly records: UnitRecords,
  ) {}

  /** Reads the index up to the row, and yields regularly. */
  static *of(row: number, records: UnitRecords): Generator<void, Operation> {
    const operation = new Operation(row, records);
    const first = records.recordOf(row);
    const end = records.recordOf(row + 1);
    for (let record = first; record < end; record++) {
      const part = operation.#partOf(record);
      if (part) operation.#parts.push(part);
    }
    yield* operation.#findOpenings(first);
    operation.#seen = operation.start;
    return operation;
  }

  /** The first record that can belong to the operation. */
  get start(): number {
    return Math.min(...this.#parts.map(({ start }) => start));
  }

  /** Finds the ends among new records. */
  *follow(): Generator<void> {
    // Two queries may run this at the same time.
    let record = this.#seen;
    for (const unit of this.records.scan(record)) {
      if (unit === undefined) yield;
      else this.#follow(record++, unit);
    }
    this.#seen = Math.max(this.#seen, record);
  }

  has(record: number, unit: UnitRecord): boolean {
    return this.#parts.some((part) => this.#belongs(part, record, unit));
  }

  #belongs({ start, end, stream, opening }: Part, record: number, unit: UnitRecord): boolean {
    if (record < start || record >= end) return false;
    if (record === opening || (unit.call !== 0 && unit.call - 1 === opening)) return true;
    if (stream === 0) return false;
    if (unit.stream !== 0 || unit.call === 0) return unit.stream === stream;
    // A reply without a stream belongs to the stream of its call.
    return unit.call > start && this.records.read(unit.call - 1).stream === stream;
  }

  #partOf(record: number): Part | undefined {
    const unit = this.records.read(record);
    const { type, call, flags } = unit;
    if (type === OPENED) return undefined;
    const asked = call === 0 ? undefined : this.records.read(call - 1);
    const stream = streamOf(unit) || (asked ? streamOf(asked) : 0);
    const isPair = asked !== undefined || (flags & UNIT_FLAG.calls) !== 0;
    const opening = asked ? call - 1 : record;
    const subscribes = (asked ?? unit).type === SUBSCRIBE;
    if (subscribes || isPair || stream === 0)
      return {
        stream,
        opening,
        subscribes,
        start: opening,
        end: subscribes || isPair ? Infinity : record + 1,
      };
    return { stream, opening: -1, subscribes: false, start: 0, end: Infinity };
  }

  /**
   * Replaces a unit, or a call within a stream, by the subscription that it belongs to.
   * @param first first record of the row
   */
  *#findOpenings(first: number): Generator<void> {
    const wanted = this.#parts.filter(({ stream, subscribes }) => stream !== 0 && !subscribes);
    if (wanted.length === 0) return;
    const found = wanted.map(() => ({ opening: -1, start: 0 }));
    let record = 0;
    for (const unit of this.records.scan(0)) {
      if (unit === undefined) {
        yield;
        continue;
      }
      if (record > first) break;
      wanted.forEach(({ stream }, index) => {
        if (unit.type === OPENED) found[index] = { opening: -1, start: record };
        const opening = this.#opens(stream, record, unit);
        if (opening !== undefined) found[index] = { opening, start: opening };
      });
      record++;
    }
    wanted.forEach((part, index) => {
      const { opening, start } = found[index]!;
      if (opening >= 0) Object.assign(part, { opening, start, subscribes: true });
      else if (part.opening < 0) part.start = start;
      // A call in a stream that no record opened is a separate operation.
      else part.stream = 0;
    });
  }

  /** The record that subscribed, if this record opens the stream. */
  #opens(stream: number, record: number, unit: UnitRecord): number | undefined {
    if (unit.stream !== stream) return undefined;
    if (unit.type === SUBSCRIBE) return record;
    if (unit.call === 0) return undefined;
    const asked = this.records.read(unit.call - 1);
    return asked.type === SUBSCRIBE && asked.stream === 0 ? unit.call - 1 : undefined;
  }

  #follow(record: number, unit: UnitRecord): void {
    for (const part of this.#parts) {
      const { stream, opening, start, end, subscribes } = part;
      if (record <= start || record >= end) continue;
      if (unit.type === OPENED) part.end = record;
      else if (stream !== 0) {
        const next = this.#opens(stream, record, unit);
        if (next !== undefined && next !== opening) part.end = record;
      } else if (subscribes && unit.call !== 0 && unit.call - 1 === opening) part.stream = streamOf(unit);
    }
  }
}

/** Number of a unit's stream. It is 0 also for streams above the maximum, which have no number. */
function streamOf({ stream }: UnitRecord): number {
  return stream === OTHERS ? 0 : stream;
}
