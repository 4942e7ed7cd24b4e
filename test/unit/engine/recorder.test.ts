import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Recorder } from '../../../src/engine/recorder.ts';
import { FRAME_BYTES } from '../../../src/recording/frameLayout.ts';
import { FrameList } from '../../../src/recording/frameList.ts';
import { readRow } from '../../../src/recording/layout.ts';
import { SLAB_BYTES, SlabPool } from '../../../src/recording/slabPool.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { Batch, BoundaryError, Extent, RecordWorkerCalls } from '../../../src/shared/recordProtocol.ts';
import type { SessionId } from '../../../src/shared/session.ts';
import { transfersOf } from '../../../src/shared/rpc.ts';
import { FLAG } from '../../../src/shared/timeline.ts';
import { manifest } from '../../support/recordings.ts';

const id = 'test' as SessionId;
const FULL: BoundaryError = { code: 'disk.full', message: 'There is no space left.' };

/** A record worker by hand: keeps the batches that it was sent, and answers when the test says so. */
class FakeWorker implements RecordWorkerCalls {
  readonly batches: Batch[] = [];
  extent: Extent = { rows: 0, payloadBytes: 0 };
  resumes = 0;
  broken = false;
  create = async (): Promise<void> => {
    if (this.broken) throw new DuplexError('disk.denied', 'The folder is read-only.');
  };
  writeManifest = async (): Promise<void> => {};
  append(_: SessionId, batch: Batch): void {
    this.batches.push(batch);
  }
  resume = async (): Promise<Extent> => {
    this.resumes++;
    if (this.broken) throw new DuplexError('disk.full', FULL.message);
    return this.extent;
  };
  rows = async () => [];
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

function setUp(broken = false) {
  const worker = new FakeWorker();
  worker.broken = broken;
  const behind: boolean[] = [];
  const failures: string[] = [];
  const resumed: number[] = [];
  const recorder = new Recorder(id, '/recording', manifest(), {
    worker: () => worker,
    slabs: new SlabPool(),
    onChange: () => {},
    onBehind: (value) => behind.push(value),
    onFailed: ({ code }) => failures.push(code),
    onResumed: (rows, gap) => {
      resumed.push(rows);
      if (gap) recorder.append('note', 'none', 8, 77, Buffer.from(JSON.stringify(gap)));
    },
  });
  const add = (payload: string | Uint8Array): number =>
    recorder.append('text', 'in', 0, 1, typeof payload === 'string' ? Buffer.from(payload) : payload);
  return { worker, recorder, behind, failures, resumed, add };
}

const slab = new Uint8Array(SLAB_BYTES);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('Recorder', () => {
  it('ships rows together, within 20 ms', () => {
    const { worker, add } = setUp();
    expect([add('a'), add('b')]).toEqual([0, 1]);
    expect(worker.batches).toHaveLength(0);
    vi.advanceTimersByTime(20);
    expect(worker.batches.map((batch) => batch.rows)).toEqual([2]);
  });

  it('counts as rows only what is on disk', () => {
    const { worker, recorder, add } = setUp();
    add('a');
    vi.advanceTimersByTime(20);
    expect([recorder.rows, recorder.next]).toEqual([0, 1]);
    worker.settle(recorder);
    expect(recorder.rows).toBe(1);
  });

  it('stops reading from the socket above 16 MiB on the way, and goes on below 8', () => {
    const { worker, recorder, behind, add } = setUp();
    for (let i = 0; i < 9; i++) add(slab);
    expect(behind).toEqual([true]);
    while (worker.batches.length > 4) worker.settle(recorder);
    expect(behind).toEqual([true]);
    worker.settle(recorder);
    expect(behind).toEqual([true, false]);
  });

  it('lets who sends wait for a disk that is behind, and only then', async () => {
    const { worker, recorder, add } = setUp();
    expect(recorder.caughtUp()).toBeUndefined();
    for (let i = 0; i < 9; i++) add(slab);
    let waited = false;
    const waiting = recorder.caughtUp()!.then(() => (waited = true));
    await vi.advanceTimersByTimeAsync(1000);
    expect(waited).toBe(false);
    while (worker.batches.length > 0) worker.settle(recorder);
    await waiting;
    expect(waited).toBe(true);
  });

  it('after a failure counts what is not recorded, tells it once, and puts a gap row where it goes on', async () => {
    const { worker, recorder, failures, add } = setUp();
    add('kept');
    vi.advanceTimersByTime(20);
    worker.settle(recorder);
    add('lost one');
    vi.advanceTimersByTime(20);
    add('lost two');
    vi.advanceTimersByTime(20);
    worker.fail(recorder);
    worker.fail(recorder);
    add('lost three');
    expect(failures).toEqual(['disk.full']);
    expect(recorder.unrecorded).toMatchObject({ messages: 3, bytes: 26, reason: FULL.message });
    expect(recorder.rows).toBe(1);

    worker.broken = true;
    await vi.advanceTimersByTimeAsync(2000);
    expect(recorder.unrecorded?.messages).toBe(3);
    worker.broken = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(worker.resumes).toBe(2);
    expect(recorder.unrecorded).toBeUndefined();

    expect(add('after')).toBe(2);
    vi.advanceTimersByTime(20);
    const [batch] = worker.batches;
    const [gap, after] = [0, 1].map((row) => readRow(new DataView(batch!.index), row));
    expect(gap).toMatchObject({ kind: 'note', direction: 'none', flags: FLAG.gap, offset: 4, time: 77 });
    const payload = Buffer.from(batch!.payload, 0, gap!.stored).toString();
    expect(JSON.parse(payload)).toMatchObject({ note: 'gap', messages: 3, bytes: 26 });
    expect(after!.offset).toBe(4 + gap!.stored);
    expect(failures).toEqual(['disk.full']);
  });

  it('does not count as missing what reached the disk before a crash of the worker', async () => {
    const { worker, recorder, add } = setUp();
    add('one');
    add('two');
    vi.advanceTimersByTime(20);
    recorder.onWorkerCrash();
    expect(recorder.unrecorded).toMatchObject({ messages: 2 });
    worker.batches.length = 0;
    worker.extent = { rows: 2, payloadBytes: 6 };
    await vi.advanceTimersByTimeAsync(2000);
    expect(recorder.rows).toBe(2);
    expect(add('three')).toBe(2);
    vi.advanceTimersByTime(20);
    expect(worker.batches.map((batch) => batch.rows)).toEqual([1]);
  });

  it('records from the moment on when the folder can be made, with a gap for what was before', async () => {
    const { worker, recorder, failures, add } = setUp(true);
    await expect(recorder.created).rejects.toMatchObject({ code: 'disk.denied' });
    add('early');
    expect(failures).toEqual(['disk.denied']);
    expect(recorder.unrecorded).toMatchObject({ messages: 1, bytes: 5 });
    worker.broken = false;
    await vi.advanceTimersByTimeAsync(2000);
    vi.advanceTimersByTime(20);
    expect(worker.batches).toHaveLength(1);
    expect(recorder.unrecorded).toBeUndefined();
  });

  it('releases the socket when it fails: a full disk must not stop the session', () => {
    const { worker, recorder, behind, add } = setUp();
    for (let i = 0; i < 9; i++) add(slab);
    while (worker.batches.length > 0) worker.fail(recorder);
    expect(behind).toEqual([true, false]);
  });

  it('moves its buffers to the worker, it does not copy them', () => {
    const { worker, add } = setUp();
    const moved: (readonly ArrayBuffer[])[] = [];
    worker.append = (_, batch) => void moved.push(transfersOf(batch));
    add('x');
    vi.advanceTimersByTime(20);
    expect(moved.map((buffers) => buffers.length)).toEqual([2]);
  });

  it('tells a failure of the last batch too, and tries once more to leave a gap row', async () => {
    const { worker, recorder, failures, add } = setUp();
    add('lost');
    worker.append = (_, batch) => {
      worker.append = (_id, later) => void worker.batches.push(later);
      recorder.onFailed(worker.extent, FULL, batch);
    };
    await recorder.close();
    expect(failures).toEqual(['disk.full']);
    expect(worker.resumes).toBe(1);
    const gap = readRow(new DataView(worker.batches[0]!.index), 0);
    expect(gap).toMatchObject({ kind: 'note', flags: FLAG.gap });
  });

  it('closes once, however often it is told to', async () => {
    const { worker, recorder } = setUp();
    let closed = 0;
    worker.close = async () => void closed++;
    await Promise.all([recorder.close(), recorder.close()]);
    expect(closed).toBe(1);
  });

  it('ships what it has when it is closed, and is not woken by its retry after that', async () => {
    const { worker, recorder, add } = setUp();
    add('last');
    await recorder.close();
    expect(worker.batches.map((batch) => batch.rows)).toEqual([1]);
    worker.fail(recorder);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(worker.resumes).toBe(0);
  });

  describe('frames', () => {
    const frames = (row: number): FrameList => {
      const list = new FrameList();
      list.add({ time: 1, direction: 'in', first: 0x81, headerLength: 2, length: 1, mask: undefined });
      list.assign(row);
      return list;
    };

    it('go with the rows, are moved to the worker, and count as bytes on disk once they are there', () => {
      const { worker, recorder, add } = setUp();
      recorder.appendFrames(frames(add('a')));
      recorder.appendFrames(frames(add('b')));
      vi.advanceTimersByTime(20);
      const [batch] = worker.batches;
      expect([batch?.rows, batch?.frames?.length]).toEqual([2, 2 * FRAME_BYTES]);
      expect(transfersOf(batch)).toContain(batch?.frames?.buffer);
      const bytes = 2 * 32 + 2;
      recorder.onAppended({ rows: 2, payloadBytes: 2, frameBytes: 2 * FRAME_BYTES }, worker.batches.shift()!);
      expect(recorder.bytes).toBe(bytes + 2 * FRAME_BYTES);
    });

    it('that leave later than their rows go alone', () => {
      const { worker, recorder, add } = setUp();
      const row = add('a');
      vi.advanceTimersByTime(20);
      worker.settle(recorder);
      recorder.appendFrames(frames(row));
      vi.advanceTimersByTime(20);
      expect(worker.batches.map(({ rows, frames }) => [rows, frames?.length])).toEqual([[0, FRAME_BYTES]]);
      recorder.onAppended({ rows: 1, payloadBytes: 1, frameBytes: FRAME_BYTES }, worker.batches.shift()!);
      expect(recorder.bytes).toBe(32 + 1 + FRAME_BYTES);
    });

    it('are dropped with the rows that the disk does not take', () => {
      const { worker, recorder, add } = setUp();
      recorder.appendFrames(frames(add('a')));
      vi.advanceTimersByTime(20);
      worker.fail(recorder);
      recorder.appendFrames(frames(add('b')));
      vi.advanceTimersByTime(20);
      expect(worker.batches).toEqual([]);
      expect(recorder.unrecorded?.messages).toBe(2);
    });
  });
});
