import { encodeTimeSpecToTimestamp, ExtData } from '../../codec/msgpackPackage.ts';
import { fromBase64 } from '../unit.ts';

/** A JSON string or number, as a whole. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** An integer that may need more than 32 bits: MessagePack writes a number of that size as a float, and a bigint as an integer. */
const BIG_INTEGER = /^-?\d{10,}$/;

/** The start of a string that represents a long integer. */
const MARK = '\u0000n';

/**
 * The value that `derivedJson` wrote, for encoders of binary formats: bytes from `{"$base64": …}`, dates, extensions,
 * floats without a spelling in JSON, and integers of 33 to 64 bits as bigints.
 * @param json valid JSON text
 */
export function underivedValue(json: string): unknown {
  // Long integers become marked strings, because JSON.parse would round them.
  const marked = json.replace(TOKEN, (token) =>
    BIG_INTEGER.test(token) ? JSON.stringify(`${MARK}${token}`) : token,
  );
  return JSON.parse(marked, (_, value: unknown) => {
    if (typeof value !== 'string') return special(value) ?? value;
    const digits = value.startsWith(MARK) ? value.slice(MARK.length) : '';
    return BIG_INTEGER.test(digits) ? bigInteger(digits) : value;
  });
}

function bigInteger(digits: string): bigint | number {
  const value = BigInt(digits);
  const fits = value >= -(2n ** 63n) && value < 2n ** 64n;
  const isLong = value > 0xffff_ffffn || value < -(2n ** 31n);
  return fits && isLong ? value : Number(value);
}

/** An object with one member that represents a value without a JSON equivalent. Its content was converted before. */
function special(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !isPlain(value))
    return undefined;
  const [member, ...others] = Object.entries(value);
  if (member === undefined || others.length > 0) return undefined;
  const [name, content] = member as [string, unknown];
  if (name === '$base64') return typeof content === 'string' ? fromBase64(content) : undefined;
  if (name === '$float') return FLOATS.get(content);
  if (name === '$date') return typeof content === 'string' ? time(content) : undefined;
  if (name !== '$ext' || !Array.isArray(content)) return undefined;
  const [type, data] = content as unknown[];
  const isType = Number.isInteger(type) && (type as number) >= -128 && (type as number) <= 127;
  return isType && data instanceof Uint8Array ? new ExtData(type as number, data) : undefined;
}

/** The digits after the milliseconds of a time in UTC. */
const NANOSECONDS = /(?<=\.\d{3})\d{1,6}(?=Z$)/;

/**
 * A time in milliseconds becomes a Date, which the encoder supports. A finer time becomes a timestamp
 * extension.
 */
function time(text: string): Date | ExtData | undefined {
  const date = new Date(text.replace(NANOSECONDS, ''));
  const milliseconds = date.getTime();
  if (Number.isNaN(milliseconds)) return undefined;
  const finer = Number((NANOSECONDS.exec(text)?.[0] ?? '').padEnd(6, '0'));
  if (finer === 0) return date;
  const sec = Math.floor(milliseconds / 1000);
  const nsec = (milliseconds - sec * 1000) * 1e6 + finer;
  return new ExtData(TIMESTAMP, encodeTimeSpecToTimestamp({ sec, nsec }));
}

/** The extension type of timestamps in MessagePack. */
const TIMESTAMP = -1;

/** Whether an object is neither bytes nor a date nor an extension. */
function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

const FLOATS: ReadonlyMap<unknown, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);
