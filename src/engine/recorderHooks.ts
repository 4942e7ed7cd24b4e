import type { SlabPool } from '../recording/write/batchWriter.ts';
import type { BoundaryError, RecordWorkerCalls } from '../shared/recordProtocol.ts';
import type { NoteDetail } from '../shared/timeline.ts';

/** The session's functions that a recorder needs, and its events. */
export interface RecorderHooks {
  readonly worker: () => RecordWorkerCalls;
  readonly slabs: SlabPool;
  /** Microseconds since the session began. */
  readonly now: () => number;
  /** More rows can be read back, or the number of unrecorded rows changed. */
  readonly onChange: () => void;
  /** The disk is behind: stop reading from the socket until false. */
  readonly onBehind: (behind: boolean) => void;
  /** Recording stopped. Reported once, until it resumes. */
  readonly onFailed: (error: BoundaryError) => void;
  /** The next row gets number `row`. Rows with that number or a later one that were appended before are not on disk. */
  readonly onRestart: (row: number) => void;
  /** Recording resumed. `gap` is on disk as row number `row`: it says how many rows are missing there. */
  readonly onGap: (gap: NoteDetail, row: number, time: number) => void;
}
