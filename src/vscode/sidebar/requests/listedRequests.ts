import type { RequestFile } from '../../../core/request/tree.ts';
import type { Template } from '../../../core/request/template.ts';
import { whichRequest } from '../../../core/request/whichRequest.ts';
import { redactUrl } from '../../../core/session/redact.ts';

/** A request as the Requests view lists it. */
export interface ListedRequest {
  /** What commands find it by. */
  readonly which: string | number;
  readonly name: string | undefined;
  /** As it is written, without credentials. */
  readonly url: string;
  /** Why it cannot be run. */
  readonly error: string | undefined;
}

export function listedRequests(file: RequestFile): ListedRequest[] {
  return file.requests.map((request) => {
    const { name, target, error } = request;
    return {
      which: whichRequest(file, request),
      name: name?.text,
      url: redactUrl(written(target.url)),
      error: error && `${error.range.start.line + 1}: ${error.message}`,
    };
  });
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
