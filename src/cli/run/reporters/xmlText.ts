import { makeVisible } from '../../../core/format/visible.ts';

/**
 * Makes any text valid XML 1.0 (section 2.2). Characters that XML cannot represent, and invisible ones, become visible;
 * lone surrogates become U+FFFD. With `lines`, line breaks and tabs stay.
 */
export function xmlText(text: string): string {
  return text
    .split('\n')
    .map((line) => xmlLine(line))
    .join('\n');
}

/** The same on one line, for an attribute. */
export function xmlLine(text: string): string {
  return makeVisible(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
