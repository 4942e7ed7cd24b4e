// Hidden characters are spelled as escapes in this file, because they would be invisible here too.

/** Letters, marks and emoji: what ZWNJ (U+200C) and ZWJ (U+200D) may join. Persian, Indic scripts and emoji need them. */
const JOINED = '\\p{L}\\p{M}\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f';

/**
 * Characters without a visible shape, except for the C0 controls:
 * - DEL and the C1 controls;
 * - line and paragraph separators, interlinear marks, format controls of hieroglyphs;
 * - blanks that are not white space: the empty Braille pattern, the musical null note head;
 * - all that Unicode calls default ignorable: soft hyphen, zero-width and bidirectional characters, Hangul fillers,
 *   variation selectors, tags. A variation selector directly after its emoji is part of the emoji.
 */
const HIDDEN = [
  '[\\u007f-\\u009f\\u2028\\u2029\\ufff9-\\ufffb\\u{13430}-\\u{1343f}\\u2800\\u{1d159}]',
  `(?<![${JOINED}])[\\u200c\\u200d]|[\\u200c\\u200d](?![${JOINED}])`,
  '(?<![\\p{Extended_Pictographic}\\p{Emoji_Modifier}])[\\ufe0e\\ufe0f](?!\\u20e3)',
  '(?![\\u200c\\u200d\\ufe0e\\ufe0f])\\p{Default_Ignorable_Code_Point}',
].join('|');

let hiddenInJson: RegExp | undefined;
let invisible: RegExp | undefined;

/** Compiled on first use: the sets of Unicode take V8 two milliseconds of a start that shows no such text. */
const hiddenInJsonPattern = (): RegExp => (hiddenInJson ??= new RegExp(HIDDEN, 'gu'));
const invisiblePattern = (): RegExp => (invisible ??= new RegExp(`[\\u0000-\\u001f]|${HIDDEN}`, 'gu'));

/** Most texts contain none of them. */
const PLAIN = /^[\x20-\x7e]*$/;

const CONTROL_PICTURES = 0x2400;

/** The most frequent ones get a sign that every font has; few fonts have the block of control pictures. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['\n', '↵'],
  ['\t', '⇥'],
  ['\u007f', '\u2421'],
]);

/**
 * Replaces characters without a visible shape, so that a server's text can neither hide nor reorder the text around it:
 * a line feed becomes ↵, a tab ⇥, other C0 controls and DEL their picture (U+2400 block), the rest their code point, as
 * in ‹U+202E›.
 */
export function makeVisible(text: string): string {
  return PLAIN.test(text) ? text : text.replace(invisiblePattern(), signOf);
}

function signOf(character: string): string {
  const sign = SIGNS.get(character);
  if (sign !== undefined) return sign;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/**
 * Escapes the same characters in JSON text, which keeps its value and becomes safe on a terminal.
 * @param json the output of JSON.stringify, which has already escaped the C0 controls
 */
export function escapeInvisible(json: string): string {
  if (PLAIN.test(json)) return json;
  return json.replace(hiddenInJsonPattern(), (character) =>
    Array.from({ length: character.length }, (_, at) => unicodeEscape(character.charCodeAt(at))).join(''),
  );
}

/** A value as JSON in which every character is visible. */
export function visibleJson(value: unknown, indent?: number): string {
  return escapeInvisible(JSON.stringify(value, undefined, indent));
}

function unicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

export interface VisiblePart {
  readonly text: string;
  /** Whether `text` stands for characters without a visible shape. */
  readonly replaced: boolean;
}

/**
 * Does the same as `makeVisible`, but in parts, so that a view can highlight the replacements. Tabs stay: a
 * line of text shows them as white space.
 */
export function visibleParts(text: string): VisiblePart[] {
  const parts: VisiblePart[] = [];
  let end = 0;
  for (const { 0: character, index } of text.matchAll(invisiblePattern())) {
    if (character === '\t') continue;
    if (index > end) parts.push({ text: text.slice(end, index), replaced: false });
    parts.push({ text: signOf(character), replaced: true });
    end = index + character.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), replaced: false });
  return parts;
}

/** A hidden character in a text, and the sign that stands for it. */
export interface HiddenPlace {
  readonly at: number;
  readonly length: number;
  readonly sign: string;
}

/** The characters without a visible shape, in order, except for tabs. */
export function hiddenPlaces(text: string): HiddenPlace[] {
  if (PLAIN.test(text)) return [];
  return Array.from(text.matchAll(invisiblePattern()), ({ 0: character, index }) => ({
    at: index,
    length: character.length,
    sign: signOf(character),
  })).filter(({ at }) => text[at] !== '\t');
}

/**
 * Maps offsets of a text to offsets of `makeVisible(text)`.
 * @param offsets in ascending order, none inside a surrogate pair
 */
export function visibleOffsets(text: string, offsets: readonly number[]): number[] {
  const found = text.matchAll(invisiblePattern());
  let next = found.next();
  let growth = 0;
  return offsets.map((offset) => {
    for (; !next.done && next.value.index < offset; next = found.next())
      growth += signOf(next.value[0]).length - next.value[0].length;
    return offset + growth;
  });
}
