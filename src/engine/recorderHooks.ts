import type { SlabPool } from '../recording/write/batchWriter.ts';
import type { BoundaryError, RecordWorkerCalls } from '../shared/recordProtocol.ts';
import type { NoteDetail } from '../shared/timeline.ts';

/** The functions of its session that a recorder needs, and the events that it reports. */
export interface RecorderHooks {
  readonly worker: () => RecordWorkerCalls;
  readonly slabs: SlabPool;
  /** Microseconds since the session began. */
  readonly now: () => number;
  /** The number of readable or of unrecorded rows changed. */
  readonly onChange: () => void;
  /** The disk is behind: stop reading from the socket until this is called with false. */
  readonly onBehind: (behind: boolean) => void;
  /** Recording stopped. Reported once per stop. */
  readonly onFailed: (error: BoundaryError) => void;
  /** The next row gets number `row`. Earlier rows with that number or a later one are not on disk. */
  readonly onRestart: (row: number) => void;
  /** Recording resumed. `gap` is on disk as row number `row` and reports how many rows are missing there. */
  readonly onGap: (gap: NoteDetail, row: number, time: number) => void;
}
