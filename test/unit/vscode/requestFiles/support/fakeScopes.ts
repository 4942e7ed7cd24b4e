import { runScope } from '../../../../../src/core/request/variables/runScope.ts';
import {
  NO_ENVIRONMENT_CONTEXT,
  type EnvironmentContext,
} from '../../../../../src/core/request/variables/environmentContext.ts';
import type { ValuePorts } from '../../../../../src/core/request/variables/value.ts';
import type { Environments } from '../../../../../src/vscode/environments/environments.ts';
import type { RequestScopes } from '../../../../../src/vscode/requestFiles/requestScopes.ts';

/** Values without a process, secrets, files or a user. */
export function fakeScopes(made: Pick<ValuePorts, 'now' | 'randomBytes'>): RequestScopes {
  return (placed, kept = new Map()) =>
    runScope(placed, {
      environmentContext: NO_ENVIRONMENT_CONTEXT,
      outside: {
        env: () => undefined,
        secret: async () => undefined,
        command: async () => ({ problem: 'No commands.' }),
        prompt: async () => undefined,
        remedies: { secret: () => 'set it.', prompt: 'answer.' },
      },
      made,
      readText: async () => undefined,
      kept,
    });
}

/** Environments that a test changes by hand. */
export function fakeEnvironments(given: EnvironmentContext = NO_ENVIRONMENT_CONTEXT) {
  const listeners = new Set<() => void>();
  let environmentContext = given;
  const environments = {
    around: async () => environmentContext,
    onDidChange: (listener: () => void) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
  return {
    environments: environments as unknown as Environments,
    change(next: EnvironmentContext): void {
      environmentContext = next;
      for (const listener of listeners) listener();
    },
  };
}
