import type { RequestFile } from '../../../core/request/tree.ts';
import type { Template } from '../../../core/request/template.ts';
import { redactUrl } from '../../../core/session/redact.ts';

/** A request as the Requests view lists it. */
export interface ListedRequest {
  /** Its name where no other request of the file has it, else its place from 0: what commands find it by. */
  readonly which: string | number;
  readonly name: string | undefined;
  /** As it is written, without credentials. */
  readonly url: string;
  /** Why it cannot be run. */
  readonly error: string | undefined;
}

export function listedRequests({ requests }: RequestFile): ListedRequest[] {
  const counts = new Map<string, number>();
  for (const { name } of requests) if (name) counts.set(name.text, (counts.get(name.text) ?? 0) + 1);
  return requests.map(({ index, name, target, error }) => ({
    which: name && counts.get(name.text) === 1 ? name.text : index,
    name: name?.text,
    url: redactUrl(written(target.url)),
    error: error && `${error.range.start.line + 1}: ${error.message}`,
  }));
}

function written({ parts }: Template): string {
  return parts
    .map((part) =>
      typeof part === 'string'
        ? part
        : `{{${[part.name.text, part.argument?.text].filter(Boolean).join(' ')}}}`,
    )
    .join('');
}
