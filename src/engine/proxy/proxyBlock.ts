import { proxyPlan } from '../../core/request/plan/proxyPlan.ts';
import type { PlacedRequest, RunPorts } from '../../core/request/run/runPorts.ts';
import type { Problem } from '../../core/request/syntax/diagnostic.ts';
import type { Scope } from '../../core/request/variables/scope.ts';
import { resolvePaths } from '../../core/session/options/connectOptions.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { ProxyOptions } from './recordingProxy.ts';

/** The values and files of blocks that listen. */
export interface BlockSources {
  /** Values of a block, and a new scope for each of its connections: what was made once stays what it is. */
  readonly variables: (
    placed: PlacedRequest,
  ) => Promise<
    { readonly scope: Scope; readonly fresh: () => Scope } | { readonly problems: readonly Problem[] }
  >;
  readonly ports: RunPorts;
}

/**
 * Prepares the proxy of a `PROXY` block.
 * @param resolvePath makes a path of the file absolute
 * @throws DuplexError `file.invalid` for a block that cannot be used
 */
export async function proxyOfBlock(
  placed: PlacedRequest,
  { variables, ports }: BlockSources,
  resolvePath: (path: string) => string,
): Promise<Pick<ProxyOptions, 'target' | 'host' | 'port' | 'options' | 'rules'>> {
  if (placed.request.error) throw blockProblem(placed.request.error);
  const values = await variables(placed);
  if ('problems' in values) throw blockProblem(values.problems[0]);
  const planned = proxyPlan(placed.request, values.scope);
  if ('problems' in planned) throw blockProblem(planned.problems[0]);
  const { host, port, options, faults } = planned.plan;
  return {
    host,
    port,
    target: options.url,
    options: resolvePaths(options, resolvePath),
    rules: { faults, ports, uri: placed.uri },
  };
}

/** An error for the first problem of a block. */
export function blockProblem(problem: Pick<Problem, 'message' | 'range'> | undefined): DuplexError {
  const { range, message } = problem ?? {};
  return new DuplexError(
    'file.invalid',
    `Line ${(range?.start.line ?? 0) + 1}: ${message ?? 'the values of the block are not known.'}`,
  );
}
