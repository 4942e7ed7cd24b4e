import type { MessageCounts } from '../shared/queryProtocol.ts';
import { DIRECTIONS, KINDS } from '../shared/timeline.ts';
import { AT, ROW_BYTES, getUint64 } from './layout.ts';
import type { RecordingReader } from './reader.ts';

/** Rows that are looked at with one read. */
const BLOCK_ROWS = 65_536;

const TEXT = KINDS.indexOf('text');
const BINARY = KINDS.indexOf('binary');

/** Text and binary messages of a recording, by direction. Makes no object for a row: ten million take a moment. */
export function countMessages(reader: RecordingReader): MessageCounts {
  const block = new Uint8Array(BLOCK_ROWS * ROW_BYTES);
  const view = new DataView(block.buffer);
  const counts = DIRECTIONS.map(() => ({ messages: 0, bytes: 0 }));
  const end = reader.extent().rows;
  for (let from = 0; from < end; from += BLOCK_ROWS) {
    const rows = Math.min(reader.rawRows(block, from), end - from);
    for (let at = 0; at < rows * ROW_BYTES; at += ROW_BYTES) {
      const kind = view.getUint8(at + AT.kind);
      const counter = counts[view.getUint8(at + AT.direction)];
      if (counter === undefined || (kind !== TEXT && kind !== BINARY)) continue;
      counter.messages++;
      counter.bytes += getUint64(view, at + AT.size);
    }
  }
  return { in: counts[DIRECTIONS.indexOf('in')]!, out: counts[DIRECTIONS.indexOf('out')]! };
}
