import { compare, type Range } from '../syntax/range.ts';
import type { Directive, RequestFile } from '../syntax/tree.ts';
import { definitionsIn } from './names.ts';
import { templatesOf } from './templatesOf.ts';

/** The token types by their standard names; a client maps them to colours. */
export const TOKEN_TYPES = [
  'namespace',
  'keyword',
  'string',
  'variable',
  'macro',
  'property',
  'decorator',
] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

export interface SemanticToken {
  /** Within one line. */
  readonly range: Range;
  readonly type: TokenType;
  /** Whether the name gets its value here. */
  readonly isDefinition: boolean;
}

/**
 * Tokens that a line grammar cannot find: names of requests, headers, variables and directives where they have a
 * meaning. Sorted and without overlaps. Payloads keep the colours of their own language, except for the variables in
 * them.
 */
export function semanticTokens(file: RequestFile): SemanticToken[] {
  const tokens: SemanticToken[] = [];
  const add = (range: Range | undefined, type: TokenType, isDefinition = false): void => {
    if (range) tokens.push({ range, type, isDefinition });
  };
  for (const { separator, preamble, request } of file.blocks) {
    add(separator?.title?.range, 'namespace', true);
    for (const node of preamble) if (node.kind === 'directive') add(nameOf(node), 'decorator');
    if (!request) continue;
    add(request.target.keyword?.range, 'keyword');
    if (request.listen)
      for (const node of request.comments) if (node.kind === 'directive') add(nameOf(node), 'decorator');
    for (const { name } of request.headers) add(name.range, 'property');
    for (const step of request.steps) {
      add((step.separator?.wait ?? step.separator?.rule)?.range, 'keyword');
      for (const directive of step.directives) add(nameOf(directive), 'decorator');
    }
  }
  for (const { name } of definitionsIn(file)) add(name.range, 'variable', true);
  for (const { parts } of templatesOf(file))
    for (const part of parts) {
      if (typeof part === 'string') continue;
      add(part.name.range, part.name.text.startsWith('$') ? 'macro' : 'variable');
      add(part.argument?.range, 'string');
    }
  return tokens.sort((a, b) => compare(a.range.start, b.range.start));
}

/** The name including the @. */
function nameOf({ name: { range } }: Directive): Range {
  const { line, character } = range.start;
  return { start: { line, character: Math.max(0, character - 1) }, end: range.end };
}
