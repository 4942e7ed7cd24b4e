import type { ByteRange } from '../../../shared/units.ts';

/** The minimum length of a string that counts as data, not as a word. */
const SHORTEST = 200;

const LONG_BASE64 = new RegExp(`"([A-Za-z0-9+/_-]{${SHORTEST},})(={0,2})("|$)`, 'g');

/**
 * A base64 string within JSON: the range of its characters without the quotes, and the number of bytes that they
 * encode.
 */
export interface Base64Fold extends ByteRange {
  readonly bytes: number;
}

/** JSON text with each long base64 string replaced by its length, as in `"‹base64: 15,360 bytes›"`. */
export function foldBase64(json: string): string {
  return json.replace(LONG_BASE64, (_, digits: string, padding: string, end: string) => {
    const more = end === '' ? 'more than ' : '';
    return `"‹base64: ${more}${decodedLength(digits, padding).toLocaleString('en')} bytes›"`;
  });
}

/** The ranges of the long base64 strings in JSON text, in characters. */
export function base64Folds(json: string): Base64Fold[] {
  return [...json.matchAll(LONG_BASE64)]
    .filter(([, , , end]) => end !== '')
    .map(({ 1: digits = '', 2: padding = '', index }) => ({
      start: index + 1,
      end: index + 1 + digits.length + padding.length,
      bytes: decodedLength(digits, padding),
    }));
}

function decodedLength(digits: string, padding: string): number {
  return padding === ''
    ? Math.floor((digits.length * 3) / 4)
    : ((digits.length + padding.length) * 3) / 4 - padding.length;
}
