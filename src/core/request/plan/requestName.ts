import { maskUrl, maskUrlsIn } from '../../session/secrets/mask.ts';
import type { Template } from '../syntax/template.ts';
import type { Request } from '../syntax/tree.ts';

/**
 * The name of a request wherever it is shown: in reports, the Test Explorer, the Requests view, the outline, titles.
 * Its name, or else its URL as written; credentials are removed from both.
 */
export function requestName({ name, target }: Pick<Request, 'name' | 'target'>): string {
  if (name) return maskUrlsIn(name.text, isReference);
  const url = requestUrl(target.url);
  return url === '' ? 'WEBSOCKET' : url;
}

/** The URL of a target as written, without credentials; references to variables stay. */
export function requestUrl(url: Template): string {
  return maskUrl(writtenText(url), isReference);
}

/** A text as written, its references not filled in. */
export function writtenText({ parts }: Template): string {
  return parts
    .map((part) =>
      typeof part === 'string'
        ? part
        : `{{${[part.name.text, part.argument?.text].filter(Boolean).join(' ')}}}`,
    )
    .join('');
}

/** A reference names a secret and does not reveal it. */
function isReference(value: string): boolean {
  return /^\{\{[^{}]*\}\}$/.test(value);
}
