// @ts-check

/** @param {number} since from performance.now() @returns {string} seconds with one decimal */
export function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/**
 * Prints each step with its duration when it ends, and keeps it for the summary.
 * @param {(line: string) => void} [print]
 */
export function stopwatch(print = console.log) {
  const began = performance.now();
  /** @type {string[]} the steps that took time */
  const spent = [];
  return {
    /**
     * @template T
     * @param {string} name
     * @param {() => Promise<T>} work
     */
    async step(name, work) {
      const since = performance.now();
      const result = await work();
      const line = `${name} ${seconds(since)}`;
      if (performance.now() - since >= 100) spent.push(line);
      print(`✓ ${line}`);
      return result;
    },
    elapsed: () => seconds(began),
    /** @returns {string} `31.2 s (npm packages 16.8 s, build 0.6 s)` */
    summary: () => `${seconds(began)} (${spent.join(', ')})`,
  };
}
