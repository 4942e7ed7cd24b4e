const thousands = new Intl.NumberFormat('en-US');

/** Formats an integer with separators: `1,204,331`. */
export function count(value: number): string {
  return thousands.format(value);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Formats milliseconds since the epoch as local wall-clock time: `12:01:07.123`. */
export function clockTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/**
 * Formats local wall-clock time with microseconds: `12:01:07.123456`.
 * @param startedAt in milliseconds since the epoch
 * @param time in microseconds since `startedAt`
 */
export function clock(startedAt: number, time: number): string {
  const moment = Math.round(startedAt * 1000) + time;
  return `${clockTime(Math.floor(moment / 1000))}${String(moment % 1000).padStart(3, '0')}`;
}

/**
 * Formats the time since a moment in microseconds: `+3.200000`, `+1:02.123456`, `+1:02:03.123456`; before it
 * `-0.001000`.
 */
export function elapsed(microseconds: number): string {
  const whole = Math.floor(Math.abs(microseconds) / 1_000_000);
  const part = String(Math.abs(microseconds) % 1_000_000).padStart(6, '0');
  const sign = microseconds < 0 ? '-' : '+';
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${sign}${whole}.${part}`;
  const clock = minutes < 60 ? `${minutes}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}`;
  return `${sign}${clock}:${two(whole % 60)}.${part}`;
}

/** Formats messages per second: `0`, `0.25`, `12.5`, `1,204`, `52.3 k`. */
export function rate(perSecond: number): string {
  if (perSecond >= 10_000) return `${count(Math.round(perSecond / 100) / 10)} k`;
  if (perSecond >= 100) return count(Math.round(perSecond));
  return String(Number(perSecond.toPrecision(perSecond < 1 ? 2 : 3)));
}

/** Formats the microseconds from one row to the next: `+0.4 ms`, `+12 ms`, `+1.25 s`, `+3 min`, `+2 h`. */
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

/** Formats a duration in microseconds: `0.4 ms`, `12 ms`, `1.25 s`, `3 min`, `2 h`. */
export function span(microseconds: number): string {
  return delta(microseconds).slice(1);
}

/** Formats the age of something in milliseconds: `00:12:41`; days count as hours. */
export function elapsedTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
}

/** Formats a round-trip time in milliseconds: `0.4 ms`, `12 ms`, `1.3 s`. */
export function roundTripTime(milliseconds: number): string {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
