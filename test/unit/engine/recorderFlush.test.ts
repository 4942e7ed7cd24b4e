import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Recorder } from '../../../src/engine/recorder.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import { manifest } from '../../support/recordings.ts';
import { FakeWorker, FULL, hooksOf, id, setUp } from '../../support/recorders.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('flush of a recorder', () => {
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

  it('waits for the worker while the recording is only read, because a new name may be on its way', async () => {
    const { worker, recorder } = setUp(false, { rows: 5, payloadBytes: 50 });
    let answer: (rows: []) => void = () => {};
    worker.rows = () => new Promise((resolve) => (answer = resolve));
    let isFlushed = false;
    const flushed = recorder.flush().then(() => (isFlushed = true));
    await vi.advanceTimersByTimeAsync(100);
    expect(isFlushed).toBe(false);
    answer([]);
    await flushed;
    expect(recorder.rows).toBe(5);
  });

  it('rejects when the worker does not answer for a recording that it writes', async () => {
    const { worker, recorder, add } = setUp();
    add('uncertain');
    worker.rows = () => Promise.reject(new DuplexError('call.timeout', 'rows took longer than 600 s.'));
    await expect(recorder.flush()).rejects.toMatchObject({ code: 'call.timeout' });
  });
});
