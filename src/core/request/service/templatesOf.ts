import type { Template } from '../template.ts';
import type { Directive, Payload, Request, RequestFile } from '../tree.ts';

/** Every text of a file in which values are filled in, in the order of the file. */
export function* templatesOf(file: RequestFile): Generator<Template> {
  for (const { preamble, request } of file.blocks) {
    for (const node of preamble) {
      if (node.kind === 'variable') yield node.value;
      else if (node.kind === 'directive') yield* argumentOf(node);
    }
    if (request) yield* templatesOfRequest(request);
  }
}

function* templatesOfRequest({ target, headers, comments, steps }: Request): Generator<Template> {
  yield target.url;
  for (const { value } of headers) yield value;
  for (const comment of comments) if (comment.kind === 'directive') yield* argumentOf(comment);
  for (const { directives, payload } of steps) {
    for (const directive of directives) yield* argumentOf(directive);
    if (payload) yield templateOf(payload);
  }
}

function* argumentOf({ argument }: Directive): Generator<Template> {
  if (argument) yield argument;
}

function templateOf(payload: Payload): Template {
  return payload.kind === 'text' ? payload.text : payload.path;
}
