import type { Range } from '../range.ts';
import type { RequestFile } from '../tree.ts';
import { checkingScopes } from './checkingScopes.ts';
import type { Surroundings } from './surroundings.ts';

export interface ReferencedFile {
  /** As it is written, variables filled in: relative to the folder of the request file, or absolute. */
  readonly path: string;
  readonly range: Range;
}

/** The files that requests send or compare with, as far as their names are known before a run. */
export function referencedFiles(file: RequestFile, surroundings: Surroundings): ReferencedFile[] {
  const scopes = checkingScopes(file.variables, surroundings);
  return file.requests.flatMap((request) => {
    const { scope } = scopes.of(request);
    const schemas = [request, ...request.steps].flatMap(({ directives }) =>
      directives.flatMap(({ condition }) =>
        condition?.operator?.text === 'schema' && condition.value ? [condition.value] : [],
      ),
    );
    const payloads = request.steps.flatMap(({ payload }) => (payload?.kind === 'file' ? [payload.path] : []));
    return [...payloads, ...schemas].flatMap((template) => {
      const resolved = scope.resolve(template);
      return 'text' in resolved ? [{ path: resolved.text, range: template.range }] : [];
    });
  });
}
