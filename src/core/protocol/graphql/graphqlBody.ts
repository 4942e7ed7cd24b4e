import type { EncodeProblem } from '../verb.ts';
import { isEncodeProblem, jsonBody } from '../json/jsonBody.ts';

// Skips comments and finds the name of the operation. The server validates the document.
const OPERATION = /^\s*(?:#[^\n]*\n\s*)*(query|mutation|subscription)\s+([A-Za-z_]\w*)/;
const FIRST_FIELD = /\{\s*(?:[A-Za-z_]\w*\s*:\s*)?([A-Za-z_]\w*)/;

/** The name of an operation, or else of its first field. */
export function operationName(document: string): string {
  const head = document.slice(0, 4096);
  return OPERATION.exec(head)?.[2] ?? FIRST_FIELD.exec(head)?.[1] ?? '';
}

/** The payload of `subscribe` as JSON text: `query` and `variables`, which keep their spelling. */
export function graphqlPayload(body: string): string | EncodeProblem {
  const { document, variables } = splitBody(body);
  if (document.trim() === '')
    return { problem: 'The payload of @subscribe is a GraphQL document, and it is empty.' };
  const name = OPERATION.exec(document)?.[2];
  const members = [`"query":${JSON.stringify(document)}`];
  if (variables !== undefined) members.push(`"variables":${variables}`);
  if (name !== undefined) members.push(`"operationName":${JSON.stringify(name)}`);
  return `{${members.join(',')}}`;
}

/** The last paragraph holds the variables if it is a JSON object. */
function splitBody(body: string): { readonly document: string; readonly variables: string | undefined } {
  const text = body.trim();
  for (const { index, 0: gap } of [...text.matchAll(/\n[ \t]*\n\s*/g)].reverse()) {
    const rest = text.slice(index + gap.length);
    if (!rest.startsWith('{')) continue;
    const variables = jsonBody(rest, 'subscribe', 'object');
    if (!isEncodeProblem(variables)) return { document: text.slice(0, index), variables };
  }
  return { document: text, variables: undefined };
}
