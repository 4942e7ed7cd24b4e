import { isUtf8 } from 'node:buffer';
import type { RowSet } from '../../shared/timelineProtocol.ts';
import type { IndexRow } from '../layout.ts';
import type { RecordingReader } from './reader.ts';
import { DuplexError } from '../../shared/errors.ts';
import { MiB } from '../../shared/limits.ts';
import { rowStatistics } from './rowStatistics.ts';

/** Maximum rows per read. */
const PAGE_ROWS = 2_000;

/** If two wanted rows are at most this far apart, the rows between them are read and skipped. */
const GAP_ROWS = 8;

export interface PayloadRow {
  readonly seq: number;
  readonly row: IndexRow;
  readonly payload: Uint8Array;
}

/**
 * The rows of a set with their whole stored payloads, in pages of a few megabytes. Stops at the end of the recording.
 */
export function* rowPages(reader: RecordingReader, set: RowSet): Generator<PayloadRow[]> {
  const count = 'numbers' in set ? set.numbers.length : set.end - set.from;
  const numberAt = (i: number): number => ('numbers' in set ? set.numbers[i]! : set.from + i);
  for (let i = 0; i < count;) {
    const first = numberAt(i);
    let next = i + 1;
    while (
      next < count &&
      numberAt(next) - first < PAGE_ROWS &&
      numberAt(next) - numberAt(next - 1) <= GAP_ROWS
    )
      next++;
    const page = reader.page(first, numberAt(next - 1) - first + 1);
    if (page.length === 0) return;
    const rows: PayloadRow[] = [];
    // Large rows make a page shorter than requested.
    for (; i < next && numberAt(i) - first < page.length; i++)
      rows.push({ seq: numberAt(i), ...page[numberAt(i) - first]! });
    yield rows;
  }
}

const LINE_END = 0x0a;

/**
 * The text and binary messages of a set, one per line: text as transmitted, bytes that are not valid UTF-8 in
 * hexadecimal. Yields regularly.
 * @throws DuplexError `call.invalid` if the lines exceed `maxBytes`
 */
export function* rowText(
  reader: RecordingReader,
  set: RowSet,
  maxBytes: number,
): Generator<void, Uint8Array<ArrayBuffer>> {
  const { in: received, out: sent } = yield* rowStatistics(reader, set);
  const pieces: Uint8Array[] = [];
  let length = 0;
  const add = (bytes: Uint8Array): void => {
    length += bytes.length;
    if (length > maxBytes) throw tooMuch(maxBytes);
    pieces.push(bytes);
  };
  if (received.bytes + sent.bytes > maxBytes) throw tooMuch(maxBytes);
  for (const page of rowPages(reader, set)) {
    for (const { row, payload } of page) {
      if (row.kind !== 'text' && row.kind !== 'binary') continue;
      const isText = row.kind === 'text' && isUtf8(payload);
      add(isText ? payload : Buffer.from(hex(payload)));
      add(Uint8Array.of(LINE_END));
    }
    yield;
  }
  const text = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    text.set(piece, at);
    at += piece.length;
  }
  return text;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function tooMuch(maxBytes: number): DuplexError {
  return new DuplexError(
    'call.invalid',
    `The selected messages are larger than the ${maxBytes / MiB} MiB that are copied at most: save them to a file instead, or select fewer.`,
  );
}
