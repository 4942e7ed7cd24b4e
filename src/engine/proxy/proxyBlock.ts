import { proxyPlan } from '../../core/request/plan/proxyPlan.ts';
import type { PlacedRequest, StepPorts } from '../../core/request/run/runPorts.ts';
import type { Problem } from '../../core/request/syntax/diagnostic.ts';
import type { Scope } from '../../core/request/variables/scope.ts';
import { resolvePaths } from '../../core/session/options/connectOptions.ts';
import type { ServerCertificate } from '../../serve/serverCertificate.ts';
import { DuplexError } from '../../shared/errors.ts';
import { blockCertificate } from '../serve/blockCertificate.ts';
import type { ProxyOptions } from './recordingProxy.ts';

/** The values and files of blocks that listen. */
export interface BlockSources {
  /**
   * Returns the values of a block, in a new scope for each of its connections. Values that are created once
   * stay the same.
   */
  readonly variables: (
    placed: PlacedRequest,
  ) => Promise<
    { readonly scope: Scope; readonly fresh: () => Scope } | { readonly problems: readonly Problem[] }
  >;
  readonly ports: StepPorts;
}

/** Choices of the caller that override those of the blocks. */
export interface ListenOverrides {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** If absent, each block with TLS uses its own certificate, or one created for its host. */
  readonly certificate?: ServerCertificate | undefined;
  /** Whether blocks with ws:// also listen with TLS. */
  readonly isSecure?: boolean | undefined;
}

/**
 * Prepares the proxy of a `PROXY` block.
 * @param resolvePath makes a path of the file absolute
 * @throws DuplexError `file.invalid` if the block is invalid
 */
export async function proxyOfBlock(
  placed: PlacedRequest,
  { variables, ports }: BlockSources,
  resolvePath: (path: string) => string,
  overrides: ListenOverrides = {},
): Promise<Pick<ProxyOptions, 'target' | 'host' | 'port' | 'certificate' | 'options' | 'rules'>> {
  if (placed.request.error) throw new BlockProblem(placed.request.error);
  const values = await variables(placed);
  if ('problems' in values) throw blockProblem(values.problems);
  const planned = proxyPlan(placed.request, values.scope);
  if ('problems' in planned) throw blockProblem(planned.problems);
  const { tls, options, faults } = planned.plan;
  const { host = planned.plan.host, port = planned.plan.port, isSecure = false } = overrides;
  return {
    host,
    port,
    certificate:
      overrides.certificate ??
      (await blockCertificate(tls ?? (isSecure ? {} : undefined), host, placed.uri, ports)),
    target: options.url,
    options: resolvePaths(options, resolvePath),
    rules: { faults, ports, uri: placed.uri },
  };
}

/** A problem of a block that listens, with its range. */
export class BlockProblem extends DuplexError {
  constructor(readonly problem: Problem) {
    super('file.invalid', `Line ${problem.range.start.line + 1}: ${problem.message}`);
  }
}

/** The reason why a block does not listen, with the block. */
export class ListenProblem extends DuplexError {
  constructor(
    readonly placed: PlacedRequest,
    override readonly cause: DuplexError,
  ) {
    super(cause.code, cause.message, { cause });
  }
}

/** An error for the first problem of a block. */
export function blockProblem([first]: readonly Problem[]): BlockProblem {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  return new BlockProblem(
    first ?? { code: 'variable.unknown', range, message: 'The values of the block are not known.' },
  );
}
