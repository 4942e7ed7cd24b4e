import { compareNumbers } from './decimal.ts';
import { spelling, typeOf, type ExactJson } from './exactJson.ts';

/** Whether two values are equal as JSON: numbers compare by value, object members in any order. */
export function equalJson(a: ExactJson, b: ExactJson): boolean {
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  if (type === 'number') return orderNumbers(a, b) === 0;
  if (type === 'array') {
    const [left, right] = [a as unknown[], b as unknown[]];
    return left.length === right.length && left.every((each, index) => equalJson(each, right[index]));
  }
  if (type === 'object') {
    const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
    const names = Object.keys(left);
    return (
      names.length === Object.keys(right).length &&
      names.every((name) => Object.hasOwn(right, name) && equalJson(left[name], right[name]))
    );
  }
  return a === b;
}

/**
 * Compares two numbers or two strings; undefined for all other types. Strings compare by code points (RFC 9535, section
 * 2.3.5.2.2).
 */
export function orderJson(a: ExactJson, b: ExactJson): number | undefined {
  const type = typeOf(a);
  if (type !== typeOf(b)) return undefined;
  if (type === 'number') return orderNumbers(a, b);
  return type === 'string' ? orderText(spelling(a), spelling(b)) : undefined;
}

/** A JavaScript number in such a tree is always exact. */
function orderNumbers(a: ExactJson, b: ExactJson): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareNumbers(spelling(a), spelling(b));
}

function orderText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return a.length - b.length;
  return codePoint(a, at) - codePoint(b, at);
}

/** The code point of a UTF-16 unit. The second half of a pair stands for itself, because the first halves are equal. */
function codePoint(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  // Characters beyond U+FFFF sort above all others, and their surrogate halves keep their order.
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
