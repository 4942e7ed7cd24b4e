import type { RowSet, RowStatistics } from '../../shared/timelineProtocol.ts';
import { DIRECTIONS, KINDS } from '../../shared/timeline.ts';
import { AT, getUint64, ROW_BYTES } from '../layout.ts';
import type { RecordingReader } from './reader.ts';

const TEXT = KINDS.indexOf('text');
const BINARY = KINDS.indexOf('binary');

/** Adds up a set of rows. Yields now and then, so that other work of the thread gets its turn. */
export function* rowStatistics(reader: RecordingReader, set: RowSet): Generator<void, RowStatistics> {
  const counters = DIRECTIONS.map(() => ({ messages: 0, bytes: 0 }));
  let rows = 0;
  let firstTime = 0;
  let lastTime = 0;
  yield* indexRows(reader, set, (view, at) => {
    lastTime = getUint64(view, at + AT.time);
    if (rows++ === 0) firstTime = lastTime;
    const kind = view.getUint8(at + AT.kind);
    const counter = counters[view.getUint8(at + AT.direction)];
    if (counter === undefined || (kind !== TEXT && kind !== BINARY)) return;
    counter.messages++;
    counter.bytes += getUint64(view, at + AT.size);
  });
  const of = (direction: 'in' | 'out') => counters[DIRECTIONS.indexOf(direction)]!;
  return { rows, in: of('in'), out: of('out'), firstTime, lastTime };
}

/** Rows that are read at a time. */
const BLOCK_ROWS = 65_536;

/**
 * Shows each row of a set as it is in index.bin: where in a view. Makes no object for a row: ten million take a moment.
 * Yields after each block; ends where the recording does.
 */
function* indexRows(
  reader: RecordingReader,
  set: RowSet,
  use: (view: DataView, at: number) => void,
): Generator<void> {
  const count = 'numbers' in set ? set.numbers.length : set.end - set.from;
  const block = new Uint8Array(Math.min(BLOCK_ROWS, rowsAcross(set)) * ROW_BYTES);
  const view = new DataView(block.buffer);
  const numberAt = (i: number): number => ('numbers' in set ? set.numbers[i]! : set.from + i);
  for (let i = 0; i < count;) {
    const first = numberAt(i);
    const across = Math.min(BLOCK_ROWS, numberAt(count - 1) + 1 - first);
    // As far as the rows that are wanted lie in one block: few that are far apart cost a small read each.
    let next = i + 1;
    while (next < count && numberAt(next) - first < across) next++;
    const wanted = (numberAt(next - 1) - first + 1) * ROW_BYTES;
    const rows = reader.rawRows(block.subarray(0, wanted), first);
    for (; i < next; i++) {
      const row = numberAt(i) - first;
      if (row >= rows) return;
      use(view, row * ROW_BYTES);
    }
    yield;
  }
}

function rowsAcross(set: RowSet): number {
  if (!('numbers' in set)) return Math.max(0, set.end - set.from);
  const { numbers } = set;
  return numbers.length === 0 ? 0 : numbers[numbers.length - 1]! + 1 - numbers[0]!;
}
