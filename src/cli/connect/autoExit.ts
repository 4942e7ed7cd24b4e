/** Milliseconds without a message after which the connection is closed once the input is over. */
const SILENCE = 1000;

/** An answer that took longer in milliseconds makes it likely that another one is on its way when the silence ends. */
const SLOW_ANSWER = SILENCE / 2;

/** Milliseconds between two looks at a message that is leaving. */
const POLL = 100;

/** The longest delay of a timer; later deadlines take several. */
const MAX_DELAY = 2 ** 31 - 1;

export interface AutoExitOptions {
  /** `--wait` in milliseconds; undefined: not given. */
  readonly wait: number | undefined;
  /** The end of the input does not end the connection, because what arrives is echoed or recorded. */
  readonly lingers: boolean;
  /** Bytes that have come of a message that is not whole yet. */
  readonly arrived: () => number;
  /** Bytes that the kernel has taken; undefined if nothing waits at the socket, so that the server delays nothing. */
  readonly taken: () => number | undefined;
  readonly end: (reason: ExitReason) => void;
}

export interface ExitReason {
  readonly by: 'wait' | 'silence';
  /** Of a silence: nothing was answered, or the server answers so slowly that more may follow. */
  readonly mayBeMore: boolean;
}

/** Decides when `duplex connect` closes the connection by itself. */
export interface AutoExit {
  opened(): void;
  /** A message is on its way to the server. Call the result when it has left, or failed to. */
  sending(): (isSent: boolean) => void;
  /** The reader of the output is behind, or a file is being read: it does not end before the result is called. */
  busy(): () => void;
  received(): void;
  inputOver(): void;
  stop(): void;
}

/**
 * With `--wait` it ends that long after the last message has left, or after a message has stopped leaving because the server
 * does not read. Without, it ends when the input is over and no byte of a message has come for a second.
 */
export function createAutoExit({ wait, lingers, arrived, taken, end }: AutoExitOptions): AutoExit {
  let state: 'waiting' | 'open' | 'stopped' = 'waiting';
  let busy = 0;
  let leaving = 0;
  let isInputOver = false;
  let lastSent = 0;
  /** When the silence was last broken: by a message either way, by a part of one, by the end of the input. */
  let lastEvent = 0;
  let lastArrived = 0;
  let lastTaken: number | undefined;
  /** When the first message was sent that nothing has answered; the opening asks for a message too. */
  let askedAt: number | undefined;
  let slowestAnswer = 0;
  let timer: NodeJS.Timeout | undefined;

  const deadline = (): number | undefined => {
    if (state !== 'open' || busy > 0) return undefined;
    // A reading server may pause for a moment, however short the wait.
    if (wait !== undefined) return lastSent + (leaving > 0 ? Math.max(wait, SILENCE) : wait);
    return isInputOver && !lingers && leaving === 0 ? lastEvent + SILENCE : undefined;
  };
  const arm = (): void => {
    clearTimeout(timer);
    const at = deadline();
    if (at === undefined) return;
    const delay = Math.min(Math.max(0, at - performance.now()), leaving > 0 ? POLL : MAX_DELAY);
    // After a stall, what already waits at the socket is read before the silence is believed.
    timer = setTimeout(() => setImmediate(check), delay);
  };
  const lookAtBytes = (): void => {
    const now = performance.now();
    if (leaving > 0) {
      const count = taken();
      if (count === undefined || count !== lastTaken) lastSent = lastEvent = now;
      lastTaken = count;
    }
    const part = arrived();
    if (part > 0 && part !== lastArrived) lastEvent = now;
    lastArrived = part;
  };
  const check = (): void => {
    lookAtBytes();
    const at = deadline();
    if (at === undefined) return;
    if (at > performance.now()) arm();
    else if (wait !== undefined) end({ by: 'wait', mayBeMore: false });
    else end({ by: 'silence', mayBeMore: askedAt !== undefined || slowestAnswer > SLOW_ANSWER });
  };

  return {
    opened() {
      if (state === 'stopped') return;
      state = 'open';
      lastSent = lastEvent = askedAt = performance.now();
      arm();
    },
    sending() {
      lastSent = performance.now();
      if (leaving++ === 0) arm();
      return (isSent) => {
        leaving--;
        lastEvent = performance.now();
        if (isSent) {
          lastSent = lastEvent;
          askedAt ??= lastEvent;
        }
        if (leaving === 0) arm();
      };
    },
    busy() {
      busy++;
      return () => {
        busy--;
        lastEvent = performance.now();
        arm();
      };
    },
    received() {
      lastEvent = performance.now();
      if (askedAt !== undefined) slowestAnswer = Math.max(slowestAnswer, lastEvent - askedAt);
      askedAt = undefined;
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
