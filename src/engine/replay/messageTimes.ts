/** A number or date in a message is a time if it lies within this many milliseconds of the message. */
const NEAR = 24 * 60 * 60 * 1000;

/** A date and time of RFC 3339, or a whole number of 10 (seconds), 13, 16 or 19 digits (milli-, micro- and nanoseconds since 1970). */
const TIME =
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?|(?<![\d.\w-])(?:\d{19}|\d{16}|\d{13}|\d{10}(?:\.\d{1,9})?)(?![\d\w-])/g;

/**
 * Replaces the times in a text that are near its own moment, so that texts of different moments compare as equal.
 * @param moment milliseconds since the epoch
 */
export function withoutTimes(text: string, moment: number): string {
  return text.replace(TIME, (written) =>
    Math.abs(milliseconds(written) - moment) <= NEAR ? mask(written) : written,
  );
}

/** Milliseconds since the epoch; NaN if the text is not a time. */
function milliseconds(written: string): number {
  if (written.includes('-'))
    return Date.parse(/[Z+-]\d{0,2}:?\d{0,2}$/.test(written.slice(16)) ? written : `${written}Z`);
  const digits = written.split('.')[0]!.length;
  return Number(written) / 10 ** (digits - 13);
}

/** Replaces a number by a number, so that JSON stays valid. */
function mask(written: string): string {
  return written.includes('-') ? 'time' : '0';
}
