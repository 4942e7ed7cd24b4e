import { setImmediate } from 'node:timers/promises';
import type { Role } from '../../core/protocol/protocolModule.ts';
import { invalidCloseCode, invalidCloseReason, invalidHeader } from '../../core/session/options/validate.ts';
import { readRow, ROW_BYTES, type IndexRow } from '../../recording/layout.ts';
import type { RecordingReader } from '../../recording/read/reader.ts';
import type { HandshakeRefusal } from '../../serve/clientRequest.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Extent } from '../../shared/recordProtocol.ts';
import { KiB, MiB } from '../../shared/limits.ts';
import { FLAG } from '../../shared/timeline.ts';
import { detailOf } from '../recordingFile.ts';
import type { TurnPlaces } from './turns.ts';

/** Rows that are read at once; other work runs between two blocks. */
const BLOCK_ROWS = 16 * KiB;

/** Maximum bytes of a row that is not a message. */
const MAX_DETAIL = 4 * MiB;

/** Maximum bytes of a message, which is held in memory while it is sent or compared. */
const MAX_MESSAGE = 256 * MiB;

/** Marks a turn that another row replaces. */
const DROPPED = 2 ** 31;

/** The first connection of a recording. */
export interface ScannedConnection extends TurnPlaces {
  readonly subprotocol: string;
  readonly refusal: HandshakeRefusal | undefined;
  /** The row of the first message that this side sends. */
  readonly firstSent: number | undefined;
  /** Messages after this row were not recorded. */
  readonly gapAfter: number | undefined;
  /** The row at which another connection begins. */
  readonly nextConnection: number | undefined;
}

/**
 * Finds the first connection of a recording. Reads only the index and the details of a few rows.
 * @throws DuplexError `file.invalid` if there is no connection, or a message is too large
 */
export async function scanConnection(
  reader: RecordingReader,
  { rows, payloadBytes }: Extent,
  side: Role,
): Promise<ScannedConnection> {
  const { role = 'client' } = reader.manifest;
  const scan = new ConnectionScan(reader, { rows, payloadBytes }, role === side ? 'out' : 'in');
  const bytes = new Uint8Array(Math.min(BLOCK_ROWS, rows) * ROW_BYTES);
  const view = new DataView(bytes.buffer);
  for (let from = 0; from < rows;) {
    const count = Math.min(reader.rawRows(bytes, from), rows - from);
    if (count === 0) break;
    for (let i = 0; i < count; i++) if (scan.row(from + i, readRow(view, i))) return scan.result();
    from += count;
    await setImmediate();
  }
  return scan.result();
}

class ConnectionScan {
  /** Allocated for all rows; the system commits memory only for those that are written. */
  readonly #rows: Uint32Array;
  readonly #sources: Uint32Array;
  #count = 0;
  #hasDropped = false;
  /** The latest turn of each direction, which altered rows replace. */
  readonly #last: { in?: number; out?: number } = {};
  /** The latest note since the last message; it may name the held message that the next altered row replaces. */
  #note: IndexRow | undefined;
  #open: { subprotocol: string; time: number } | undefined;
  #refusal: HandshakeRefusal | undefined;
  #end: TurnPlaces['end'];
  #firstSent: number | undefined;
  #gapAfter: number | undefined;
  #nextConnection: number | undefined;

  constructor(
    private readonly reader: RecordingReader,
    private readonly extent: Extent,
    private readonly ours: 'in' | 'out',
  ) {
    this.#rows = new Uint32Array(extent.rows);
    this.#sources = new Uint32Array(extent.rows);
  }

  /** Takes the next row. @returns whether the scan is complete */
  row(number: number, row: IndexRow): boolean {
    const { kind, direction } = row;
    const isOver = this.#end !== undefined || this.#refusal !== undefined;
    if (kind === 'open' && (isOver || this.#open)) {
      this.#nextConnection = number;
      return true;
    }
    if (isOver) return false;
    if (kind === 'open') this.#open = { subprotocol: textOf(this.#detail(row)['protocol']), time: row.time };
    else if (!this.#open) {
      if (kind === 'error') this.#refusal = refusalOf(this.#detail(row));
    } else if (kind === 'note') {
      this.#note = row;
      if ((row.flags & FLAG.gap) !== 0) this.#gapAfter ??= number - 1;
    } else if (kind === 'text' || kind === 'binary') this.#message(number, row);
    else if (kind === 'ping' && direction === this.ours) this.#add(number);
    else if (kind === 'close') this.#close(number, row);
    return false;
  }

  result(): ScannedConnection {
    if (!this.#open && !this.#refusal)
      throw new DuplexError(
        'file.invalid',
        'The recording holds no connection: record one that opens or is refused.',
      );
    if (this.#hasDropped) this.#compact();
    return {
      ours: this.ours,
      rows: this.#rows.subarray(0, this.#count),
      sources: this.#sources.subarray(0, this.#count),
      end: this.#end,
      openedAt: this.#open?.time ?? 0,
      subprotocol: this.#open?.subprotocol ?? '',
      refusal: this.#refusal,
      firstSent: this.#firstSent,
      gapAfter: this.#gapAfter,
      nextConnection: this.#nextConnection,
    };
  }

  #message(number: number, { direction, flags, stored }: IndexRow): void {
    if (direction === 'none') return;
    if (stored > MAX_MESSAGE)
      throw new DuplexError(
        'file.invalid',
        `Row ${number} of the recording has ${stored} bytes, and a replay takes messages of up to ${MAX_MESSAGE / MiB} MiB: replay a recording without it.`,
      );
    const isAltered = (flags & FLAG.altered) !== 0;
    const held = isAltered && this.#note ? this.#placeOf(this.#detail(this.#note)['row']) : undefined;
    this.#note = undefined;
    if (held !== undefined) {
      // The held message was passed on before the messages that arrived after it.
      this.#sources[held] = number;
      return;
    }
    const replaced = this.#last[direction];
    if (isAltered && replaced !== undefined) {
      this.#rows[replaced]! |= DROPPED;
      this.#hasDropped = true;
    }
    const place = this.#add(number);
    if (!isAltered) this.#last[direction] = place;
    if (direction === this.ours) this.#firstSent ??= number;
  }

  #close(row: number, { direction, ...rest }: IndexRow): void {
    const { code, reason } = this.#detail(rest);
    // A code that cannot be sent is played as an end without a close frame.
    const isSendable = code === 1005 || (typeof code === 'number' && invalidCloseCode(code) === undefined);
    const text = textOf(reason);
    this.#end = {
      ...{ row, after: 0, at: 0 },
      does: direction === this.ours ? 'close' : 'end',
      code: isSendable ? code : 1006,
      reason: invalidCloseReason(text) === undefined ? text : '',
    };
  }

  #add(row: number): number {
    this.#rows[this.#count] = row;
    this.#sources[this.#count] = row;
    return this.#count++;
  }

  /** The turn of a row; undefined if there is none. */
  #placeOf(row: unknown): number | undefined {
    if (typeof row !== 'number') return undefined;
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#rows[middle]! % DROPPED < row) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#rows[low]! === row ? low : undefined;
  }

  #compact(): void {
    let kept = 0;
    for (let place = 0; place < this.#count; place++) {
      if (this.#rows[place]! >= DROPPED) continue;
      this.#rows[kept] = this.#rows[place]!;
      this.#sources[kept++] = this.#sources[place]!;
    }
    this.#count = kept;
  }

  #detail({ offset, stored }: Pick<IndexRow, 'offset' | 'stored'>): Readonly<Record<string, unknown>> {
    if (offset + stored > this.extent.payloadBytes) return {};
    const bytes = new Uint8Array(Math.min(stored, MAX_DETAIL));
    this.reader.rawPayload(bytes, offset);
    return detailOf(bytes);
  }
}

/** Headers that a replayed refusal creates itself. */
const OWN_HEADERS = /^(?:connection|content-length|transfer-encoding|upgrade)$/i;

/**
 * The recorded response that refused a handshake; undefined for any other failure. Another program may have
 * written the recording.
 */
function refusalOf({
  status,
  headers,
  body,
}: Readonly<Record<string, unknown>>): HandshakeRefusal | undefined {
  if (!Number.isInteger(status) || (status as number) < 200 || (status as number) > 999) return undefined;
  const given = Array.isArray(headers) ? (headers as readonly unknown[]) : [];
  const sent = given.flatMap((header): [string, string][] => {
    const [name, value] = Array.isArray(header) ? (header as unknown[]) : [];
    if (typeof name !== 'string' || typeof value !== 'string' || OWN_HEADERS.test(name)) return [];
    return invalidHeader(name, value) === undefined ? [[name, value]] : [];
  });
  return { status: status as number, headers: sent, body: textOf(body) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
