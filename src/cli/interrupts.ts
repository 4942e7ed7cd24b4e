const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Handles Ctrl+C and its kin: the first time gently, the second time at once, after which the system's own handling
 * is back, should even that hang.
 * @returns counts as one: for a Ctrl+C that is no signal, because the terminal is in raw mode
 */
export function onInterrupts(first: () => void, second: () => void): () => void {
  let count = 0;
  const interrupt = (): void => {
    count++;
    if (count === 1) return first();
    for (const signal of SIGNALS) process.off(signal, interrupt);
    if (count === 2) second();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return interrupt;
}
