import type { Problem } from '../syntax/diagnostic.ts';
import type { Range } from '../syntax/range.ts';
import type { Scope } from '../variables/scope.ts';
import { scanText, type TemplatePart } from '../syntax/template.ts';
import type { Step } from '../syntax/tree.ts';

/**
 * The message that a step sends. The runner reads the file; a relative path is resolved against the request file's
 * folder.
 */
export type StepMessage =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly as: 'binary' | 'text'; readonly path: string; readonly range: Range }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** The parts of a text, or one sentence that says what is wrong with them. */
export type Converted = { readonly parts: readonly TemplatePart[] } | { readonly problem: string };

/**
 * The message of a step, variables filled in. The text of a `file` sent as text goes through `fileText` after it is
 * read.
 */
export function stepMessage(step: Pick<Step, 'payload'>, scope: Scope): StepMessage {
  const { payload } = step;
  if (!payload) return { kind: 'nothing' };
  const resolved = scope.resolve(payload.kind === 'text' ? payload.text : payload.path);
  if ('problems' in resolved) return { kind: 'problems', problems: resolved.problems };
  if (payload.kind === 'text') return { kind: 'text', text: resolved.text };
  return { kind: 'file', as: payload.as, path: resolved.text, range: payload.range };
}

/**
 * The text of a file that `<@` names, with the variables that apply at that line.
 * @param range the line that names the file; problems are reported there
 * @param convert applied to the literal text before values are filled in
 */
export function fileText(
  text: string,
  range: Range,
  scope: Scope,
  convert: (parts: readonly TemplatePart[]) => Converted = (parts) => ({ parts }),
): { readonly text: string } | { readonly problems: readonly Problem[] } {
  const { parts, problems } = scanText(text);
  if (problems.length > 0) return { problems: problems.map((problem) => ({ ...problem, range })) };
  const converted = convert(parts);
  if ('problem' in converted)
    return { problems: [{ code: 'payload.encoding', range, message: converted.problem }] };
  return scope.resolve({ parts: converted.parts, range }, range);
}
