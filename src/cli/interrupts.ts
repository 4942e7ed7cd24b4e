const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Handles Ctrl+C and termination signals. First signal: graceful. Second: immediate. Then the default of the system.
 * @returns a function that counts as a signal: in raw mode the terminal sends Ctrl+C as a key
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
