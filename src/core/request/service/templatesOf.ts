import { argumentsOf, ownTemplates } from '../variables/requestTemplates.ts';
import { everyBlock } from '../syntax/everyBlock.ts';
import type { Template } from '../syntax/template.ts';
import type { RequestFile } from '../syntax/tree.ts';

/** Every text of a file in which values are filled in, in no particular order. */
export function* templatesOf(file: RequestFile): Generator<Template> {
  const { variables, defaults } = file;
  for (const { value } of variables) yield value;
  if (defaults) yield* argumentsOf(defaults.directives);
  for (const request of everyBlock(file)) {
    yield* ownTemplates(request);
    // Below a PROXY line, they are among the directives.
    for (const comment of request.listen ? [] : request.comments)
      if (comment.kind === 'directive' && comment.argument) yield comment.argument;
  }
}
