import type { Template } from '../syntax/template.ts';

/** A text as it is written, its references not filled in. */
export function writtenText({ parts }: Template): string {
  return parts
    .map((part) =>
      typeof part === 'string'
        ? part
        : `{{${[part.name.text, part.argument?.text].filter(Boolean).join(' ')}}}`,
    )
    .join('');
}
