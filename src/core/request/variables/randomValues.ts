import { excerpt } from '../../text/excerpt.ts';
import { problem, type Value, type ValuePorts } from './value.ts';

type RandomPort = Pick<ValuePorts, 'randomBytes'>;

/** Maximum length of a random text: it is an identifier, not a message. */
const MAX_LENGTH = 65_536;

const DEFAULT_LENGTH = 10;

/** Version 4: RFC 9562, section 5.4. */
export function uuid({ randomBytes }: RandomPort): string {
  const bytes = Uint8Array.from(randomBytes(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * A number from the first, inclusive, to the second, exclusive; 0 to 1000 by default. Written `1 100` or `(1, 100)`.
 */
export function randomInteger(ports: RandomPort, name: string, argument: string): Value {
  const [least, limit] = limitsIn(argument, /^-?\d{1,15}$/) ?? [NaN, NaN];
  if (!(least < limit))
    return problem(
      'variable.expression',
      `${excerpt(`{{${name} ${argument}}}`)} needs two whole numbers, the smaller first: write ${
        name === '$randomInt' ? '{{$randomInt 1 100}}' : `{{${name}(1, 100)}}`
      }.`,
    );
  return { text: String(least + Math.floor(fraction(ports) * (limit - least))) };
}

export function randomFloat(ports: RandomPort, argument: string): Value {
  const [least, limit] = limitsIn(argument, /^-?\d{1,15}(?:\.\d{1,15})?$/) ?? [NaN, NaN];
  if (!(least < limit))
    return problem(
      'variable.expression',
      `${excerpt(`{{$random.float ${argument}}}`)} needs two numbers, the smaller first: write {{$random.float(0.5, 2)}}.`,
    );
  return { text: String(least + fraction(ports) * (limit - least)) };
}

/** A text of this length; 10 by default. Written `8` or `(8)`. */
export function randomText(
  { randomBytes }: RandomPort,
  name: string,
  alphabet: string,
  argument: string,
): Value {
  const [only = String(DEFAULT_LENGTH), ...more] = listed(argument);
  const length = /^\d{1,6}$/.test(only) && more.length === 0 ? Number(only) : 0;
  if (length < 1 || length > MAX_LENGTH)
    return problem(
      'variable.expression',
      `${excerpt(`{{${name}${argument}}}`)} needs a length from 1 to ${MAX_LENGTH}: write {{${name}(8)}}.`,
    );
  // Two bytes per character: the bias is below a thousandth.
  const bytes = randomBytes(2 * length);
  let text = '';
  for (let at = 0; at < length; at++)
    text += alphabet[(bytes[2 * at]! * 256 + bytes[2 * at + 1]!) % alphabet.length]!;
  return { text };
}

/** From 0 to below 1, with 48 bits: even for the largest range the bias is below a thousandth. */
function fraction({ randomBytes }: RandomPort): number {
  let random = 0;
  for (const byte of randomBytes(6)) random = random * 256 + byte;
  return random / 2 ** 48;
}

function limitsIn(argument: string, form: RegExp): readonly [number, number] | undefined {
  const written = listed(argument);
  if (written.length === 0) return [0, 1000];
  return written.length === 2 && written.every((each) => form.test(each))
    ? [Number(written[0]), Number(written[1])]
    : undefined;
}

/** Accepts `(a, b)` and `a b`. */
function listed(argument: string): string[] {
  const inner = /^\((.*)\)$/s.exec(argument)?.[1] ?? argument;
  return inner.split(/[\s,]+/).filter((each) => each !== '');
}
