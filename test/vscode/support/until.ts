/** Waits until `probe` returns a truthy value, and returns that. `what` names it in the error of a time-out. */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  timeout = 10_000,
): Promise<Exclude<NonNullable<T>, false>> {
  for (const end = Date.now() + timeout; ;) {
    const value = await probe();
    if (value) return value as Exclude<NonNullable<T>, false>;
    if (Date.now() > end) throw new Error(`Waited ${timeout} ms for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
