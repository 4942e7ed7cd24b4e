import type { RowSet, RowStatistics } from '../../shared/timelineProtocol.ts';
import { DIRECTIONS, KINDS } from '../../shared/timeline.ts';
import { AT, getUint64, ROW_BYTES } from '../layout.ts';
import type { RecordingReader } from './reader.ts';

const TEXT = KINDS.indexOf('text');
const BINARY = KINDS.indexOf('binary');

/** Sums up a set of rows. Yields regularly, so that other work of the thread can run. */
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

/** Rows per read. */
const BLOCK_ROWS = 65_536;

/**
 * Visits each row of a set in its index.bin format, as a position in a view. Creates no object per row, because there
 * may be ten million. Yields after each block; stops at the end of the recording.
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
    // A block spans only wanted rows that are close together, so a few distant rows need only small reads.
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
