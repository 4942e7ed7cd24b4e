import { printRequest } from '../request/print/printRequest.ts';
import type { ImportedRequest } from './imported.ts';

/**
 * Writes imported requests as one request file. Comments above each request list the parts that could not be converted.
 */
export function printImported(requests: readonly ImportedRequest[]): {
  readonly text: string;
  /** Names that the text refers to as `{{$secret name}}`. */
  readonly secrets: readonly string[];
} {
  const secrets = new Set<string>();
  const texts = requests.map(({ left, ...request }) => {
    const printed = printRequest({ ...request, base: {}, notes: left, hasReferences: true });
    for (const name of printed.secrets.keys()) secrets.add(name);
    return printed.text;
  });
  return { text: texts.join('\n'), secrets: [...secrets] };
}
