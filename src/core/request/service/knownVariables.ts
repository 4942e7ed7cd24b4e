import type { Position } from '../syntax/range.ts';
import type { Origin, Scope } from '../variables/scope.ts';
import type { Value } from '../variables/value.ts';
import type { KnownVariable } from './completions.ts';

const MASKED = 'a secret';

/** The meaning of `{{name}}` at a place, for views; undefined if it has none. Secrets have no value here. */
export function knownVariable(scope: Scope, name: string, at: Position): KnownVariable | undefined {
  const found = scope.lookup(name, at);
  if (!found) return undefined;
  const { value, origin } = found;
  return { name, origin: `${placeOf(origin)}${remarkOn(value)}`, value: textOf(value) };
}

/** All variables that can be used at a place, each with its value there. */
export function knownVariables(scope: Scope, at: Position): KnownVariable[] {
  return scope.names().flatMap((name) => knownVariable(scope, name, at) ?? []);
}

function textOf(value: Value): string | undefined {
  return 'text' in value && !value.isSecret ? value.text : undefined;
}

function remarkOn(value: Value): string {
  if ('problem' in value) return `: ${value.problem.message}`;
  if ('isLater' in value) return ': its value is known when the request is run';
  return value.isSecret ? `: ${MASKED}` : '';
}

function placeOf(origin: Origin): string {
  switch (origin.kind) {
    case 'capture':
      return 'Captured from a message';
    case 'override':
      return 'Given when the request is run';
    case 'file':
      return `Variable of this file, line ${origin.definition.range.start.line + 1}`;
    case 'environment': {
      const { environment, file } = origin.definition;
      return `Environment ${environment}, ${file.path.replace(/^.*[/\\]/, '')}`;
    }
  }
}
