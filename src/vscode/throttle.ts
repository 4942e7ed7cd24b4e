export interface Throttled {
  (): void;
  /** Drops the pending run and ignores later calls. */
  dispose(): void;
}

/**
 * Runs at once, then at most once per interval (in milliseconds). Calls during an interval cause one run at its end.
 */
export function throttle(run: () => void, interval: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = false;
  let disposed = false;
  const start = (): void => {
    timer = setTimeout(rest, interval);
    run();
  };
  const rest = (): void => {
    timer = undefined;
    if (!due) return;
    due = false;
    start();
  };
  const throttled = (): void => {
    if (disposed) return;
    if (timer === undefined) start();
    else due = true;
  };
  throttled.dispose = (): void => {
    disposed = true;
    clearTimeout(timer);
  };
  return throttled;
}
