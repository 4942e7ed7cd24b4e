import { expect, it } from 'vitest';
import { runSideBySide } from '../../../scripts/lib/sideBySide.mjs';

/** Tasks that take as many turns as they say, and when each began and ended. */
async function played(
  slots: number,
  ...tasks: { name: string; turns: number; after?: readonly string[] }[]
): Promise<string[]> {
  const events: string[] = [];
  await runSideBySide(tasks, slots, async ({ name, turns }) => {
    events.push(`+${name}`);
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
    events.push(`-${name}`);
  });
  return events;
}

it('runs one after the other where there is one slot', async () => {
  expect(await played(1, { name: 'a', turns: 2 }, { name: 'b', turns: 1 })).toEqual(['+a', '-a', '+b', '-b']);
});

it('begins the next as soon as a slot is free', async () => {
  const events = await played(
    2,
    { name: 'long', turns: 20 },
    { name: 'a', turns: 1 },
    { name: 'b', turns: 1 },
    { name: 'c', turns: 1 },
  );
  expect(events).toEqual(['+long', '+a', '-a', '+b', '-b', '+c', '-c', '-long']);
});

it('begins another one while a task waits for what it needs', async () => {
  const events = await played(
    2,
    { name: 'build', turns: 10 },
    { name: 'test', turns: 1, after: ['build'] },
    { name: 'lint', turns: 1 },
  );
  expect(events).toEqual(['+build', '+lint', '-lint', '-build', '+test', '-test']);
});

it('does not wait for what is not run', async () => {
  expect(await played(2, { name: 'test', turns: 1, after: ['build'] })).toEqual(['+test', '-test']);
});

it('says which tasks wait for each other', async () => {
  const circle = played(
    2,
    { name: 'a', turns: 1, after: ['b'] },
    { name: 'b', turns: 1, after: ['a'] },
    { name: 'c', turns: 1 },
  );
  await expect(circle).rejects.toThrow('Tasks wait for each other: a, b');
});

it('passes on what a task throws', async () => {
  const failing = runSideBySide([{ name: 'a' }, { name: 'b' }], 2, async ({ name }) => {
    if (name === 'b') throw new Error('no disk');
    await new Promise(() => {});
  });
  await expect(failing).rejects.toThrow('no disk');
});
