import { compare, rangeInLine, type Position, type Text } from '../syntax/range.ts';
import { everyBlock } from '../syntax/everyBlock.ts';
import { VARIABLE_NAME, type Reference } from '../syntax/template.ts';
import type { Directive, RequestFile } from '../syntax/tree.ts';
import { templatesOf } from './templatesOf.ts';

/** A place where a file gives a name its value. */
export interface Definition {
  /** `capture`: from a message that is received. */
  readonly by: 'variable' | 'capture';
  readonly name: Text;
}

/** Every `@name = value` and `# @capture name = subject`, in the order of the file. */
export function definitionsIn(file: RequestFile): Definition[] {
  const variables = file.variables.map(({ name }): Definition => ({ by: 'variable', name }));
  const captures = everyBlock(file).flatMap(({ steps }) =>
    steps.flatMap(({ directives }) => directives.flatMap((directive) => captureOf(directive) ?? [])),
  );
  return [...variables, ...captures].sort((a, b) => compare(a.name.range.start, b.name.range.start));
}

/** Every `{{name}}` without the dynamic `{{$name}}`, in no particular order. */
export function referencesIn(file: RequestFile): Reference[] {
  return [...templatesOf(file)].flatMap(({ parts }) =>
    parts.flatMap((part) => (typeof part === 'string' || part.name.text.startsWith('$') ? [] : part)),
  );
}

/** The name at a place, whether it is defined or used there. */
export function nameAt(file: RequestFile, at: Position): Text | undefined {
  const covers = ({ range }: Text): boolean => compare(range.start, at) <= 0 && compare(at, range.end) <= 0;
  return (
    definitionsIn(file).find(({ name }) => covers(name))?.name ??
    referencesIn(file).find(({ name }) => covers(name))?.name
  );
}

/** All places where a name is defined or used, which a rename changes. In file order. */
export function occurrencesOf(file: RequestFile, name: string): Text[] {
  return [...definitionsIn(file), ...referencesIn(file)]
    .map((node) => node.name)
    .filter(({ text }) => text === name)
    .sort((a, b) => compare(a.range.start, b.range.start));
}

/**
 * The definitions of `{{name}}` at a place, the likeliest first: the captures above it in its request, then the last
 * definition above it, or else the first below. Empty if the file does not define it.
 */
export function definitionsOf(file: RequestFile, name: string, at: Position): Definition[] {
  const all = definitionsIn(file).filter((definition) => definition.name.text === name);
  const request = everyBlock(file).find(
    ({ range }) => compare(range.start, at) <= 0 && compare(at, range.end) <= 0,
  );
  const captures = all.filter(
    ({ by, name: { range } }) =>
      by === 'capture' &&
      request !== undefined &&
      compare(request.range.start, range.start) <= 0 &&
      range.start.line < at.line,
  );
  const variables = all.filter(({ by }) => by === 'variable');
  const above = variables.filter((definition) => definition.name.range.start.line < at.line).at(-1);
  return [...captures.reverse(), ...[above ?? variables[0]].filter((found) => found !== undefined)];
}

/** Why a variable cannot have a name, with the remedy; undefined if it can. */
export function invalidVariableName(name: string): string | undefined {
  if (VARIABLE_NAME.test(name)) return undefined;
  return `“${name.slice(0, 40)}” is not a name of a variable: start with a letter or _, and use letters, digits, _, - and dots.`;
}

function captureOf({ name, argument }: Directive): Definition | undefined {
  const [text] = argument?.parts ?? [];
  if (name.text !== 'capture' || !argument || typeof text !== 'string') return undefined;
  const captured = /^([^\s=]+)\s*=/.exec(text)?.[1];
  if (captured === undefined || !VARIABLE_NAME.test(captured)) return undefined;
  const { line, character } = argument.range.start;
  return {
    by: 'capture',
    name: { text: captured, range: rangeInLine(line, character, character + captured.length) },
  };
}
