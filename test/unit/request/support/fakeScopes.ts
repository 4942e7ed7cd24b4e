import { runScope } from '../../../../src/core/request/environment/runScope.ts';
import { NO_SURROUNDINGS, type Surroundings } from '../../../../src/core/request/environment/surroundings.ts';
import type { ValuePorts } from '../../../../src/core/request/values.ts';
import type { Environments } from '../../../../src/vscode/environments/environments.ts';
import type { RequestScopes } from '../../../../src/vscode/requestFiles/requestScopes.ts';

/** Values without a process, secrets, files or a user. */
export function fakeScopes(made: Pick<ValuePorts, 'now' | 'randomBytes'>): RequestScopes {
  return (placed, kept = new Map()) =>
    runScope(placed, {
      surroundings: NO_SURROUNDINGS,
      outside: {
        env: () => undefined,
        secret: async () => undefined,
        prompt: async () => undefined,
        remedies: { secret: () => 'set it.', prompt: 'answer.' },
      },
      made,
      readText: async () => undefined,
      kept,
    });
}

/** Environments that a test changes by hand. */
export function fakeEnvironments(given: Surroundings = NO_SURROUNDINGS) {
  const listeners = new Set<() => void>();
  let surroundings = given;
  const environments = {
    around: async () => surroundings,
    onDidChange: (listener: () => void) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
  return {
    environments: environments as unknown as Environments,
    change(next: Surroundings): void {
      surroundings = next;
      for (const listener of listeners) listener();
    },
  };
}
