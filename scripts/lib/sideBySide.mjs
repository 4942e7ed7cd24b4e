// @ts-check

/**
 * Runs tasks in list order, as many at once as there are slots. A task waits for those that it names in `after`;
 * meanwhile the next task that is ready starts.
 * @template {{ readonly name: string, readonly after?: readonly string[] }} Task
 * @param {readonly Task[]} tasks `after` may name tasks that are not in the list; those are ignored
 * @param {number} slots
 * @param {(task: Task) => Promise<void>} execute
 * @returns {Promise<void>} when all have ended
 * @throws what `execute` throws, immediately; an error if tasks wait for each other
 */
export async function runSideBySide(tasks, slots, execute) {
  const waiting = [...tasks];
  const open = new Set(tasks.map(({ name }) => name));
  /** @type {Set<Promise<void>>} */
  const running = new Set();
  while (open.size > 0) {
    while (running.size < slots) {
      const at = waiting.findIndex(({ after = [] }) => !after.some((name) => open.has(name)));
      const [task] = at === -1 ? [] : waiting.splice(at, 1);
      if (!task) break;
      const run = execute(task).then(() => {
        open.delete(task.name);
        running.delete(run);
      });
      running.add(run);
    }
    if (running.size === 0) throw new Error(`Tasks wait for each other: ${[...open].join(', ')}`);
    await Promise.race(running);
  }
}
