import { requestTemplates } from '../variables/requestTemplates.ts';
import type { Template } from '../syntax/template.ts';
import type { RequestFile } from '../syntax/tree.ts';

/** Every text of a file in which values are filled in, in no order that matters. */
export function* templatesOf({ variables, requests }: RequestFile): Generator<Template> {
  for (const { value } of variables) yield value;
  for (const request of requests) {
    yield* requestTemplates(request);
    for (const comment of request.comments)
      if (comment.kind === 'directive' && comment.argument) yield comment.argument;
  }
}
