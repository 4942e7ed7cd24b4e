import type { Request } from './tree.ts';

/** The names that the steps of a request give values, in order; one may come several times. */
export function capturedNames({ steps }: Pick<Request, 'steps'>): string[] {
  return steps.flatMap(({ directives }) => directives.flatMap(({ capture }) => capture?.name.text ?? []));
}
