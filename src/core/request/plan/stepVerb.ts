import type { ProtocolModule, Role } from '../../protocol/protocolModule.ts';
import { AUTO_PROTOCOL, findProtocol, knownProtocols, NO_PROTOCOL } from '../../protocol/registry.ts';
import { callMismatch, type VerbCall, type VerbSpec } from '../../protocol/verb.ts';
import type { Template } from '../syntax/template.ts';
import type { Directive, Request, Step } from '../syntax/tree.ts';
import type { Scope } from '../variables/scope.ts';

/** The verb that a step executes, and any other verbs beside it. */
export interface StepVerb {
  readonly spec: VerbSpec;
  readonly directive: Directive;
  readonly beside: readonly Directive[];
}

/** The protocol of the steps, and the side they act as. */
export interface StepProtocol {
  readonly protocol: ProtocolModule;
  readonly role: Role;
}

/** `unsettled`: the protocol's name is a variable that only a run knows, or is unknown. */
export type StatedProtocol = StepProtocol | 'unsettled' | undefined;

/** The argument of `@protocol`, in a request or in the defaults of its file. */
export function protocolArgument({
  directives,
  defaults,
}: Pick<Request, 'directives' | 'defaults'>): Template | undefined {
  const isNamed = ({ name }: Directive): boolean => name.text === 'protocol';
  return (directives.find(isNamed) ?? defaults?.directives.find(isNamed))?.argument;
}

/** The protocol that a request names, variables filled in. */
export function statedProtocol(
  request: Pick<Request, 'directives' | 'defaults' | 'role'>,
  scope: Pick<Scope, 'resolve'>,
): StatedProtocol {
  const named = protocolArgument(request);
  if (!named) return undefined;
  const resolved = scope.resolve(named);
  if ('problems' in resolved) return 'unsettled';
  const id = resolved.text.trim();
  if (id === AUTO_PROTOCOL || id === NO_PROTOCOL) return undefined;
  const protocol = findProtocol(id);
  return protocol ? { protocol, role: request.role } : 'unsettled';
}

/** The protocol of the steps, if it is known. */
export function settledProtocol(stated: StatedProtocol): StepProtocol | undefined {
  return stated === 'unsettled' ? undefined : stated;
}

export function verbsOf({ protocol, role }: StepProtocol): readonly VerbSpec[] {
  return protocol.verbs.filter((spec) => spec.role === 'both' || spec.role === role);
}

/** The verb of a step, or undefined. If there are several, the one that allows the others beside it. */
export function stepVerb(
  { directives }: Pick<Step, 'directives'>,
  stepProtocol: StepProtocol | undefined,
): StepVerb | undefined {
  if (!stepProtocol) return undefined;
  const specs = verbsOf(stepProtocol);
  const said = directives.flatMap((directive) => {
    const spec = specs.find(({ name }) => name === directive.name.text);
    return spec ? [{ spec, directive }] : [];
  });
  const main = said.find(({ spec }) =>
    said.every((each) => each.spec === spec || canStandBeside(each.spec, spec)),
  );
  const verb = main ?? said[0];
  return (
    verb && {
      ...verb,
      beside: said.flatMap(({ directive }) => (directive === verb.directive ? [] : [directive])),
    }
  );
}

/** Whether a verb may stand beside another one. */
export function canStandBeside(beside: VerbSpec, { besides }: VerbSpec): boolean {
  return besides.includes(beside.name);
}

/** Whether the verb gets a reply that `@reply` can wait for. */
export function asksForReply({ spec, beside }: StepVerb): boolean {
  return spec.expectsReply === 'always' || (spec.expectsReply === 'asked' && beside.length > 0);
}

/** Whether the first sending step opens the protocol itself, instead of the automatic opening. */
export function opensByVerb(
  { steps }: Pick<Request, 'steps'>,
  stepProtocol: StepProtocol | undefined,
): boolean {
  for (const step of steps) {
    const verb = stepVerb(step, stepProtocol);
    if (verb) return verb.spec.opens;
    if (step.payload) return false;
  }
  return false;
}

/**
 * Parses the rest of a verb's line, variables filled in: its arguments, of which the last takes the rest, then its
 * options. Anything that looks like an option is read as one, so that misspellings are reported.
 */
export function verbLine(spec: VerbSpec, line: string): Pick<VerbCall, 'arguments' | 'options'> {
  let rest = line.trim();
  const options: Record<string, string> = {};
  while (spec.options.length > 0) {
    const [, before = '', key = '', value] = /^(|.*\s)([\w-]+)(?:=(\S*))?$/s.exec(rest) ?? [];
    const option = spec.options.find(({ name }) => name === key);
    if (key === '' || (value === undefined && (!option || option.values))) break;
    options[key] = value ?? '';
    rest = before.trimEnd();
  }
  const found: string[] = [];
  const most = spec.arguments.length;
  while (rest !== '') {
    const end = found.length === most - 1 ? -1 : rest.search(/\s/);
    found.push(end === -1 ? rest : rest.slice(0, end));
    rest = end === -1 ? '' : rest.slice(end).trimStart();
  }
  return { arguments: found, options };
}

/** One sentence about the first fault of a call, found without a connection; undefined if there is none. */
export function callProblem(spec: VerbSpec, call: VerbCall): string | undefined {
  if (call.headers.length > 0 && !spec.headers)
    return `The message of @${spec.name} has no headers: remove @header.`;
  return callMismatch(spec, call)?.problem;
}

/** The titles of the protocols that have a verb. */
export function protocolsWith(verb: string): readonly ProtocolModule[] {
  return knownProtocols().filter(({ verbs }) => verbs.some(({ name }) => name === verb));
}
