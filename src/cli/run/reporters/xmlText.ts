import { makeVisible } from '../../../core/format/visible.ts';

/**
 * A text of somebody else's that XML 1.0 can carry (section 2.2): what it cannot, and what has no shape of its own,
 * becomes visible; half a surrogate pair becomes U+FFFD. Line breaks and tabs of `lines` stay.
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
