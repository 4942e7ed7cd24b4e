import type { Problem } from '../syntax/diagnostic.ts';
import { literalText } from '../syntax/template.ts';
import type { Directive, Request } from '../syntax/tree.ts';
import { environmentOf, type Environment, type EnvironmentContext } from './environmentContext.ts';

/** Finds each environment once: a file may have thousands of requests. */
export function createEnvironmentFinder(environmentContext: EnvironmentContext): (
  request: Pick<Request, 'directives' | 'defaults' | 'target'>,
) => {
  readonly environment: Environment;
  /** At the `@env`; at the target if the environment was chosen otherwise. */
  readonly problem: Problem | undefined;
} {
  const known = new Map<string | undefined, Environment>();
  return ({ directives, defaults, target }) => {
    const isEnvironment = ({ name }: Directive): boolean => name.text === 'env';
    const own = directives.find(isEnvironment) ?? defaults?.directives.find(isEnvironment);
    const argument = own?.argument;
    const isChosen = environmentContext.environment !== undefined;
    const name = environmentContext.environment ?? (argument && literalText(argument));
    let environment = known.get(name);
    if (!environment) known.set(name, (environment = environmentOf(environmentContext, name)));
    if (!isChosen && argument && name === undefined) {
      const message = 'The environment cannot depend on variables, which may come from it: write its name.';
      return { environment, problem: { code: 'directive.argument', message, range: argument.range } };
    }
    const { problem } = environment;
    const range = argument && !isChosen ? argument.range : (target.keyword?.range ?? target.url.range);
    return { environment, problem: problem && { ...problem, range } };
  };
}
