import type { Problem } from '../syntax/diagnostic.ts';
import { createFileScope, type Scope } from './scope.ts';
import type { Template } from '../syntax/template.ts';
import { capturedNames } from '../syntax/capturedNames.ts';
import type { FileVariable, Request } from '../syntax/tree.ts';
import { KNOWN_AT_RUN, SAMPLE_PORTS, type ValuePorts } from './value.ts';
import { dotenvValue } from './outsideValues.ts';
import { createEnvironmentFinder } from './requestEnvironment.ts';
import { environmentOf, type Environment, type EnvironmentContext } from './environmentContext.ts';

/** The scopes for checking the requests of a file. Values that only a run knows are not a problem. */
export interface CheckingScopes {
  /** Shared by all requests of one environment; `problem` says why the environment does not exist. */
  of(request: Pick<Request, 'directives' | 'defaults' | 'target'>): {
    readonly scope: Scope;
    readonly environment: Environment;
    readonly problem: Problem | undefined;
  };
  /** A new scope, for a request that captures. */
  own(environment: Environment): Scope;
  /** Reports problems of a text that are the same for all requests that use it. */
  everywhere(
    requests: readonly Pick<Request, 'directives' | 'defaults' | 'target' | 'steps'>[],
  ): (text: Template) => readonly Problem[];
}

export function createCheckingScopes(
  variables: readonly FileVariable[],
  environmentContext: EnvironmentContext,
): CheckingScopes {
  const environmentFor = createEnvironmentFinder(environmentContext);
  const scopes = new Map<Environment, Scope>();
  const ports: ValuePorts = {
    ...SAMPLE_PORTS,
    outside: (source, name) =>
      source === 'dotenv' && environmentContext.dotenv
        ? dotenvValue(environmentContext.dotenv, name, environmentContext.searched)
        : KNOWN_AT_RUN,
  };
  const own = (environment: Environment): Scope =>
    createFileScope(variables, ports, new Map(), { environment, overrides: environmentContext.overrides });
  const shared = (environment: Environment): Scope => {
    let scope = scopes.get(environment);
    if (!scope) scopes.set(environment, (scope = own(environment)));
    return scope;
  };
  const capturedBy = (requests: readonly Pick<Request, 'directives' | 'defaults' | 'target' | 'steps'>[]) => {
    const names = new Map<Environment, string[]>();
    for (const request of requests) {
      const captured = capturedNames(request);
      if (captured.length === 0) continue;
      const { environment } = environmentFor(request);
      const known = names.get(environment);
      if (known) for (const name of captured) known.push(name);
      else names.set(environment, captured);
    }
    return names;
  };
  return {
    of(request) {
      const { environment, problem } = environmentFor(request);
      return { scope: shared(environment), environment, problem };
    },
    own,
    everywhere(requests) {
      const all = new Set(requests.map((request) => shared(environmentFor(request).environment)));
      for (const [environment, names] of capturedBy(requests)) {
        const capturing = own(environment);
        for (const name of names) capturing.capture(name, KNOWN_AT_RUN);
        all.add(capturing);
      }
      if (all.size === 0) all.add(shared(environmentOf(environmentContext, environmentContext.environment)));
      return (text) => {
        const results = [...all].map((scope) => scope.resolve(text));
        const found = results.map((result) => ('problems' in result ? result.problems : []));
        return found.find((problems) => problems.length === 0) ?? found[0]!;
      };
    },
  };
}
