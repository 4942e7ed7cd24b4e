import type { GivenOptions } from '../../session/options/connectOptions.ts';
import { excerpt } from '../../text/excerpt.ts';
import type { Problem } from '../syntax/diagnostic.ts';
import type { Request } from '../syntax/tree.ts';
import type { Scope } from '../variables/scope.ts';
import { PROXY_OPTIONS } from './directives.ts';
import { faultPlan, type FaultPlan } from './faultPlan.ts';
import { listenTls, type ListenTls } from './listenTls.ts';
import { requestOptions } from './requestOptions.ts';
import { invalidServerUrl, portOf } from './serverPlan.ts';
import type { Planned } from './stepPlan.ts';
import { protocolArgument } from './stepVerb.ts';

/** Where a `PROXY` block listens, what it connects to, and what it does to the messages between. */
export interface ProxyPlan {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** TLS of the listening side; undefined: without TLS. */
  readonly tls: ListenTls | undefined;
  /** The options for connecting to the target; `headers` replace those of the client with the same names. */
  readonly options: GivenOptions;
  readonly faults: readonly FaultPlan[];
}

const NOT_OF_HOST =
  'A proxy listens at a ws:// or wss:// URL: write it as in PROXY ws://127.0.0.1:8081 -> wss://host/path.';

/** The proxy of a block, its variables filled in and everything checked. */
export function proxyPlan(request: Request, scope: Scope): Planned<ProxyPlan> {
  const { defaults, listen, directives } = request;
  // The defaults describe requests. Only those that say how to reach a server apply to a proxy.
  const shared = defaults?.directives.filter(({ name }) => PROXY_OPTIONS.has(name.text));
  const given = requestOptions({ ...request, ...(shared && { defaults: { directives: shared } }) }, scope);
  const problems: Problem[] = 'problems' in given ? [...given.problems] : [];
  const faults: FaultPlan[] = [];
  for (const { fault } of directives) {
    const planned = fault && faultPlan(fault, scope, protocolArgument(request) !== undefined);
    if (planned && 'problems' in planned) problems.push(...planned.problems);
    else if (planned) faults.push(planned.plan);
  }
  const resolved = listen && scope.resolve(listen);
  if (resolved && 'problems' in resolved) problems.push(...resolved.problems);
  const written = resolved && 'text' in resolved ? resolved.text : undefined;
  const problem = written === undefined ? undefined : invalidListenUrl(written);
  if (problem !== undefined) problems.push({ code: 'url.invalid', range: listen!.range, message: problem });
  const tls = listenTls(request, problem === undefined ? written : undefined, scope);
  if ('problems' in tls) problems.push(...tls.problems);
  if (problems.length > 0 || written === undefined || 'problems' in given || 'problems' in tls)
    return { problems };
  const url = new URL(written);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { plan: { host, port: portOf(url), tls: tls.tls, options: given.options, faults } };
}

function invalidListenUrl(url: string): string | undefined {
  const problem = invalidServerUrl(url, NOT_OF_HOST);
  if (problem !== undefined) return problem;
  const { pathname } = new URL(url);
  return pathname === '/'
    ? undefined
    : `A proxy listens for clients of any path: leave out ${excerpt(pathname)}. The path of the target replaces that of the client.`;
}
