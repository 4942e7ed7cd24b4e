import type { SlabPool } from '../recording/write/batchWriter.ts';
import type { BoundaryError, RecordWorkerCalls } from '../shared/recordProtocol.ts';
import type { NoteDetail } from '../shared/timeline.ts';

/** What a recorder needs from its session, and tells it. */
export interface RecorderHooks {
  readonly worker: () => RecordWorkerCalls;
  readonly slabs: SlabPool;
  /** Microseconds since the session began. */
  readonly now: () => number;
  /** More rows can be read back, or what is unrecorded changed. */
  readonly onChange: () => void;
  /** The disk is behind: nothing more should be read from the socket until false. */
  readonly onBehind: (behind: boolean) => void;
  /** Recording stopped. Told once, until it resumes. */
  readonly onFailed: (error: BoundaryError) => void;
  /** The next row gets number `row`: rows of that number and later ones that were appended before are not on disk. */
  readonly onRestart: (row: number) => void;
  /** Recording goes on. `gap` is on disk, as row number `row`: it tells how many rows are missing there. */
  readonly onGap: (gap: NoteDetail, row: number, time: number) => void;
}
