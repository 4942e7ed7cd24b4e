import { capturedNames } from '../syntax/capturedNames.ts';
import { compileCondition } from '../condition/compileCondition.ts';
import type { Diagnostic, Problem } from '../syntax/diagnostic.ts';
import { excerpt } from '../../text/excerpt.ts';
import type { Range } from '../syntax/range.ts';
import { requestOptions } from './requestOptions.ts';
import type { Scope } from '../variables/scope.ts';
import { checkingScopes } from '../variables/checkingScopes.ts';
import type { EnvironmentContext } from '../variables/environmentContext.ts';
import { actPlan, lookPlan } from './stepPlan.ts';
import type { FileVariable, Request, RequestFileKind } from '../syntax/tree.ts';
import { LATER } from '../variables/values.ts';

/** A request as it was read, and what was reported while it was. */
export interface DraftRequest {
  readonly request: Omit<Request, 'index' | 'error'>;
  readonly found: readonly Diagnostic[];
}

/** Checks what takes the whole file to know: values of variables, and what they make of URLs, headers and directives. */
export function checkRequests(
  drafts: readonly DraftRequest[],
  variables: readonly FileVariable[],
  kind: RequestFileKind,
  environmentContext: EnvironmentContext,
): { readonly requests: readonly Request[]; readonly diagnostics: readonly Diagnostic[] } {
  const scopes = checkingScopes(variables, environmentContext);
  const diagnostics: Diagnostic[] = [];
  const reportError = (problem: Problem): void => void diagnostics.push({ severity: 'error', ...problem });

  // In .http files most variables are other requests' business: there only their use in a request of ours counts.
  const problemsEverywhere = scopes.everywhere(drafts.map(({ request }) => request));
  if (kind === 'ws') for (const { value } of variables) problemsEverywhere(value).forEach(reportError);
  const requests = drafts.map(({ request, found }, index): Request => {
    const errors = found.filter(({ severity }) => severity === 'error');
    // A line that could not be read: whatever else is wrong with it is the same mistake.
    const malformed = new Set(errors.map(({ range }) => range.start.line));
    const { scope: shared, environment, problem } = scopes.of(request);
    const scope = capturedNames(request).length > 0 ? scopes.own(environment) : shared;
    const problems = [...(problem ? [problem] : []), ...requestProblems(request, scope)].filter(
      ({ range }) => !malformed.has(range.start.line),
    );
    problems.forEach(reportError);
    return { ...request, index, error: asProblem(errors[0]) ?? problems[0] };
  });
  reportSameNames(requests, diagnostics);
  return { requests, diagnostics };
}

function asProblem(diagnostic: Diagnostic | undefined): Problem | undefined {
  return diagnostic && { code: diagnostic.code, message: diagnostic.message, range: diagnostic.range };
}

function requestProblems(request: DraftRequest['request'], scope: Scope): Problem[] {
  const problems = [...problemsOf(requestOptions(request, scope))];
  const add = (result: object): void => {
    for (const problem of problemsOf(result)) problems.push(problem);
  };
  for (const { condition } of request.directives) if (condition) add(compileCondition(condition, scope));
  for (const step of request.steps) {
    add(lookPlan(step, scope));
    for (const { capture } of step.directives) if (capture) scope.capture(capture.name.text, LATER);
    add(actPlan(step, scope));
  }
  return problems;
}

function problemsOf(result: object): readonly Problem[] {
  return 'problems' in result ? (result.problems as readonly Problem[]) : [];
}

function reportSameNames(requests: readonly Request[], diagnostics: Diagnostic[]): void {
  const first = new Map<string, Range>();
  for (const { name } of requests) {
    if (!name) continue;
    const other = first.get(name.text);
    if (other)
      diagnostics.push({
        severity: 'warning',
        code: 'name.duplicate',
        range: name.range,
        message: `${excerpt(name.text)} is also the name of the request in line ${other.start.line + 1}: rename one of them.`,
      });
    else first.set(name.text, name.range);
  }
}
