import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withDelayedProgress } from '../../../src/vscode/delayedProgress.ts';
import type { ReportShare } from '../../../src/vscode/delayedProgress.ts';
import { window } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Work that ends when told to. */
function work() {
  let end!: (value: string) => void;
  let fail!: (error: Error) => void;
  let reported!: ReportShare;
  const promise = new Promise<string>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return {
    end: (value: string) => end(value),
    fail: (error: Error) => fail(error),
    report: (share: number) => reported(share),
    run: (report: ReportShare) => {
      reported = report;
      return promise;
    },
  };
}

/** What the extension passed to withProgress, as VS Code would use it. */
function shown() {
  const [options, task] = window.withProgress.mock.calls[0] as unknown as [
    { title: string; cancellable: boolean },
    (progress: unknown, token: unknown) => Promise<void>,
  ];
  const increments: number[] = [];
  let cancel = (): void => undefined;
  const done = task(
    { report: ({ increment }: { increment: number }) => increments.push(increment) },
    { onCancellationRequested: (listener: () => void) => (cancel = listener) },
  );
  return { options, increments, done, cancel: () => cancel() };
}

test('quick work shows nothing', async () => {
  const quick = work();
  const result = withDelayedProgress({ title: 'Saving', delay: 1000, cancel: vi.fn() }, quick.run);
  quick.end('done');
  expect(await result).toBe('done');
  vi.advanceTimersByTime(5000);
  expect(window.withProgress).not.toHaveBeenCalled();
});

test('long work shows its title and progress until it ends', async () => {
  const long = work();
  const result = withDelayedProgress({ title: 'Saving', delay: 1000, cancel: vi.fn() }, long.run);
  long.report(0.1);
  vi.advanceTimersByTime(1000);
  const { options, increments, done } = shown();
  expect(options).toMatchObject({ title: 'Saving', cancellable: true });
  long.report(0.25);
  long.report(0.75);
  expect(increments).toEqual([25, 50]);
  long.end('done');
  await expect(result).resolves.toBe('done');
  await expect(done).resolves.toBeUndefined();
});

test('Cancel aborts the work, whose failure reaches the caller but not the notification', async () => {
  const long = work();
  const cancel = vi.fn(() => long.fail(new Error('cancelled')));
  const result = withDelayedProgress({ title: 'Saving', delay: 1000, cancel }, long.run);
  vi.advanceTimersByTime(1000);
  const notification = shown();
  notification.cancel();
  expect(cancel).toHaveBeenCalledTimes(1);
  await expect(result).rejects.toThrow('cancelled');
  await expect(notification.done).resolves.toBeUndefined();
});

test('work that is visible elsewhere shows nothing', async () => {
  const slow = work();
  const isWanted = (): boolean => false;
  const result = withDelayedProgress({ title: 'Saving', delay: 1000, cancel: vi.fn(), isWanted }, slow.run);
  vi.advanceTimersByTime(2000);
  slow.end('done');
  expect(await result).toBe('done');
  expect(window.withProgress).not.toHaveBeenCalled();
});
