import { isPem } from '../../session/options/connectOptions.ts';
import { OPTION_ENTRIES } from '../../session/options/optionTable.ts';
import { everyBlock } from '../syntax/everyBlock.ts';
import type { Range } from '../syntax/range.ts';
import type { RequestFile } from '../syntax/tree.ts';
import { createCheckingScopes } from './checkingScopes.ts';
import type { EnvironmentContext } from './environmentContext.ts';

export interface ReferencedFile {
  /** As written, variables filled in: relative to the folder of the request file, or absolute. */
  readonly path: string;
  readonly range: Range;
}

/** Directives whose argument is a file name: those of certificates. */
const PATH_DIRECTIVES: ReadonlySet<string> = new Set(
  OPTION_ENTRIES.filter(([, { kind }]) => kind === 'path' || kind === 'paths').map(([, { name }]) => name),
);

/** The files that requests and servers send, compare with or use to connect, if their names are known before a run. */
export function referencedFiles(file: RequestFile, environmentContext: EnvironmentContext): ReferencedFile[] {
  const scopes = createCheckingScopes(file.variables, environmentContext);
  return everyBlock(file).flatMap((request) => {
    const { scope } = scopes.of(request);
    const schemas = [request, ...request.steps].flatMap(({ directives }) =>
      directives.flatMap(({ condition }) =>
        condition?.operator?.text === 'schema' && condition.value ? [condition.value] : [],
      ),
    );
    const payloads = request.steps.flatMap(({ payload }) => (payload?.kind === 'file' ? [payload.path] : []));
    const certificates = request.directives.flatMap(({ name, argument }) =>
      argument && PATH_DIRECTIVES.has(name.text) ? [argument] : [],
    );
    return [...certificates, ...payloads, ...schemas].flatMap((template) => {
      const resolved = scope.resolve(template);
      if (!('text' in resolved) || resolved.text === '' || isPem(resolved.text)) return [];
      return [{ path: resolved.text, range: template.range }];
    });
  });
}
