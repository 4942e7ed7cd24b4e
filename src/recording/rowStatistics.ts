import type { RowSet, RowStatistics } from '../shared/timelineProtocol.ts';
import { DIRECTIONS, KINDS } from '../shared/timeline.ts';
import { indexRows } from './indexRows.ts';
import { AT, getUint64 } from './layout.ts';
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
