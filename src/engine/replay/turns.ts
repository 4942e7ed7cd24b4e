import { readRow, ROW_BYTES, type IndexRow } from '../../recording/layout.ts';
import type { MessageFragments } from '../../recording/frameFile.ts';
import type { RecordingReader } from '../../recording/read/reader.ts';
import { DuplexError } from '../../shared/errors.ts';
import { KiB, MAX_CONTROL_PAYLOAD } from '../../shared/limits.ts';

/** Bytes that are read at once. */
const INDEX_WINDOW = 32 * KiB;
const PAYLOAD_WINDOW = 256 * KiB;

/** Windows of each file that are kept, for clients at different positions. */
const MAX_WINDOWS = 8;

interface Message {
  readonly kind: 'text' | 'binary';
  /** Bytes of `data`, which is read on first use. */
  readonly size: number;
  readonly data: Uint8Array;
}

/** An event of a recorded connection from the point of view of one side. */
export type Turn = {
  /** Number of its row. */
  readonly row: number;
  /** Milliseconds since the previous turn. */
  readonly after: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
} & (
  | (Message & { readonly does: 'expect' })
  /** `fragments`: bytes of each fragment; undefined for one frame. */
  | (Message & { readonly does: 'send'; readonly fragments: readonly number[] | undefined })
  | { readonly does: 'ping'; readonly data: Uint8Array }
  /** `close`: this side closes; `end`: the other side closes. */
  | { readonly does: 'close' | 'end'; readonly code: number; readonly reason: string }
);

export type EndTurn = Extract<Turn, { readonly code: number }>;

/** The turns of one side, in order. */
export interface TurnList {
  readonly length: number;
  /** @returns undefined beyond the end */
  get(index: number): Turn | undefined;
}

/** The positions of the turns of a recording. */
export interface TurnPlaces {
  /** The direction of the messages of the side to play. */
  readonly ours: 'in' | 'out';
  /** The row of each turn except the end, ascending. */
  readonly rows: Uint32Array;
  /** The row that holds the message of each turn; it differs from the turn's row if the message was edited later. */
  readonly sources: Uint32Array;
  readonly end: EndTurn | undefined;
  /** When the connection opened, in microseconds since the session began. */
  readonly openedAt: number;
}

/**
 * The turns of a recorded connection, read from the disk on demand, because a recording may have millions of
 * messages of any size.
 */
export class RecordedTurns implements TurnList {
  readonly #index: Windows;
  readonly #payloads: Windows;
  readonly #start: number;

  constructor(
    reader: RecordingReader,
    private readonly fragments: MessageFragments,
    private readonly places: TurnPlaces,
  ) {
    const { rows, payloadBytes } = reader.extent();
    this.#start = Date.parse(reader.manifest.startedAt);
    this.#payloads = new Windows(PAYLOAD_WINDOW, payloadBytes, (bytes, at) => reader.rawPayload(bytes, at));
    this.#index = new Windows(INDEX_WINDOW, rows * ROW_BYTES, (bytes, at) => {
      if (reader.rawRows(bytes, at / ROW_BYTES) * ROW_BYTES < bytes.length)
        throw new DuplexError('file.invalid', `Rows are missing in ${reader.folder}: its index was cut.`);
    });
  }

  get length(): number {
    return this.places.rows.length + (this.places.end ? 1 : 0);
  }

  get(index: number): Turn | undefined {
    const { rows, sources, end, openedAt, ours } = this.places;
    if (index === rows.length) return end && { ...end, ...this.#when(end.row, rows.at(-1), openedAt) };
    const row = rows[index];
    if (row === undefined) return undefined;
    const when = this.#when(row, rows[index - 1], openedAt);
    const source = sources[index]!;
    const { kind, direction, offset, stored: size } = this.#row(source);
    if (kind === 'ping')
      return {
        ...when,
        does: 'ping',
        data: this.#payloads.read(offset, Math.min(size, MAX_CONTROL_PAYLOAD)),
      };
    const payloads = this.#payloads;
    const fragments = this.fragments;
    let data: Uint8Array | undefined;
    return {
      ...when,
      does: direction === ours ? 'send' : 'expect',
      kind: kind === 'text' ? 'text' : 'binary',
      size,
      get data() {
        return (data ??= payloads.read(offset, size));
      },
      get fragments() {
        return fragments.of(source, size);
      },
    };
  }

  #when(row: number, before: number | undefined, openedAt: number): Pick<Turn, 'row' | 'after' | 'at'> {
    const { time } = this.#row(row);
    const since = before === undefined ? openedAt : this.#row(before).time;
    return { row, after: Math.max(0, time - since) / 1000, at: this.#start + time / 1000 };
  }

  #row(row: number): IndexRow {
    const { buffer, byteOffset, length } = this.#index.read(row * ROW_BYTES, ROW_BYTES);
    return readRow(new DataView(buffer, byteOffset, length), 0);
  }
}

/** A file that is read in windows. The most recently used windows are kept. */
class Windows {
  /** The windows, the most recently used first. */
  readonly #kept: { readonly start: number; readonly bytes: Uint8Array }[] = [];

  /** @param fill fills all bytes from an offset on, or throws */
  constructor(
    private readonly size: number,
    private readonly end: number,
    private readonly fill: (bytes: Uint8Array, at: number) => void,
  ) {}

  /** @returns a view that must not be modified */
  read(at: number, length: number): Uint8Array {
    const start = at - (at % this.size);
    if (at + length <= Math.min(start + this.size, this.end))
      return this.#window(start).subarray(at - start, at - start + length);
    if (at + length > this.end)
      throw new DuplexError(
        'file.invalid',
        'The recording names bytes that are not in its files: restore it from a copy.',
      );
    const bytes = new Uint8Array(length);
    this.fill(bytes, at);
    return bytes;
  }

  #window(start: number): Uint8Array {
    const place = this.#kept.findIndex((window) => window.start === start);
    if (place === 0) return this.#kept[0]!.bytes;
    let [window] = place === -1 ? [] : this.#kept.splice(place, 1);
    if (!window) {
      window = { start, bytes: new Uint8Array(Math.min(this.size, this.end - start)) };
      this.fill(window.bytes, start);
    }
    this.#kept.unshift(window);
    this.#kept.length = Math.min(this.#kept.length, MAX_WINDOWS);
    return window.bytes;
  }
}
