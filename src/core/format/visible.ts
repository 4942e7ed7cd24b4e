// Spelled with escapes: the characters themselves would be invisible here too. Besides the controls: soft hyphen,
// bidirectional marks, overrides and isolates, zero-width space and joiners of words, line and paragraph
// separators, the byte order mark, interlinear and tag characters. U+200C and U+200D stay as they are, because
// Persian, Indic scripts and emoji are spelled with them.
const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const CONTROL_PICTURES = 0x2400;

/** The most frequent ones get a sign that every font has: few have the block of control pictures. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['\n', '↵'],
  ['\t', '⇥'],
  ['\u007f', '\u2421'],
]);

/**
 * Replaces what has no shape of its own, so that a server's text can neither hide nor reorder what stands around
 * it: a line feed becomes ↵, a tab ⇥, other C0 controls and DEL their picture (U+2400 block), the rest their number,
 * as in ‹U+202E›.
 */
export function makeVisible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const sign = SIGNS.get(character);
    if (sign !== undefined) return sign;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
    return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}

export interface VisiblePart {
  readonly text: string;
  /** `text` stands for characters that have no shape of their own. */
  readonly replaced: boolean;
}

/** The same in parts, so that what was replaced can be set apart. Tabs stay: a line of text shows them as white space. */
export function visibleParts(text: string): VisiblePart[] {
  const parts: VisiblePart[] = [];
  let end = 0;
  for (const { 0: character, index } of text.matchAll(INVISIBLE)) {
    if (character === '\t') continue;
    if (index > end) parts.push({ text: text.slice(end, index), replaced: false });
    parts.push({ text: makeVisible(character), replaced: true });
    end = index + character.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), replaced: false });
  return parts;
}
