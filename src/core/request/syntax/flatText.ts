import { rangeInLine, type Range, type Text } from './range.ts';
import type { Reference, Template, TemplatePart } from './template.ts';

/** Stands for a reference. References are known by position, so the character may also occur in the text. */
const REFERENCE = '\uFFFC';

/** A one-line template as a text in which each reference is one character, so that patterns can match it. */
export interface FlatText {
  readonly text: string;
  /** Whether there is a reference between two positions. */
  hasReference(from: number, to: number): boolean;
  range(from: number, to: number): Range;
  /** A piece without references, as it stands in the line. */
  word(from: number, to: number): Text;
  slice(from: number, to: number): Template;
}

/** @param source the line that the template was read from */
export function createFlatText(source: string, template: Template): FlatText {
  const { line } = template.range.start;
  let text = '';
  /** The position in the line of each character of the text, and of the end of the last one. */
  const places: number[] = [];
  const references = new Map<number, Reference>();
  let place = template.range.start.character;
  for (const part of template.parts) {
    if (typeof part === 'string') {
      for (const character of part.split('')) {
        // The backslash that makes braces literal exists only in the line.
        if (source[place] !== character) place++;
        places.push(place++);
      }
      text += part;
    } else {
      references.set(text.length, part);
      places.push(part.range.start.character);
      place = part.range.end.character;
      text += REFERENCE;
    }
  }
  places.push(place);

  const endOf = (to: number): number => {
    const reference = references.get(to - 1);
    return reference ? reference.range.end.character : (places[to - 1] ?? place - 1) + 1;
  };
  const range = (from: number, to: number): Range =>
    rangeInLine(line, places[from] ?? place, to > from ? endOf(to) : (places[from] ?? place));

  return {
    text,
    hasReference: (from, to) => [...references.keys()].some((at) => at >= from && at < to),
    range,
    word(from, to) {
      const at = range(from, to);
      return { text: source.slice(at.start.character, at.end.character), range: at };
    },
    slice(from, to) {
      const parts: TemplatePart[] = [];
      let done = from;
      for (const [at, reference] of references) {
        if (at < from || at >= to) continue;
        if (at > done) parts.push(text.slice(done, at));
        parts.push(reference);
        done = at + 1;
      }
      if (to > done) parts.push(text.slice(done, to));
      return { range: range(from, to), parts };
    },
  };
}
