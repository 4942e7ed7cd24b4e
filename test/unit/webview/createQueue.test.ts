import { expect, it } from 'vitest';
import { createQueue } from '../../../src/webview/createQueue.ts';

it('runs work one after the other, in order, also what is added meanwhile', async () => {
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
