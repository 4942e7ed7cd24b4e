import { DuplexError } from '../shared/errors.ts';

/**
 * A whole number from a demo URL's query.
 * @throws DuplexError `call.invalid` with one sentence where it is no whole number from `min` to `max`
 */
export function integerParameter(
  query: URLSearchParams,
  name: string,
  range: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
  const text = query.get(name);
  if (text === null) return range.fallback;
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < range.min || value > range.max) {
    const { min, max } = range;
    throw new DuplexError(
      'call.invalid',
      `"${name}" is ${JSON.stringify(text)}; give a whole number from ${min} to ${max}.`,
    );
  }
  return value;
}
