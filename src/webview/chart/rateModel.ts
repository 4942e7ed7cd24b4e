import type { Rates } from '../../shared/timelineProtocol.ts';

/** Milliseconds between two requests for a live session, and before a retry. */
const INTERVAL = 1_000;
const RETRY_INTERVAL = 30_000;

export interface RateModel {
  /** Undefined before the first answer. */
  readonly rates: Rates | undefined;
  /** Share of the rows that were counted, from 0 to 1, while many remain. */
  readonly progress: number | undefined;
  /** Sets the number of rows and the first visible one. Asks the host at most once a second. */
  update(rows: number, firstRow: number): void;
  /** Sends no request until the next update. */
  stop(): void;
}

/**
 * The message rates of a session. The host answers each call quickly with what it has counted so far, so a long
 * recording is asked for again at once and drawn while it is being counted.
 */
export function createRateModel(
  ask: () => Promise<Rates>,
  onChange: () => void,
  onError: (error: unknown) => void,
): RateModel {
  let rates: Rates | undefined;
  let rows = 0;
  let first = 0;
  let isAsking = false;
  /** Whether the last answer covered only some of the rows. */
  let isShort = false;
  let isStopped = true;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const isBehind = (): boolean => rows > first && (rates === undefined || rates.next < rows);

  const goOn = async (): Promise<void> => {
    timer = undefined;
    isAsking = true;
    let pause = INTERVAL;
    try {
      for (let again = true; again && !isStopped;) {
        const from = first;
        const before = rates?.next ?? -1;
        const wanted = rows;
        const answer = await ask();
        // The session was cleared in the meantime: the earlier rows no longer count.
        if (from !== first) continue;
        rates = answer;
        again = isShort = answer.next < wanted && answer.next > before;
        onChange();
      }
    } catch (error) {
      pause = RETRY_INTERVAL;
      isShort = false;
      onError(error);
    } finally {
      isAsking = false;
    }
    // The next request covers newer rows and rows after a clear.
    if (!isStopped) timer = setTimeout(() => void next(), pause);
  };

  const next = async (): Promise<void> => {
    timer = undefined;
    if (isBehind()) await goOn();
  };

  return {
    get rates() {
      return rates;
    },
    get progress() {
      const done = (rates?.next ?? first) - first;
      return isShort ? done / (rows - first) : undefined;
    },
    update(total, firstRow) {
      if (firstRow !== first) {
        first = firstRow;
        rates = undefined;
        isShort = false;
        onChange();
      }
      rows = total;
      isStopped = false;
      if (!isAsking && timer === undefined && isBehind()) void goOn();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
