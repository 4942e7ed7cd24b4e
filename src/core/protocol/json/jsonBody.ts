import { describeJsonProblem } from '../../format/formatMessage.ts';
import { createJsonScanner } from '../../format/jsonScanner.ts';
import { textPlace } from '../../format/textMessage.ts';
import type { EncodeProblem } from '../verb.ts';

/** The type that the body of a verb must have. */
export type JsonShape = 'any' | 'object' | 'array' | 'container';

const SHAPES: Readonly<Record<JsonShape, { readonly first: RegExp; readonly word: string }>> = {
  any: { first: /^/, word: 'a JSON value' },
  object: { first: /^\{/, word: 'a JSON object' },
  array: { first: /^\[/, word: 'a JSON array' },
  container: { first: /^[[{]/, word: 'a JSON array or object' },
};

/** The JSON text of a body, trimmed. It is checked but not rewritten, so its spelling is kept. */
export function jsonBody(body: string, verb: string, shape: JsonShape = 'any'): string | EncodeProblem {
  const text = body.trim();
  const bytes = new TextEncoder().encode(text);
  const scanner = createJsonScanner(bytes, () => undefined);
  while (!scanner.step(bytes.length + 1));
  if (scanner.problem) {
    const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      bytes.subarray(0, scanner.problem.at),
    );
    const where = textPlace(text, before.length);
    return {
      problem: `The payload of @${verb} is ${describeJsonProblem(scanner.problem, where).replace(/^Not/, 'not')}`,
    };
  }
  const { first, word } = SHAPES[shape];
  return first.test(text) ? text : { problem: `The payload of @${verb} must be ${word}.` };
}

export function isEncodeProblem(value: unknown): value is EncodeProblem {
  return typeof value === 'object' && value !== null && 'problem' in value;
}
