import { isUnixUrl } from '../../session/options/url.ts';
import type { GivenOptions } from '../../session/options/connectOptions.ts';
import { invalidUrl } from '../../session/options/validate.ts';
import { excerpt } from '../../text/excerpt.ts';
import type { Problem } from '../syntax/diagnostic.ts';
import type { Range } from '../syntax/range.ts';
import type { Request, Step } from '../syntax/tree.ts';
import type { Scope } from '../variables/scope.ts';
import type { Report } from './checkDirectives.ts';
import { SERVER_OPTIONS } from './directives.ts';
import { listenTls, type ListenTls } from './listenTls.ts';
import { requestOptions } from './requestOptions.ts';
import type { Planned } from './stepPlan.ts';

/** Where a `SERVE` block listens, and how it answers handshakes. */
export interface ServerPlan {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Without a query, because clients may send any. */
  readonly path: string;
  /** Undefined: it listens without TLS. */
  readonly tls: ListenTls | undefined;
  /** The status that refuses each handshake; undefined: none. */
  readonly status: number | undefined;
  /** `headers` are those of the answer; `subprotocols` are the supported ones, the preferred first. */
  readonly options: GivenOptions;
}

/** The steps of a server: those that each connection runs in order, and the rules that messages fire. */
export interface ServerScript {
  readonly steps: readonly Step[];
  /** Each begins with its `on-message` step. */
  readonly rules: readonly (readonly Step[])[];
}

export function serverScript({ steps }: Pick<Request, 'steps'>): ServerScript {
  const starts = steps.flatMap(({ separator, index }) => (separator?.rule ? [index] : []));
  return {
    steps: steps.slice(0, starts[0] ?? steps.length),
    rules: starts.map((start, at) => steps.slice(start, starts[at + 1])),
  };
}

/** The server of a block, its variables filled in and everything checked. */
export function serverPlan(request: Request, scope: Scope): Planned<ServerPlan> {
  const { defaults } = request;
  // The defaults of a file describe its requests. A server uses only those that apply to both sides.
  const shared = defaults?.directives.filter(({ name }) => SERVER_OPTIONS.has(name.text));
  const given = requestOptions(
    { ...request, ...(shared && { defaults: { directives: shared } }) },
    scope,
    invalidServerUrl,
  );
  const status = statusOf(request, scope);
  const tls = listenTls(request, 'problems' in given ? undefined : given.options.url, scope);
  const problems = [
    ...('problems' in given ? given.problems : []),
    ...('problems' in status ? status.problems : []),
    ...('problems' in tls ? tls.problems : []),
  ];
  if ('problems' in given || 'problems' in status || 'problems' in tls) return { problems };
  const url = new URL(given.options.url);
  return {
    plan: {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: portOf(url),
      path: url.pathname,
      tls: tls.tls,
      status: status.status,
      options: given.options,
    },
  };
}

/** The port of a URL to listen at, by default that of its scheme (RFC 6455, section 3). */
export function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'wss:' ? 443 : 80) : Number(port);
}

/** Whether only programs of this machine reach a host (RFC 1122, section 3.2.1.3; RFC 6761, section 6.3). */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * Why a server cannot listen at a URL. Port 0 is valid here: any free port.
 * @param notOfHost the sentence for a URL without a host
 */
export function invalidServerUrl(
  url: string,
  notOfHost = 'A server listens at a ws:// or wss:// URL: write it as in SERVE ws://127.0.0.1:9000/path.',
): string | undefined {
  const problem = invalidUrl(url.replace(/^(wss?:\/\/[^/?#]*):0(?=[/?]|$)/i, '$1'));
  if (problem !== undefined) return problem;
  if (isUnixUrl(url)) return notOfHost;
  return new URL(url).search === ''
    ? undefined
    : 'The URL of a server has no query: clients may send any, so leave it out.';
}

function statusOf(
  { directives }: Request,
  scope: Scope,
): { readonly status: number | undefined } | { readonly problems: readonly Problem[] } {
  const argument = directives.find(({ name }) => name.text === 'status')?.argument;
  if (!argument) return { status: undefined };
  const resolved = scope.resolve(argument);
  if ('problems' in resolved) return resolved;
  const status = /^[2-5]\d\d$/.test(resolved.text) ? Number(resolved.text) : undefined;
  if (status !== undefined) return { status };
  const message = `${excerpt(resolved.text)} is not a status that refuses a handshake: use 200 to 599, such as 401.`;
  return { problems: [{ code: 'directive.argument', range: argument.range, message }] };
}

/** Directives that only a waiting step may have. */
const OF_WAITS: ReadonlySet<string> = new Set(['within', 'none', 'reply']);

/** Reports parts of a server's steps that contradict each other. */
export function checkServerSteps({ directives, steps }: Request, report: Report): void {
  let ruleLine: number | undefined;
  for (const { separator, directives: said } of steps) {
    if (separator?.rule) ruleLine ??= separator.range.start.line + 1;
    if (separator?.wait && ruleLine !== undefined)
      report(
        'error',
        'step.wait',
        separator.wait.range,
        `Rules come last, and the first one is in line ${ruleLine}: move this wait above it.`,
      );
    if (!separator?.rule) continue;
    for (const { name, range } of said)
      if (OF_WAITS.has(name.text))
        report(
          'error',
          'directive.conflict',
          range,
          `A rule answers every message that matches, so @${name.text} has no effect in it: remove it.`,
        );
  }
  const refused = directives.find(({ name }) => name.text === 'status');
  const beyond = refused && steps.find((step) => step.separator ?? step.directives[0]);
  if (beyond) report('error', 'directive.conflict', rangeOf(beyond), REFUSED);
}

const REFUSED =
  'With @status the handshake is refused, and the text below the headers is the body of the response, so there are no steps: remove this one.';

function rangeOf({ separator, directives, range }: Step): Range {
  return separator?.range ?? directives[0]?.range ?? range;
}
