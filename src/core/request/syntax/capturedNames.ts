import type { Request } from './tree.ts';

/** The names that the steps of a request capture, in order; a name may occur several times. */
export function capturedNames({ steps }: Pick<Request, 'steps'>): string[] {
  return steps.flatMap(({ directives }) => directives.flatMap(({ capture }) => capture?.name.text ?? []));
}
