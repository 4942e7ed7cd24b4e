const thousands = new Intl.NumberFormat('en-US');

/** `1,204,331`. */
export function count(value: number): string {
  return thousands.format(value);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Local wall-clock time of a moment in milliseconds since the epoch: `12:01:07.123`. */
export function clockTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Time from one row to the next, of microseconds: `+0.4 ms`, `+12 ms`, `+1.25 s`, `+3 min`, `+2 h`. */
export function delta(microseconds: number): string {
  const milliseconds = microseconds / 1000;
  if (milliseconds < 9.95) return `+${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 999.5) return `+${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.995) return `+${seconds.toFixed(2)} s`;
  const minutes = seconds / 60;
  if (minutes < 119.5) return `+${Math.round(minutes)} min`;
  return `+${count(Math.round(minutes / 60))} h`;
}

/** How long something has lasted, of milliseconds: `00:12:41`; days stay in the hours. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
}
