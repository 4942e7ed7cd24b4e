/** Milliseconds without a message after which a command ends whose input is over. */
const SILENCE = 1000;

/** The longest delay that a timer takes; later deadlines are looked at again then. */
const MAX_DELAY = 2 ** 31 - 1;

export interface AutoExitOptions {
  /** `--wait`: ends that many milliseconds after the last thing was sent; undefined: not given. */
  readonly wait: number | undefined;
  /** The end of the input does not end it: what arrives is echoed or recorded. */
  readonly lingers: boolean;
  readonly end: () => void;
}

/** When `duplex connect` ends by itself. */
export interface AutoExit {
  opened(): void;
  /** Something is being sent, or the reader of the output is behind: it does not end before the result is called. */
  busy(): () => void;
  sent(): void;
  received(): void;
  inputOver(): void;
  stop(): void;
}

export function createAutoExit({ wait, lingers, end }: AutoExitOptions): AutoExit {
  let state: 'waiting' | 'open' | 'stopped' = 'waiting';
  let busy = 0;
  let isInputOver = false;
  let lastSent = 0;
  /** Anything that breaks the silence: a message either way, the end of the input. */
  let lastEvent = 0;
  let timer: NodeJS.Timeout | undefined;

  const deadline = (): number | undefined => {
    if (state !== 'open' || busy > 0) return undefined;
    if (wait !== undefined) return lastSent + wait;
    return isInputOver && !lingers ? lastEvent + SILENCE : undefined;
  };
  const arm = (): void => {
    clearTimeout(timer);
    const at = deadline();
    if (at === undefined) return;
    const delay = Math.min(Math.max(0, at - performance.now()), MAX_DELAY);
    // After a stall, what already waits at the socket is read before the silence is believed.
    timer = setTimeout(() => setImmediate(check), delay);
  };
  const check = (): void => {
    const at = deadline();
    if (at === undefined) return;
    if (at > performance.now()) arm();
    else end();
  };

  return {
    opened() {
      if (state === 'stopped') return;
      state = 'open';
      lastSent = lastEvent = performance.now();
      arm();
    },
    busy() {
      busy++;
      return () => {
        busy--;
        lastEvent = performance.now();
        arm();
      };
    },
    sent() {
      lastSent = lastEvent = performance.now();
    },
    received() {
      lastEvent = performance.now();
    },
    inputOver() {
      isInputOver = true;
      lastEvent = performance.now();
      arm();
    },
    stop() {
      state = 'stopped';
      clearTimeout(timer);
    },
  };
}
