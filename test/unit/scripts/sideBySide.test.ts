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

it('runs tasks one after the other with one slot', async () => {
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

it('starts another task while one waits for its dependencies', async () => {
  const events = await played(
    2,
    { name: 'build', turns: 10 },
    { name: 'test', turns: 1, after: ['build'] },
    { name: 'lint', turns: 1 },
  );
  expect(events).toEqual(['+build', '+lint', '-lint', '-build', '+test', '-test']);
});

it('does not wait for a task that is not run', async () => {
  expect(await played(2, { name: 'test', turns: 1, after: ['build'] })).toEqual(['+test', '-test']);
});

it('reports tasks that wait for each other', async () => {
  const circle = played(
    2,
    { name: 'a', turns: 1, after: ['b'] },
    { name: 'b', turns: 1, after: ['a'] },
    { name: 'c', turns: 1 },
  );
  await expect(circle).rejects.toThrow('Tasks wait for each other: a, b');
});

it('passes on the error of a task', async () => {
  const failing = runSideBySide([{ name: 'a' }, { name: 'b' }], 2, async ({ name }) => {
    if (name === 'b') throw new Error('no disk');
    await new Promise(() => {});
  });
  await expect(failing).rejects.toThrow('no disk');
});
