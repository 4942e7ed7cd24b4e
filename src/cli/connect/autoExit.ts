/** Milliseconds of silence after the end of the input before the connection is closed. */
const SILENCE = 1000;

/** Milliseconds of an answer above which another answer may still be on its way after the silence. */
const SLOW_ANSWER = SILENCE / 2;

/** Milliseconds between checks of a message that is leaving. */
const POLL = 100;

/** The longest delay of a timer; later deadlines use several timers. */
const MAX_DELAY = 2 ** 31 - 1;

export interface AutoExitOptions {
  /** `--wait` in milliseconds; undefined if the option is absent. */
  readonly wait: number | undefined;
  /** Whether the connection remains after the end of the input, because received messages are echoed or recorded. */
  readonly lingers: boolean;
  /** Received bytes of an incomplete message. */
  readonly arrived: () => number;
  /** Bytes that the kernel has taken; undefined if nothing waits at the socket, so that the server causes no delay. */
  readonly taken: () => number | undefined;
  readonly end: (reason: ExitReason) => void;
}

export interface ExitReason {
  readonly by: 'wait' | 'silence';
  /** Whether more answers may follow: none has arrived, or the server answers slowly. */
  readonly mayBeMore: boolean;
}

/** Decides when `duplex connect` closes the connection automatically. */
export interface AutoExit {
  opened(): void;
  /** A message is leaving. Call the result when it has left or failed. */
  sending(): (isSent: boolean) => void;
  /** The reader of the output is behind, or a file is being read. The connection remains until the result is called. */
  busy(): () => void;
  received(): void;
  inputOver(): void;
  stop(): void;
}

/**
 * Closes the connection automatically. With `--wait`: this long after the last message has left, or after a message has
 * stopped leaving because the server does not read. Without it: when the input is over and nothing was received for a
 * second.
 */
export function createAutoExit({ wait, lingers, arrived, taken, end }: AutoExitOptions): AutoExit {
  let state: 'waiting' | 'open' | 'stopped' = 'waiting';
  let busy = 0;
  let leaving = 0;
  let isInputOver = false;
  let lastSent = 0;
  /**
   * When the silence was last interrupted: by a message in either direction, by a part of one, or by the end of the
   * input.
   */
  let lastEvent = 0;
  let lastArrived = 0;
  let lastTaken: number | undefined;
  /** When the first unanswered message was sent. The opening counts as a message, too. */
  let askedAt: number | undefined;
  let slowestAnswer = 0;
  let timer: NodeJS.Timeout | undefined;

  const deadline = (): number | undefined => {
    if (state !== 'open' || busy > 0) return undefined;
    // A server that reads may pause briefly, even if the wait is short.
    if (wait !== undefined) return lastSent + (leaving > 0 ? Math.max(wait, SILENCE) : wait);
    return isInputOver && !lingers && leaving === 0 ? lastEvent + SILENCE : undefined;
  };
  const arm = (): void => {
    clearTimeout(timer);
    const at = deadline();
    if (at === undefined) return;
    const delay = Math.min(Math.max(0, at - performance.now()), leaving > 0 ? POLL : MAX_DELAY);
    // After a stall, data that already waits at the socket is read before the silence counts.
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
