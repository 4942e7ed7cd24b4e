import dayjs from 'dayjs';
import utc from 'dayjs/plugin/utc.js';
import { excerpt } from '../../text/excerpt.ts';
import { problem, type Value, type ValuePorts } from './value.ts';

dayjs.extend(utc);

type Clock = Pick<ValuePorts, 'now'>;

const UNITS = 'y|Q|M|w|d|h|m|s|ms';

/** `-1 d`, `2h` */
const OFFSET = new RegExp(`^([+-]?\\d{1,9})\\s*(${UNITS})$`);

/** `rfc1123`, `iso8601` or a format in quotation marks, and the rest. */
const FORMAT = /^(rfc1123|iso8601|'[^']{1,200}'|"[^"]{1,200}")(?:\s+|$)(.*)$/s;

/** Seconds since 1970, shifted by an offset. */
export function timestamp(clock: Clock, argument: string): Value {
  const time = moved(clock, argument, 'utc');
  if (!time)
    return problem(
      'variable.expression',
      `${excerpt(`{{$timestamp ${argument}}}`)} has no offset: write a whole number and a unit of ${spoken()}, as in {{$timestamp -1 d}}.`,
    );
  return { text: String(Math.floor(time.valueOf() / 1000)) };
}

/** The time in a format, by default ISO 8601, shifted by an offset. */
export function formattedTime(clock: Clock, name: string, argument: string, zone: 'utc' | 'local'): Value {
  const [, format = 'iso8601', rest = argument] = FORMAT.exec(argument) ?? [];
  const time = moved(clock, rest.trim(), zone);
  if (!time)
    return problem(
      'variable.expression',
      `${excerpt(`{{${name} ${argument}}}`)} is not a time: write iso8601, rfc1123 or a format in quotation marks, then perhaps an offset in ${spoken()}, as in {{${name} "YYYY-MM-DD" -1 d}}.`,
    );
  if (format === 'iso8601') return { text: zone === 'utc' ? time.toISOString() : time.format() };
  if (format === 'rfc1123')
    return {
      text: zone === 'utc' ? time.toDate().toUTCString() : time.format('ddd, DD MMM YYYY HH:mm:ss ZZ'),
    };
  return { text: time.format(format.slice(1, -1)) };
}

function moved({ now }: Clock, offset: string, zone: 'utc' | 'local'): dayjs.Dayjs | undefined {
  const time = zone === 'utc' ? dayjs.utc(now()) : dayjs(now());
  if (offset === '') return time;
  const [, count, unit] = OFFSET.exec(offset) ?? [];
  if (count === undefined) return undefined;
  const there =
    unit === 'Q' ? time.add(3 * Number(count), 'M') : time.add(Number(count), unit as dayjs.ManipulateType);
  return there.isValid() ? there : undefined;
}

function spoken(): string {
  return UNITS.replaceAll('|', ', ').replace(/, (?=ms$)/, ' or ');
}
