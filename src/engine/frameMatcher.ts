import { isControl, isFinal, opcodeOf } from '../core/frames/frameHeader.ts';
import { FrameList } from '../recording/frameLayout.ts';
import type { Direction, Kind } from '../shared/timeline.ts';

/** Of RFC 6455, section 5.2, those that become a row of their own when they are whole. */
const KIND_OF_OPCODE: Readonly<Partial<Record<number, Kind>>> = {
  1: 'text',
  2: 'binary',
  9: 'ping',
  10: 'pong',
};

type Way = Exclude<Direction, 'none'>;

/** One direction of a connection. */
class Wire {
  /** The first byte of the current frame. */
  first = 0;
  /** Frames of the message that is under way. */
  message = new FrameList();
  messageKind: Kind | undefined;
  /** The control frame that is under way, perhaps between two fragments. */
  control = new FrameList();
  /** Frames of messages that are whole and have no row yet, by kind. */
  readonly units = new Map<Kind, FrameList[]>();
  /** Rows that have no frames yet, by kind: what is sent may wait to be compressed. Undefined: not recorded. */
  readonly rows = new Map<Kind, (number | undefined)[]>();
  /** What belongs to no message. */
  rest = new FrameList();
}

/**
 * Joins the frames of one connection with the rows of its timeline. Rows of one kind and direction come in the order of their
 * frames, so the first belongs to the first. What became no message, such as one that did not come whole, goes to the row that
 * tells of the failure; what is left then, such as the close frames, to that of the end.
 */
export class FrameMatcher {
  readonly #wires: Readonly<Record<Way, Wire>> = { in: new Wire(), out: new Wire() };
  /** Frames with their rows. They leave in the order of their rows, so those behind a row that waits wait too. */
  #ready: { readonly row: number; readonly frames: FrameList }[] = [];
  #ended = false;

  /**
   * @param now microseconds since the session began
   * @param sink takes frames that have their row, in the order of the rows
   */
  constructor(
    private readonly now: () => number,
    private readonly sink: (frames: FrameList) => void,
  ) {}

  /** A frame's header came or left: FrameSink in core/frames/frameScanner.ts. */
  onHeader(
    direction: Way,
    first: number,
    headerLength: number,
    length: number,
    mask: number | undefined,
  ): void {
    if (this.#ended) return;
    const wire = this.#wires[direction];
    wire.first = first;
    const frames = isControl(first) ? wire.control : wire.message;
    if (frames === wire.message && frames.count === 0) wire.messageKind = KIND_OF_OPCODE[opcodeOf(first)];
    frames.add({ time: this.now(), direction, first, headerLength, length, mask });
  }

  /** All of that frame is there. */
  onEnd(direction: Way): void {
    if (this.#ended) return;
    const wire = this.#wires[direction];
    if (isControl(wire.first)) {
      wire.control.completeLast();
      const frames = wire.control;
      wire.control = new FrameList();
      this.#whole(wire, KIND_OF_OPCODE[opcodeOf(wire.first)], frames);
      return;
    }
    wire.message.completeLast();
    if (!isFinal(wire.first)) return;
    const frames = wire.message;
    wire.message = new FrameList();
    this.#whole(wire, wire.messageKind, frames);
  }

  /** A row was added to the timeline. @param row its number; undefined where it is not recorded */
  onRow(row: number | undefined, kind: Kind, direction: Direction): void {
    if (this.#ended) return;
    if (kind === 'error') this.#leave(row, this.#wires.in);
    else if (kind === 'close') this.#end(row);
    else if (direction === 'out') this.#sent(row, kind);
    else if (direction === 'in') {
      // What is received has its frames before it has its row.
      const frames = this.#wires.in.units.get(kind)?.shift();
      if (frames !== undefined) this.#match(row, frames);
    }
  }

  /** The rows so far are not recorded after all, and their numbers go to others. */
  forgetRows(): void {
    this.#ready = [];
    for (const waiting of this.#wires.out.rows.values()) waiting.fill(undefined);
  }

  #sent(row: number | undefined, kind: Kind): void {
    const { units, rows } = this.#wires.out;
    const frames = units.get(kind)?.shift();
    if (frames !== undefined) this.#match(row, frames);
    else queueOf(rows, kind).push(row);
  }

  #whole(wire: Wire, kind: Kind | undefined, frames: FrameList): void {
    if (kind === undefined) {
      wire.rest.addAll(frames);
      return;
    }
    const waiting = wire.rows.get(kind);
    if (waiting !== undefined && waiting.length > 0) this.#match(waiting.shift(), frames);
    else queueOf(wire.units, kind).push(frames);
  }

  #end(row: number | undefined): void {
    this.#ended = true;
    const { in: received, out: sent } = this.#wires;
    sent.rows.clear();
    this.#leave(row, received);
    this.#leave(row, sent);
  }

  #leave(row: number | undefined, wire: Wire): void {
    const left = wire.rest;
    for (const units of wire.units.values()) for (const frames of units) left.addAll(frames);
    left.addAll(wire.message);
    left.addAll(wire.control);
    wire.units.clear();
    wire.message = new FrameList();
    wire.control = new FrameList();
    wire.rest = new FrameList();
    this.#match(row, left);
  }

  #match(row: number | undefined, frames: FrameList): void {
    if (row !== undefined && frames.count > 0) {
      frames.assign(row);
      this.#ready.push({ row, frames });
    }
    const waiting = this.#firstWaiting();
    // Nothing leaves before the row that waits: what is ready already lies behind it too.
    if (row !== undefined && row >= waiting) return;
    if (this.#ready.length > 1) this.#ready.sort((a, b) => a.row - b.row);
    let leaving = 0;
    for (; leaving < this.#ready.length && this.#ready[leaving]!.row < waiting; leaving++)
      this.sink(this.#ready[leaving]!.frames);
    if (leaving > 0) this.#ready.splice(0, leaving);
  }

  #firstWaiting(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const waiting of this.#wires.out.rows.values()) {
      const row = waiting.find((number) => number !== undefined);
      if (row !== undefined && row < first) first = row;
    }
    return first;
  }
}

function queueOf<T>(queues: Map<Kind, T[]>, kind: Kind): T[] {
  let queue = queues.get(kind);
  if (queue === undefined) queues.set(kind, (queue = []));
  return queue;
}
