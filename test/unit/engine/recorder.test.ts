import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Recorder } from '../../../src/engine/recorder.ts';
import type { RecorderHooks } from '../../../src/engine/recorderHooks.ts';
import { FRAME_BYTES, FrameList } from '../../../src/recording/frameLayout.ts';
import { readRow } from '../../../src/recording/layout.ts';
import { SLAB_BYTES, SlabPool } from '../../../src/recording/write/batchWriter.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import type {
  Batch,
  BoundaryError,
  Extent,
  RecordWorkerCalls,
  ResumeOptions,
} from '../../../src/shared/recordProtocol.ts';
import type { SessionId } from '../../../src/shared/session.ts';
import { transfersOf } from '../../../src/shared/rpc.ts';
import { FLAG } from '../../../src/shared/timeline.ts';
import type { NoteDetail } from '../../../src/shared/timeline.ts';
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

function hooksOf(worker: RecordWorkerCalls): RecorderHooks {
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

function setUp(broken = false, existing?: Extent) {
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
    const { worker, recorder, failures, gaps, add } = setUp();
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
    // Until its gap row is on disk, it is as if it had not resumed.
    expect(recorder.unrecorded).toMatchObject({ messages: 3, bytes: 26 });
    expect(add('after')).toBe(2);
    vi.advanceTimersByTime(20);
    const [gapBatch, batch] = worker.batches;
    const gap = readRow(new DataView(gapBatch!.index), 0);
    expect(gap).toMatchObject({ kind: 'note', direction: 'none', flags: FLAG.gap, offset: 4, time: 77 });
    const payload = Buffer.from(gapBatch!.payload, 0, gap.stored).toString();
    expect(JSON.parse(payload)).toMatchObject({ note: 'gap', messages: 3, bytes: 26 });
    expect(readRow(new DataView(batch!.index), 0).offset).toBe(4 + gap.stored);
    expect(gaps).toEqual([]);
    worker.settle(recorder);
    expect(recorder.unrecorded).toBeUndefined();
    expect(gaps).toMatchObject([{ messages: 3, bytes: 26 }]);
    expect(failures).toEqual(['disk.full']);
  });

  it('tells of every missing row once, however often the disk fails, also before the gap row is on it', async () => {
    const { worker, recorder, failures, gaps, add } = setUp();
    let passed = 0;
    const pass = (rows: number): void => {
      for (let i = 0; i < rows; i++) add(`row ${passed++}`);
      vi.advanceTimersByTime(20);
    };
    pass(3);
    worker.settle(recorder);
    pass(2);
    worker.fail(recorder);
    pass(4);
    await vi.advanceTimersByTimeAsync(2000);
    pass(5);
    // The gap row does not reach the disk, nor do the rows behind it.
    worker.fail(recorder);
    worker.fail(recorder);
    expect(recorder.unrecorded).toMatchObject({ messages: 11 });
    await vi.advanceTimersByTimeAsync(2000);
    worker.settle(recorder);
    expect(gaps).toMatchObject([{ messages: 11 }]);
    pass(6);
    worker.settle(recorder);
    pass(7);
    worker.fail(recorder);
    await vi.advanceTimersByTimeAsync(2000);
    pass(1);
    worker.settle(recorder);
    worker.settle(recorder);
    expect(gaps.map(({ messages }) => messages)).toEqual([11, 7]);
    const missing = gaps.reduce((sum, { messages = 0 }) => sum + messages, 0);
    expect(worker.extent.rows - gaps.length + missing).toBe(passed);
    expect(failures).toEqual(['disk.full', 'disk.full']);
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
    worker.settle(recorder);
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

  it('gives up rows at its end where nothing else makes room for the gap row, none of before its last gap row', async () => {
    const { worker, recorder, add } = setUp();
    for (let i = 0; i < 3; i++) add('kept');
    vi.advanceTimersByTime(20);
    worker.settle(recorder);
    add('lost');
    vi.advanceTimersByTime(20);
    worker.fail(recorder);
    const append = worker.append.bind(worker);
    worker.append = (session, batch) => {
      append(session, batch);
      if (worker.options.at(-1)?.cutRows === 0) worker.fail(recorder);
      else worker.settle(recorder);
    };
    await recorder.close();
    expect(worker.options.map(({ cutRows }) => cutRows)).toEqual([0, 3]);
    expect(worker.extent.rows).toBe(1);
  });

  it('asks for room on a disk that was full, unless it is the last time', async () => {
    const { worker, recorder, add } = setUp();
    add('lost');
    vi.advanceTimersByTime(20);
    worker.fail(recorder);
    worker.broken = true;
    await vi.advanceTimersByTimeAsync(2000);
    await recorder.close();
    expect(worker.options.map(({ needsRoom }) => needsRoom)).toEqual([true, false, false]);
  });

  it('can be closed again where that failed', async () => {
    const { worker, recorder } = setUp();
    worker.close = () => Promise.reject(new DuplexError('disk.denied', 'The disk is gone.'));
    await expect(recorder.close()).rejects.toMatchObject({ code: 'disk.denied' });
    let closed = 0;
    worker.close = async () => void closed++;
    await recorder.close();
    expect(closed).toBe(1);
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

  describe('flush', () => {
    const unknown = new DuplexError('call.invalid', 'The session test is not being recorded.');

    it('resolves when the worker could not create the recording, because its rows are counted', async () => {
      const { worker, recorder, failures, add } = setUp(true);
      worker.rows = () => Promise.reject(unknown);
      add('lost');
      await recorder.flush();
      expect(failures).toEqual(['disk.denied']);
      expect(recorder.unrecorded).toMatchObject({ messages: 1, reason: 'The folder is read-only.' });
    });

    it('waits for the failure of the creation even if its own call is refused first', async () => {
      const worker = new FakeWorker();
      let fail: (error: DuplexError) => void = () => {};
      worker.create = () => new Promise((_, reject) => (fail = reject));
      const late = new Recorder(id, '/late', manifest(), hooksOf(worker));
      worker.rows = () => Promise.reject(unknown);
      late.append('text', 'in', 0, 1, Buffer.from('lost'));
      const flushed = late.flush();
      await vi.advanceTimersByTimeAsync(100);
      fail(new DuplexError('disk.full', FULL.message));
      await flushed;
      expect(late.unrecorded).toMatchObject({ messages: 1, reason: FULL.message });
    });

    it('resolves when the worker crashes before it answers', async () => {
      const { worker, recorder, add } = setUp();
      add('lost');
      worker.rows = () => {
        // The host rejects pending calls, and then reports the crash.
        const rejected = Promise.reject(new DuplexError('call.disposed', 'The record worker crashed.'));
        recorder.onWorkerCrash();
        return rejected;
      };
      await recorder.flush();
      expect(recorder.unrecorded).toMatchObject({ messages: 1 });
    });

    it('asks nothing of the worker once the recording is closed: every row is there', async () => {
      const { worker, recorder, add } = setUp();
      add('kept');
      await recorder.close();
      let asked = 0;
      worker.rows = () => {
        asked++;
        return Promise.reject(unknown);
      };
      await recorder.flush();
      expect(asked).toBe(0);
    });

    it('asks nothing of the worker while the recording is only read', async () => {
      const { worker, recorder } = setUp(false, { rows: 5, payloadBytes: 50 });
      worker.rows = () => Promise.reject(unknown);
      await recorder.flush();
      expect(recorder.rows).toBe(5);
    });

    it('rejects when the worker does not answer for a recording that it writes', async () => {
      const { worker, recorder, add } = setUp();
      add('uncertain');
      worker.rows = () => Promise.reject(new DuplexError('call.timeout', 'rows took longer than 600 s.'));
      await expect(recorder.flush()).rejects.toMatchObject({ code: 'call.timeout' });
    });
  });

  describe('over a recording that is there', () => {
    const there = { rows: 5, payloadBytes: 50 };

    it('only reads it until it begins, and then appends behind it', async () => {
      const { worker, recorder, restarts, add } = setUp(false, there);
      await recorder.created;
      expect([recorder.rows, worker.opened, worker.resumes]).toEqual([5, 1, 0]);
      await recorder.begin();
      expect([worker.resumes, restarts]).toEqual([1, [5]]);
      expect(recorder.begin()).toBeUndefined();
      expect(add('first')).toBe(5);
      vi.advanceTimersByTime(20);
      expect(readRow(new DataView(worker.batches[0]!.index), 0).offset).toBe(50);
    });

    it('closes without having written', async () => {
      const { worker, recorder } = setUp(false, there);
      await recorder.close();
      expect([worker.resumes, recorder.owned]).toEqual([0, false]);
    });

    it('that cannot be written counts what passes, tells it once, and tries again', async () => {
      const { worker, recorder, failures, gaps, add } = setUp(true, there);
      await recorder.begin();
      expect(add('lost')).toBeUndefined();
      expect(failures).toEqual(['disk.full']);
      expect(recorder.unrecorded).toMatchObject({ messages: 1, bytes: 4 });
      worker.broken = false;
      // Its writer of before went on in the meantime: its rows are not ours.
      worker.extent = { rows: 8, payloadBytes: 80 };
      await vi.advanceTimersByTimeAsync(2000);
      worker.settle(recorder);
      expect(gaps).toMatchObject([{ messages: 1, bytes: 4 }]);
      expect(add('first')).toBe(9);
    });

    it('opens it again after a crash of the worker', async () => {
      const { worker, recorder, failures } = setUp(false, there);
      await recorder.created;
      recorder.onWorkerCrash();
      expect([worker.opened, worker.resumes, failures]).toEqual([2, 0, []]);
    });
  });

  describe('frames', () => {
    const frames = (row: number | undefined): FrameList => {
      const list = new FrameList();
      list.add({ time: 1, direction: 'in', first: 0x81, headerLength: 2, length: 1, mask: undefined });
      list.assign(row!);
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
