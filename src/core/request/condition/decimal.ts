/** A JSON number in parts that compare exactly: 0.digits × 10^exponent, without leading or trailing zeros. */
interface Decimal {
  readonly sign: -1 | 0 | 1;
  readonly digits: string;
  /** A bigint, because 1e999999999999 is a valid JSON number. */
  readonly exponent: bigint;
}

/**
 * Compares two JSON numbers by their spelling, so that nothing depends on what a double can hold: 12345678901234567890
 * and …891 differ, 1, 1.0 and 10e-1 are equal.
 * @returns below, at or above 0
 */
export function compareNumbers(a: string, b: string): number {
  const [x, y] = [decimal(a), decimal(b)];
  if (x.sign !== y.sign || x.sign === 0) return x.sign - y.sign;
  if (x.exponent !== y.exponent) return x.exponent < y.exponent ? -x.sign : x.sign;
  if (x.digits === y.digits) return 0;
  // Without leading and trailing zeros, digits compare as text does: of two with the same start, the longer is larger.
  return x.digits < y.digits ? -x.sign : x.sign;
}

export function isInteger(spelling: string): boolean {
  const { sign, digits, exponent } = decimal(spelling);
  return sign === 0 || exponent >= BigInt(digits.length);
}

/** Maximum digits of an exponent. Converting longer ones takes more than linear time. */
const MAX_EXPONENT_DIGITS = 1000;

/** @throws RangeError if the exponent has more than MAX_EXPONENT_DIGITS digits */
function decimal(spelling: string): Decimal {
  const [, minus, whole = '', fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(
    spelling,
  )!;
  const all = whole + fraction;
  const first = all.search(/[1-9]/);
  if (first === -1) return { sign: 0, digits: '', exponent: 0n };
  if (power.length > MAX_EXPONENT_DIGITS) throw new RangeError('The exponent is too long.');
  let end = all.length;
  while (all[end - 1] === '0') end--;
  return {
    sign: minus === '' ? 1 : -1,
    digits: all.slice(first, end),
    exponent: BigInt(power) + BigInt(whole.length - first),
  };
}
