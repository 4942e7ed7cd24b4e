import { describe, expect, it } from 'vitest';
import { coalesce, createQueue } from '../../../src/webview/base/queue.ts';

it('runs tasks one after the other, in order, also those that are added meanwhile', async () => {
  const queue = createQueue();
  const events: string[] = [];
  const finish: (() => void)[] = [];
  const work = (name: string) => async (): Promise<void> => {
    events.push(`${name} begins`);
    await new Promise<void>((resolve) => finish.push(resolve));
    events.push(`${name} ends`);
  };
  queue(work('a'));
  queue(work('b'));
  await expect.poll(() => events).toEqual(['a begins']);
  queue(work('c'));
  finish[0]!();
  await expect.poll(() => events).toEqual(['a begins', 'a ends', 'b begins']);
  finish[1]!();
  await expect.poll(() => finish.length).toBe(3);
  finish[2]!();
  await expect.poll(() => events.at(-1)).toBe('c ends');
});

/** Work that ends when the test says so. */
function setUp() {
  const running: { end(): void; fail(error: Error): void }[] = [];
  const errors: unknown[] = [];
  const run = coalesce(
    () => new Promise<void>((resolve, reject) => running.push({ end: resolve, fail: reject })),
    (error) => errors.push(error),
  );
  return { run, running, errors };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('coalesce', () => {
  it('runs once more for all calls during a run', async () => {
    const { run, running } = setUp();
    run();
    run();
    run();
    expect(running).toHaveLength(1);
    running[0]!.end();
    await settled();
    expect(running).toHaveLength(2);
    running[1]!.end();
    await settled();
    expect(running).toHaveLength(2);
    run();
    expect(running).toHaveLength(3);
  });

  it('reports an error and continues with the next call', async () => {
    const { run, running, errors } = setUp();
    run();
    run();
    running[0]!.fail(new Error('no'));
    await settled();
    expect(errors).toEqual([new Error('no')]);
    run();
    expect(running).toHaveLength(2);
  });
});
