import { Recorder } from '../../src/engine/recorder.ts';
import type { RecorderHooks } from '../../src/engine/recorderHooks.ts';
import { SlabPool } from '../../src/recording/write/batchWriter.ts';
import { DuplexError } from '../../src/shared/errors.ts';
import type {
  Batch,
  BoundaryError,
  Extent,
  RecordWorkerCalls,
  ResumeOptions,
} from '../../src/shared/recordProtocol.ts';
import type { SessionId } from '../../src/shared/session.ts';
import type { NoteDetail } from '../../src/shared/timeline.ts';
import { manifest } from './recordings.ts';

export const id = 'test' as SessionId;
export const FULL: BoundaryError = { code: 'disk.full', message: 'There is no space left.' };

/** A fake record worker: keeps the received batches, and answers when the test tells it to. */
export class FakeWorker implements RecordWorkerCalls {
  readonly batches: Batch[] = [];
  extent: Extent = { rows: 0, payloadBytes: 0 };
  resumes = 0;
  broken = false;
  create = async (): Promise<void> => {
    if (this.broken) throw new DuplexError('disk.denied', 'The folder is read-only.');
  };
  opened = 0;
  open = async (): Promise<Extent> => {
    this.opened++;
    return this.extent;
  };
  writeManifest = async (): Promise<void> => {};
  append(_: SessionId, batch: Batch): void {
    this.batches.push(batch);
  }
  readonly options: ResumeOptions[] = [];
  resume = async (
    _id: SessionId,
    _folder: string,
    _writer: string,
    options: ResumeOptions,
  ): Promise<Extent> => {
    this.resumes++;
    this.options.push(options);
    if (this.broken) throw new DuplexError('disk.full', FULL.message);
    if (options.cutRows > 0) this.extent = { rows: this.extent.rows - options.cutRows, payloadBytes: 0 };
    return this.extent;
  };
  rows = async () => [];
  messages = async (_: SessionId, from: number) => ({ messages: [], next: from });
  rowAtTime = async () => 0;
  frames = async () => ({ total: 0, frames: [] });
  read = async () => new Uint8Array(0);
  close = async (): Promise<void> => {};

  /** Answers the oldest batch: it is on disk. */
  settle(recorder: Recorder): void {
    const batch = this.batches.shift()!;
    this.extent = {
      rows: this.extent.rows + batch.rows,
      payloadBytes: this.extent.payloadBytes + batch.payloadBytes,
    };
    recorder.onAppended(this.extent, batch);
  }

  fail(recorder: Recorder): void {
    recorder.onFailed(this.extent, FULL, this.batches.shift()!);
  }
}

export function hooksOf(worker: RecordWorkerCalls): RecorderHooks {
  return {
    worker: () => worker,
    slabs: new SlabPool(),
    onChange: () => {},
    onBehind: () => {},
    onFailed: () => {},
    now: () => 77,
    onRestart: () => {},
    onGap: () => {},
  };
}

/** A recorder on such a worker. @param broken whether the disk takes nothing @param existing a recording that is there */
export function setUp(broken = false, existing?: Extent) {
  const worker = new FakeWorker();
  worker.broken = broken;
  if (existing) worker.extent = existing;
  const behind: boolean[] = [];
  const failures: string[] = [];
  const restarts: number[] = [];
  const gaps: NoteDetail[] = [];
  const hooks: RecorderHooks = {
    ...hooksOf(worker),
    onBehind: (value) => behind.push(value),
    onFailed: ({ code }) => failures.push(code),
    onRestart: (row) => restarts.push(row),
    onGap: (gap) => gaps.push(gap),
  };
  const recorder = new Recorder(id, '/recording', manifest(), hooks, existing !== undefined);
  const add = (payload: string | Uint8Array): number | undefined =>
    recorder.append('text', 'in', 0, 1, typeof payload === 'string' ? Buffer.from(payload) : payload);
  return { worker, recorder, behind, failures, restarts, gaps, add };
}
