import type { ProtocolModule, Role } from '../../protocol/protocolModule.ts';
import { findProtocol, PROTOCOLS } from '../../protocol/registry.ts';
import { misfit, type VerbCall, type VerbSpec } from '../../protocol/verb.ts';
import { literalText } from '../syntax/template.ts';
import type { Directive, Request, Step } from '../syntax/tree.ts';

/** A verb that a step says, with the verbs beside it. */
export interface StepVerb {
  readonly spec: VerbSpec;
  readonly directive: Directive;
  readonly beside: readonly Directive[];
}

/** What its steps speak, and as which side. */
export interface Speech {
  readonly protocol: ProtocolModule;
  readonly role: Role;
}

/** The protocol that a request names, itself or by the defaults of its file; a name that is a variable is not looked up. */
export function spokenIn(
  { directives, defaults }: Pick<Request, 'directives' | 'defaults'>,
  role: Role = 'client',
  protocols: readonly ProtocolModule[] = PROTOCOLS,
): Speech | undefined {
  const isNamed = ({ name }: Directive): boolean => name.text === 'protocol';
  const named = directives.find(isNamed) ?? defaults?.directives.find(isNamed);
  const id = named?.argument && literalText(named.argument)?.trim();
  const protocol = id === undefined ? undefined : findProtocol(id, protocols);
  return protocol && { protocol, role };
}

export function verbsOf({ protocol, role }: Speech): readonly VerbSpec[] {
  return protocol.verbs.filter((spec) => spec.role === 'both' || spec.role === role);
}

/** The verb of a step, undefined for none. Of several, the one that lets the others stand beside it. */
export function stepVerb(
  { directives }: Pick<Step, 'directives'>,
  speech: Speech | undefined,
): StepVerb | undefined {
  if (!speech) return undefined;
  const specs = verbsOf(speech);
  const said = directives.flatMap((directive) => {
    const spec = specs.find(({ name }) => name === directive.name.text);
    return spec ? [{ spec, directive }] : [];
  });
  const main = said.find(({ spec }) => said.every((each) => each.spec === spec || stands(each.spec, spec)));
  const verb = main ?? said[0];
  return (
    verb && {
      ...verb,
      beside: said.flatMap(({ directive }) => (directive === verb.directive ? [] : [directive])),
    }
  );
}

/** Whether a verb may stand beside another one. */
export function stands(beside: VerbSpec, { besides }: VerbSpec): boolean {
  return besides.includes(beside.name);
}

/** Whether a reply to it is to come, so that `@reply` may wait for it. */
export function asksForReply({ spec, beside }: StepVerb): boolean {
  return spec.expectsReply === 'always' || (spec.expectsReply === 'asked' && beside.length > 0);
}

/** Whether the first step that sends something opens the protocol itself, in the place of the automatic opening. */
export function opensByVerb({ steps }: Pick<Request, 'steps'>, speech: Speech | undefined): boolean {
  for (const step of steps) {
    const verb = stepVerb(step, speech);
    if (verb) return verb.spec.opens;
    if (step.payload) return false;
  }
  return false;
}

/**
 * What stands behind a verb on its line, variables filled in: its arguments, of which the last takes the rest, then its
 * options. What looks like an option and is none of its own is one all the same, so that a misspelling is told.
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

/** What does not fit in a call, before a connection is asked: one sentence. */
export function callProblem(spec: VerbSpec, call: VerbCall): string | undefined {
  if (call.headers.length > 0 && !spec.headers)
    return `The message of @${spec.name} has no headers: remove @header.`;
  return misfit(spec, call)?.problem;
}

/** The protocols, by their titles, that have a verb. */
export function protocolsWith(verb: string): readonly ProtocolModule[] {
  return PROTOCOLS.filter(({ verbs }) => verbs.some(({ name }) => name === verb));
}
