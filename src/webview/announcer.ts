/** Milliseconds between two announcements, so that a screen reader can finish a sentence. */
const INTERVAL = 5_000;

/**
 * Passes sentences on to a live region, at most one an interval: of those that come sooner, the last one waits.
 * @returns what announces a sentence
 */
export function createAnnouncer(show: (sentence: string) => void): (sentence: string) => void {
  let waiting: string | undefined;
  let isBusy = false;
  const say = (sentence: string): void => {
    isBusy = true;
    show(sentence);
    setTimeout(() => {
      isBusy = false;
      const next = waiting;
      waiting = undefined;
      if (next !== undefined) say(next);
    }, INTERVAL);
  };
  return (sentence) => {
    if (isBusy) waiting = sentence;
    else say(sentence);
  };
}
