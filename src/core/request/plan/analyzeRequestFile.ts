import { usualPath } from '../../session/options/usualPath.ts';
import { excerpt } from '../../text/excerpt.ts';
import { compileCondition } from '../condition/compileCondition.ts';
import { capturedNames } from '../syntax/capturedNames.ts';
import type { Diagnostic, Problem } from '../syntax/diagnostic.ts';
import { parseRequestFile } from '../syntax/parseRequestFile.ts';
import { compare, contains, type Range } from '../syntax/range.ts';
import { everyBlock, listOf } from '../syntax/everyBlock.ts';
import type { Directive, Request, RequestFile, RequestFileKind } from '../syntax/tree.ts';
import { createCheckingScopes } from '../variables/checkingScopes.ts';
import { NO_ENVIRONMENT_CONTEXT, type EnvironmentContext } from '../variables/environmentContext.ts';
import type { Scope } from '../variables/scope.ts';
import { KNOWN_AT_RUN } from '../variables/value.ts';
import { checkDirectives, createDiagnosticReport, type Report } from './checkDirectives.ts';
import { checkSteps } from './checkStep.ts';
import { requestOptions } from './requestOptions.ts';
import { proxyPlan } from './proxyPlan.ts';
import { checkServerSteps, serverPlan } from './serverPlan.ts';
import { createRehearsal } from './rehearseVerbs.ts';
import { actPlan, takePlan } from './stepPlan.ts';
import { settledProtocol, statedProtocol } from './stepVerb.ts';

/** Reads and checks a request file. Everything that shows or runs one calls this. */
export function analyzeRequestFile(
  source: string,
  kind: RequestFileKind = 'ws',
  environmentContext: EnvironmentContext = NO_ENVIRONMENT_CONTEXT,
): RequestFile {
  return checkRequestFile(parseRequestFile(source, kind), environmentContext);
}

/**
 * Checks the meaning of a tree: each directive alone and against the others, the values of variables, and the
 * URLs, headers and messages that result.
 * @returns the same tree with all diagnostics, and with the first error of each request
 */
function checkRequestFile(file: RequestFile, environmentContext: EnvironmentContext): RequestFile {
  const { kind, blocks, defaults, variables } = file;
  const ofFile: Diagnostic[] = [];
  const ofDefaults: Diagnostic[] = [];
  if (defaults) checkDirectives(defaults.directives, 'defaults', kind, createDiagnosticReport(ofDefaults));
  if (kind === 'ws') reportWithoutTarget(file, createDiagnosticReport(ofFile));

  const scopes = createCheckingScopes(variables, environmentContext);
  const errorOf = (problem: Problem): Diagnostic => ({ severity: 'error', ...problem });
  // In .http files most variables belong to other requests, so only their use in a WebSocket request is checked.
  const problemsEverywhere = scopes.everywhere(everyBlock(file));
  if (kind === 'ws')
    for (const { value } of variables)
      for (const problem of problemsEverywhere(value)) ofFile.push(errorOf(problem));

  const errorsOf = syntaxErrors(file);
  const checked = (request: Request): Request => {
    const found: Diagnostic[] = [];
    const report = createDiagnosticReport(found);
    const isServer = request.role === 'server';
    const place = request.listen ? 'proxy' : isServer ? 'server' : 'request';
    checkDirectives(request.directives, place, kind, report);
    if (!request.listen) checkDirectives(directivesAmong(request.comments), 'headers', kind, report);
    const { scope: shared, environment, problem } = scopes.of(request);
    for (const step of request.steps) checkDirectives(directivesAmong(step.asides), 'payload', kind, report);
    checkSteps(request, kind, report, statedProtocol(request, shared));
    if (isServer) checkServerSteps(request, report);
    const known = [...errorsOf.get(request)!, ...ofDefaults, ...found].filter(isError);
    known.sort((a, b) => compare(a.range.start, b.range.start));
    // The line could not be read, and any further problem on it has the same cause.
    const malformed = new Set(known.map(({ range }) => range.start.line));
    const scope = capturedNames(request).length > 0 ? scopes.own(environment) : shared;
    const insecure = insecureConnection(request, scope);
    if (insecure) report('warning', 'tls.insecure', insecure.range, insecure.message);
    const own = requestProblems(request, scope, (path) =>
      report(
        'warning',
        'url.path',
        request.target.url.range,
        `The URL has no path, and servers of Socket.IO listen at ${path}: add it, or the path of your server.`,
      ),
    );
    const problems = [...(problem ? [problem] : []), ...own].filter(
      ({ range }) => !malformed.has(range.start.line),
    );
    // A loop, because spreading the problems as arguments may overflow the stack.
    for (const diagnostic of [...found, ...problems.map(errorOf)]) ofFile.push(diagnostic);
    return { ...request, error: asProblem(known[0]) ?? problems[0] };
  };
  const requests = file.requests.map(checked);
  const servers = file.servers.map(checked);
  const proxies = file.proxies.map(checked);
  const lists = { requests, servers, proxies };
  for (const named of Object.values(lists)) reportSameNames(named, createDiagnosticReport(ofFile));
  return {
    ...file,
    blocks: blocks.map(({ request, ...block }) => ({
      ...block,
      request: request && lists[listOf(request)][request.index],
    })),
    ...lists,
    diagnostics: sortedOnce([...file.diagnostics, ...ofDefaults, ...ofFile]),
  };
}

/** In file order. A problem of the defaults is reported once, not for each request. */
function sortedOnce(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const sorted = [...diagnostics].sort((a, b) => compare(a.range.start, b.range.start));
  let line = -1;
  let said = new Set<string>();
  return sorted.filter(({ code, message, range }) => {
    if (range.start.line !== line) {
      line = range.start.line;
      said = new Set();
    }
    const key = JSON.stringify([code, range, message]);
    if (said.has(key)) return false;
    said.add(key);
    return true;
  });
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Syntax errors by the request, server or proxy whose block holds them. */
function syntaxErrors(file: RequestFile): ReadonlyMap<Request, readonly Diagnostic[]> {
  const errors = file.diagnostics.filter(isError);
  const found = new Map<Request, Diagnostic[]>();
  let next = 0;
  for (const request of everyBlock(file)) {
    const { range } = request;
    const own: Diagnostic[] = [];
    while (next < errors.length && compare(errors[next]!.range.start, range.start) < 0) next++;
    while (next < errors.length && contains(range, errors[next]!.range)) own.push(errors[next++]!);
    found.set(request, own);
  }
  return found;
}

function directivesAmong(nodes: readonly { readonly kind: string }[]): Directive[] {
  return nodes.filter((node): node is Directive => node.kind === 'directive');
}

/** Reports directives in a block without a target. */
function reportWithoutTarget({ blocks, kind }: RequestFile, report: Report): void {
  for (const [index, { request, preamble, isForeign }] of blocks.entries()) {
    if (request) continue;
    const directives = directivesAmong(preamble);
    if (index === 0 && !isForeign) continue;
    checkDirectives(directives, 'request', kind, report);
    const [directive] = directives;
    // The parser has already reported a line that was meant to be the target.
    if (directive && !isForeign)
      report(
        'error',
        'target.expected',
        directive.range,
        'A directive belongs to a request, and this block has none: write a target such as WEBSOCKET ws://host/path below it. Directives for all requests belong in the first block of the file.',
      );
  }
}

function asProblem(diagnostic: Diagnostic | undefined): Problem | undefined {
  return diagnostic && { code: diagnostic.code, message: diagnostic.message, range: diagnostic.range };
}

/** Reports each place that switches off certificate verification of an encrypted connection. */
function insecureConnection(
  { target, directives, defaults }: Request,
  scope: Scope,
): { readonly range: Range; readonly message: string } | undefined {
  const own = [...directives, ...(defaults?.directives ?? [])].find(({ name }) => name.text === 'insecure');
  if (!own && !scope.tls?.insecure) return undefined;
  const [scheme] = target.url.parts;
  if (typeof scheme === 'string' && /^ws:/i.test(scheme)) return undefined;
  const risk = 'anyone on the network path can read and change the messages';
  if (own) return { range: own.range, message: `The certificate of the server is not verified: ${risk}.` };
  return {
    range: target.keyword?.range ?? target.url.range,
    message: `The certificate of the server is not verified, because ${scope.tls!.fileName} says verifyHostCertificate: false: ${risk}.`,
  };
}

/** @param offer called with the usual path of the named protocol if the URL has none */
function requestProblems(request: Request, scope: Scope, offer: (path: string) => void): Problem[] {
  const problems: Problem[] = [];
  const add = (result: object): void => {
    for (const problem of problemsOf(result)) problems.push(problem);
  };
  const given = request.listen
    ? proxyPlan(request, scope)
    : request.role === 'server'
      ? serverPlan(request, scope)
      : requestOptions(request, scope);
  add(given);
  const path = 'options' in given ? usualPath(given.options) : undefined;
  if (path !== undefined) offer(path);
  for (const { condition } of request.directives) if (condition) add(compileCondition(condition, scope));
  const stepProtocol = settledProtocol(statedProtocol(request, scope));
  const rehearsal = stepProtocol && createRehearsal(stepProtocol, urlOf(given));
  for (const step of request.steps) {
    add(takePlan(step, scope));
    for (const { capture } of step.directives) if (capture) scope.capture(capture.name.text, KNOWN_AT_RUN);
    const planned = actPlan(step, scope, stepProtocol);
    add(planned);
    if (rehearsal) add(rehearsal(step, planned));
  }
  return problems;
}

function urlOf(given: ReturnType<typeof serverPlan | typeof proxyPlan | typeof requestOptions>): string {
  if ('problems' in given) return '';
  return 'plan' in given ? given.plan.options.url : given.options.url;
}

function problemsOf(result: object): readonly Problem[] {
  return 'problems' in result ? (result.problems as readonly Problem[]) : [];
}

function reportSameNames(requests: readonly Request[], report: Report): void {
  const first = new Map<string, Range>();
  for (const { name } of requests) {
    if (!name) continue;
    const other = first.get(name.text);
    if (!other) first.set(name.text, name.range);
    else
      report(
        'warning',
        'name.duplicate',
        name.range,
        `${excerpt(name.text)} is also the name of the request in line ${other.start.line + 1}: rename one of them.`,
      );
  }
}
