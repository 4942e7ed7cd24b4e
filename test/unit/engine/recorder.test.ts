import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FRAME_BYTES, FrameList } from '../../../src/recording/frameLayout.ts';
import { readRow } from '../../../src/recording/layout.ts';
import { SLAB_BYTES } from '../../../src/recording/write/batchWriter.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import { transfersOf } from '../../../src/shared/rpc.ts';
import { FLAG } from '../../../src/shared/timeline.ts';
import { FULL, setUp } from '../../support/recorders.ts';

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

  it('counts only rows on disk', () => {
    const { worker, recorder, add } = setUp();
    add('a');
    vi.advanceTimersByTime(20);
    expect([recorder.rows, recorder.next]).toEqual([0, 1]);
    worker.settle(recorder);
    expect(recorder.rows).toBe(1);
  });

  it('stops reading from the socket above 16 MiB on the way, and resumes below 8', () => {
    const { worker, recorder, behind, add } = setUp();
    for (let i = 0; i < 9; i++) add(slab);
    expect(behind).toEqual([true]);
    while (worker.batches.length > 4) worker.settle(recorder);
    expect(behind).toEqual([true]);
    worker.settle(recorder);
    expect(behind).toEqual([true, false]);
  });

  it('makes senders wait only while the disk is behind', async () => {
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

  it('counts unrecorded rows after a failure, reports it once, and writes a gap row on resuming', async () => {
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

  it('reports every missing row once, even if the disk fails again before the gap row is written', async () => {
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

  it('does not count rows as missing that reached the disk before the worker crashed', async () => {
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

  it('starts recording when the folder can be created, with a gap row for earlier rows', async () => {
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

  it('moves its buffers to the worker instead of copying them', () => {
    const { worker, add } = setUp();
    const moved: (readonly ArrayBuffer[])[] = [];
    worker.append = (_, batch) => void moved.push(transfersOf(batch));
    add('x');
    vi.advanceTimersByTime(20);
    expect(moved.map((buffers) => buffers.length)).toEqual([2]);
  });

  it('reports a failure of the last batch too, and tries once more to write a gap row', async () => {
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

  it('cuts rows at its end if the gap row needs their room, but none before its last gap row', async () => {
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

  it('requires free space on a disk that was full, except on its last attempt', async () => {
    const { worker, recorder, add } = setUp();
    add('lost');
    vi.advanceTimersByTime(20);
    worker.fail(recorder);
    worker.broken = true;
    await vi.advanceTimersByTimeAsync(2000);
    await recorder.close();
    expect(worker.options.map(({ needsRoom }) => needsRoom)).toEqual([true, false, false]);
  });

  it('can be closed again after closing failed', async () => {
    const { worker, recorder } = setUp();
    worker.close = () => Promise.reject(new DuplexError('disk.denied', 'The disk is gone.'));
    await expect(recorder.close()).rejects.toMatchObject({ code: 'disk.denied' });
    let closed = 0;
    worker.close = async () => void closed++;
    await recorder.close();
    expect(closed).toBe(1);
  });

  it('closes once if close is called twice', async () => {
    const { worker, recorder } = setUp();
    let closed = 0;
    worker.close = async () => void closed++;
    await Promise.all([recorder.close(), recorder.close()]);
    expect(closed).toBe(1);
  });

  it('ships its rows when it is closed, and does not retry after that', async () => {
    const { worker, recorder, add } = setUp();
    add('last');
    await recorder.close();
    expect(worker.batches.map((batch) => batch.rows)).toEqual([1]);
    worker.fail(recorder);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(worker.resumes).toBe(0);
  });

  describe('over an existing recording', () => {
    const there = { rows: 5, payloadBytes: 50 };

    it('only reads it until it begins, and then appends to it', async () => {
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

    it('closes without writing', async () => {
      const { worker, recorder } = setUp(false, there);
      await recorder.close();
      expect([worker.resumes, recorder.isWriter]).toEqual([0, false]);
    });

    it('counts rows while it cannot be written, reports it once, and tries again', async () => {
      const { worker, recorder, failures, gaps, add } = setUp(true, there);
      await recorder.begin();
      expect(add('lost')).toBeUndefined();
      expect(failures).toEqual(['disk.full']);
      expect(recorder.unrecorded).toMatchObject({ messages: 1, bytes: 4 });
      worker.broken = false;
      // The previous writer has continued in the meantime, and its rows are not of this session.
      worker.extent = { rows: 8, payloadBytes: 80 };
      await vi.advanceTimersByTimeAsync(2000);
      worker.settle(recorder);
      expect(gaps).toMatchObject([{ messages: 1, bytes: 4 }]);
      expect(add('first')).toBe(9);
    });

    it('opens it again after the worker crashed', async () => {
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

    it('travel with their rows, are moved to the worker, and count as bytes on disk once written', () => {
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

    it('travel alone if they leave after their rows', () => {
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

    it('are dropped with rows that cannot be written', () => {
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
