import { MAX_DECODED_BYTES } from '../../core/protocol/limits.ts';
import type { MessagePage, RecordedMessage } from '../../shared/recordProtocol.ts';
import { KiB, MiB } from '../../shared/limits.ts';
import { readRow, ROW_BYTES } from '../layout.ts';
import type { RecordingReader } from './reader.ts';

/** Maximum rows of one page, messages or not, so that a page is scanned within milliseconds. */
const PAGE_ROWS = 500_000;

/** Rows that are read at once. */
const READ_ROWS = 8 * KiB;

/** Maximum messages of one page, so that the reader handles a page within a few milliseconds. */
const PAGE_MESSAGES = 1_000;

/** Maximum bytes of the messages of one page, unless the first one is larger. */
const PAGE_BYTES = 1 * MiB;

/**
 * The text and binary messages from row `from` up to row `end`, in order, until the page is full. Scans the index and
 * reads only the payloads that it returns. A message that is too long to decode is truncated one byte after that limit.
 * @param sentOnly whether to leave out received messages
 */
export function messagePage(
  reader: RecordingReader,
  from: number,
  end: number,
  sentOnly: boolean,
): MessagePage {
  const messages: RecordedMessage[] = [];
  let bytes = 0;
  const last = Math.min(end, from + PAGE_ROWS);
  for (let at = from; at < last;) {
    const raw = new Uint8Array(Math.min(READ_ROWS, last - at) * ROW_BYTES);
    const count = reader.rawRows(raw, at);
    if (count === 0) return { messages, next: at };
    const view = new DataView(raw.buffer);
    for (let i = 0; i < count; i++) {
      const { kind, direction, stored, offset } = readRow(view, i);
      if ((kind !== 'text' && kind !== 'binary') || direction === 'none') continue;
      if (sentOnly && direction !== 'out') continue;
      const length = Math.min(stored, MAX_DECODED_BYTES + 1);
      if (messages.length > 0 && (messages.length === PAGE_MESSAGES || bytes + length > PAGE_BYTES))
        return { messages, next: at + i };
      const data = new Uint8Array(length);
      reader.rawPayload(data, offset);
      messages.push({ kind, direction, data });
      bytes += length;
    }
    at += count;
  }
  return { messages, next: last };
}
