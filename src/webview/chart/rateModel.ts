import type { Rates } from '../../shared/timelineProtocol.ts';

/** Milliseconds between two looks at a session that goes on, and until the next try after one failed. */
const INTERVAL = 1_000;
const RETRY_INTERVAL = 30_000;

export interface RateModel {
  /** Undefined before the first answer. */
  readonly rates: Rates | undefined;
  /** Part of the rows that was looked at, from 0 to 1, while there are many that were not. */
  readonly progress: number | undefined;
  /** There are so many rows, of which those before `firstRow` are hidden. Asks, at most once a second. */
  update(rows: number, firstRow: number): void;
  /** Asks for nothing more until the next update. */
  stop(): void;
}

/**
 * The rates of a session as far as the host has counted: it answers each call within a moment with what it has by then, so
 * a long recording is asked for again at once, and is drawn while it is read.
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
  /** The last answer came before all rows were looked at. */
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
        // Cleared meanwhile: what came before counts no more.
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
    // Rows that came since wait for the next look, and so does what follows a clear.
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
