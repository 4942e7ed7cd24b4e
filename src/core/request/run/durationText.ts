/** Formats milliseconds for people: `340 ms`, `2 s`, `1.5 s`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Number(milliseconds.toPrecision(3))} ms`;
  return `${Number((milliseconds / 1000).toPrecision(4))} s`;
}
