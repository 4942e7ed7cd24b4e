import type { Template } from '../syntax/template.ts';
import type { Directive, Request } from '../syntax/tree.ts';

/** Every text of a request in which a run fills in values, those of the defaults first. */
export function* requestTemplates(request: Request): Generator<Template> {
  if (request.defaults) yield* argumentsOf(request.defaults.directives);
  yield* ownTemplates(request);
}

/** Every such text of the request itself, without the defaults, in file order. */
export function* ownTemplates({ directives, listen, target, headers, steps }: Request): Generator<Template> {
  yield* argumentsOf(directives);
  if (listen) yield listen;
  yield target.url;
  for (const { value } of headers) yield value;
  for (const step of steps) {
    yield* argumentsOf(step.directives);
    if (step.payload) yield step.payload.kind === 'text' ? step.payload.text : step.payload.path;
  }
}

export function* argumentsOf(directives: readonly Directive[]): Generator<Template> {
  for (const { argument } of directives) if (argument) yield argument;
}
