import { isControl, isFinal, opcodeOf } from '../core/frames/frameHeader.ts';
import { FrameList } from '../recording/frameLayout.ts';
import type { Direction, Kind } from '../shared/timeline.ts';

/** The opcodes of RFC 6455, section 5.2, whose frames become a row of their own when they are complete. */
const KIND_OF_OPCODE: Readonly<Partial<Record<number, Kind>>> = {
  1: 'text',
  2: 'binary',
  9: 'ping',
  10: 'pong',
};

type Way = Exclude<Direction, 'none'>;

/** Maximum frames that wait for the row of an unsent message; beyond it, that message's frames are not kept. */
const MAX_READY = 65_536;

/** The state of one direction of a connection. */
class Wire {
  /** The first byte of the current frame. */
  first = 0;
  /** Frames of the current message. */
  message = new FrameList();
  messageKind: Kind | undefined;
  /** The current control frame, perhaps between two fragments. */
  control = new FrameList();
  /** Frames of complete messages without a row yet, by kind. */
  readonly units = new Map<Kind, FrameList[]>();
  /** Rows without frames yet, by kind: a sent message may wait for compression. Undefined: not recorded. */
  readonly rows = new Map<Kind, (number | undefined)[]>();
  /** Frames that belong to no message. */
  rest = new FrameList();
}

/**
 * Joins the frames of one connection with the rows of its timeline. Rows of one kind and direction come in the order of
 * their frames, so the first row gets the first frames. Frames that became no message, such as those of an incomplete
 * one, go to the row that reports the failure; the rest, such as the close frames, go to the row of the end.
 */
export class FrameMatcher {
  readonly #wires: Readonly<Record<Way, Wire>> = { in: new Wire(), out: new Wire() };
  /** Frames with their rows. Frames leave in row order, so later ones wait. */
  #ready: { readonly row: number; readonly frames: FrameList }[] = [];
  /** Rows of messages that are sent later or never. */
  readonly #reserved = new Set<number>();
  #ended = false;

  /**
   * @param now microseconds since the session began
   * @param sink receives frames with their rows, in row order
   */
  constructor(
    private readonly now: () => number,
    private readonly sink: (frames: FrameList) => void,
  ) {}

  /** A frame's header was received or sent: see `FrameSink` in core/frames/frameScanner.ts. */
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

  /** The frame is complete. */
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

  /** A row was added to the timeline. @param row its number; undefined if it is not recorded */
  onRow(row: number | undefined, kind: Kind, direction: Direction): void {
    if (this.#ended) return;
    if (kind === 'error') this.#leave(row, this.#wires.in);
    else if (kind === 'close') this.#end(row);
    else if (direction === 'out') this.#sent(row, kind);
    else if (direction === 'in') {
      // Received messages have frames before they have a row.
      const frames = this.#wires.in.units.get(kind)?.shift();
      if (frames !== undefined) this.#match(row, frames);
    }
  }

  /** A row was added for a message that is sent later or never: `settle` follows. */
  reserve(row: number): void {
    if (!this.#ended) this.#reserved.add(row);
  }

  /** The message of a reserved row is sent now, or never. */
  settle(row: number | undefined, kind: Kind, leaves: boolean): void {
    if (this.#ended) return;
    const isReserved = row !== undefined && this.#reserved.delete(row);
    if (leaves) this.#sent(isReserved ? row : undefined, kind);
    if (isReserved) this.#leaveBefore(this.#firstWaiting());
  }

  /** The rows so far were not recorded, so later rows get the same numbers. */
  forgetRows(): void {
    this.#ready = [];
    this.#reserved.clear();
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
    this.#reserved.clear();
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
    if (this.#ready.length > MAX_READY) this.#reserved.clear();
    const waiting = this.#firstWaiting();
    // No frame leaves before the waiting row, so frames that are already ready come after it.
    if (row === undefined || row < waiting) this.#leaveBefore(waiting);
  }

  #leaveBefore(waiting: number): void {
    if (this.#ready.length > 1) this.#ready.sort((a, b) => a.row - b.row);
    let leaving = 0;
    for (; leaving < this.#ready.length && this.#ready[leaving]!.row < waiting; leaving++)
      this.sink(this.#ready[leaving]!.frames);
    if (leaving > 0) this.#ready.splice(0, leaving);
  }

  #firstWaiting(): number {
    // Rows are reserved in ascending order.
    const [reserved = Number.POSITIVE_INFINITY] = this.#reserved;
    let first = reserved;
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
