import type { Problem } from './diagnostic.ts';
import { excerpt } from '../../text/excerpt.ts';
import { rangeInLine, type Range, type Text } from './range.ts';

/** A text with references that values replace. */
export interface Template {
  readonly range: Range;
  /** Two texts never follow each other. */
  readonly parts: readonly TemplatePart[];
}

export type TemplatePart = string | Reference;

/** `{{name}}`, or `{{$name argument}}` for a dynamic value. */
export interface Reference {
  readonly kind: 'reference';
  /** The range includes the braces. */
  readonly range: Range;
  /** Includes the `$` of a dynamic one. */
  readonly name: Text;
  readonly argument: Text | undefined;
}

export interface Scanned {
  readonly parts: readonly TemplatePart[];
  readonly problems: readonly Problem[];
}

export const VARIABLE_NAME = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;

/**
 * Finds the references in one line, or in a piece of one that starts at `character`. An odd number of backslashes
 * before `{{` makes it literal, and the last backslash is removed. An even number stays, so that in a JSON string
 * `\\{{name}}` is a backslash and a value.
 */
export function scanTemplate(text: string, line: number, character = 0): Scanned {
  const parts: TemplatePart[] = [];
  const problems: Problem[] = [];
  let done = 0;
  let search = 0;
  for (;;) {
    let open = text.indexOf('{{', search);
    if (open === -1) break;
    if (isEscaped(text, open, search)) {
      parts.push(text.slice(done, open - 1));
      done = open;
      search = open + 2;
      continue;
    }
    // In {"a":{{{b}}}} the outer braces are JSON's.
    while (text[open + 2] === '{') open++;
    const close = text.indexOf('}}', open);
    if (close === -1) {
      problems.push({
        code: 'variable.unclosed',
        message: 'This {{ is not closed: add }}, or write \\{{ to send the braces themselves.',
        range: rangeInLine(line, character + open, character + open + 2),
      });
      break;
    }
    search = close + 2;
    const reference = scanReference(text.slice(open, search), line, character + open);
    if ('code' in reference) {
      problems.push(reference);
    } else {
      parts.push(text.slice(done, open), reference);
      done = search;
    }
  }
  parts.push(text.slice(done));
  return { parts: joinTexts(parts), problems };
}

/** Finds the references in a text of several lines, whose line ends are kept. */
export function scanText(text: string): Scanned {
  const parts: TemplatePart[] = [];
  const problems: Problem[] = [];
  text.split('\n').forEach((line, number) => {
    const scanned = scanTemplate(line, number);
    if (number > 0) parts.push('\n');
    for (const part of scanned.parts) parts.push(part);
    for (const problem of scanned.problems) problems.push(problem);
  });
  return { parts: joinTexts(parts), problems };
}

/** Joins adjacent texts and drops empty ones. */
export function joinTexts(parts: readonly TemplatePart[]): TemplatePart[] {
  const joined: TemplatePart[] = [];
  let texts: string[] = [];
  const flush = (): void => {
    const text = texts.join('');
    if (text !== '') joined.push(text);
    texts = [];
  };
  for (const part of parts) {
    if (typeof part === 'string') {
      texts.push(part);
    } else {
      flush();
      joined.push(part);
    }
  }
  flush();
  return joined;
}

/** The text of a template without references; undefined if it has some. */
export function literalText(template: Template): string | undefined {
  if (template.parts.length === 0) return '';
  const [only] = template.parts;
  return template.parts.length === 1 && typeof only === 'string' ? only : undefined;
}

function isEscaped(text: string, open: number, least: number): boolean {
  let backslashes = 0;
  while (open - backslashes > least && text[open - backslashes - 1] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

function scanReference(text: string, line: number, character: number): Reference | Problem {
  const range = rangeInLine(line, character, character + text.length);
  const inner = text.slice(2, -2);
  const trimmed = inner.trim();
  const nameLength = trimmed.search(/[\s(]|$/);
  const name = trimmed.slice(0, nameLength);
  const argument = trimmed.slice(nameLength).trim();
  const isDynamic = name.startsWith('$');
  if (!VARIABLE_NAME.test(isDynamic ? name.slice(1) : name) || (!isDynamic && argument !== ''))
    return {
      code: 'variable.expression',
      message: `${excerpt(text)} holds no name of a variable: write {{name}}, or \\{{ to send the braces themselves.`,
      range,
    };
  const nameAt = character + 2 + (inner.length - inner.trimStart().length);
  const argumentAt = nameAt + trimmed.length - argument.length;
  return {
    kind: 'reference',
    range,
    name: { text: name, range: rangeInLine(line, nameAt, nameAt + name.length) },
    argument:
      argument === ''
        ? undefined
        : { text: argument, range: rangeInLine(line, argumentAt, argumentAt + argument.length) },
  };
}
