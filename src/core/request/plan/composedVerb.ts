import type { PanelVerb, VerbDraft } from '../../../shared/panelVerbs.ts';
import type { ProtocolModule } from '../../protocol/protocolModule.ts';
import type { VerbCall, VerbSpec } from '../../protocol/verb.ts';
import { excerpt } from '../../text/excerpt.ts';
import { callProblem, canStandBeside, verbLine, verbsOf } from './stepVerb.ts';

/**
 * The verbs that a composer offers: those of a client that stand on their own. A verb that answers needs an argument that
 * says which unit it answers.
 */
export function composableVerbs(protocol: ProtocolModule): readonly PanelVerb[] {
  const verbs = verbsOf({ protocol, role: 'client' });
  const isBeside = (spec: VerbSpec): boolean => verbs.some((other) => canStandBeside(spec, other));
  const offered = verbs.filter((spec) => (spec.answers ? spec.arguments.length > 0 : !isBeside(spec)));
  return offered.map((spec) => ({
    name: spec.name,
    about: spec.about,
    arguments: spec.arguments.map(({ name, optional }) => ({
      name,
      // Without an argument it would answer the unit that a step took.
      optional: optional && !spec.answers,
    })),
    options: spec.options,
    body: spec.body,
    bodyName: spec.bodyName,
    bodyOptional: spec.bodyOptional,
    headers: spec.headers,
    sample: spec.sample,
    besides: verbs
      .filter((beside) => canStandBeside(beside, spec))
      .map(({ name, about }) => ({ name, about })),
  }));
}

/** The rest of the verb's line, as a request file writes it. */
export function writtenLine({ arguments: given, options }: Pick<VerbDraft, 'arguments' | 'options'>): string {
  const keys = Object.entries(options).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
  return [...given.map((each) => each.trim()), ...keys].filter((word) => word !== '').join(' ');
}

/**
 * A verb of a composer as the call that the same step of a request file makes, or one sentence that names its
 * fault. Variables are filled in.
 */
export function composedCall(
  protocol: ProtocolModule,
  draft: Omit<VerbDraft, 'protocol'>,
  payload: Pick<VerbCall, 'body' | 'bytes'>,
): { readonly call: VerbCall } | { readonly problem: string } {
  const { name, beside, headers } = draft;
  const verbs = verbsOf({ protocol, role: 'client' });
  const spec = verbs.find((each) => each.name === name);
  if (!spec) return { problem: `${protocol.title} has no verb @${name}.` };
  const stray = beside.find(
    (other) => !verbs.some((each) => each.name === other && canStandBeside(each, spec)),
  );
  if (stray !== undefined) return { problem: `@${stray} cannot stand beside @${name}.` };
  const line = verbLine(spec, writtenLine(draft));
  const unlike = draft.arguments.findIndex((given, index) => given.trim() !== (line.arguments[index] ?? ''));
  if (unlike >= 0) {
    const argument = spec.arguments[unlike]?.name ?? 'argument';
    return {
      problem: `@${name} cannot be written with the ${argument} ${excerpt(draft.arguments[unlike]!)}: only its last argument has spaces, and none is left out before another.`,
    };
  }
  const call: VerbCall = {
    verb: name,
    ...line,
    ...(hasPayload(spec, payload) ? payload : { body: undefined }),
    headers,
    beside,
    taken: undefined,
  };
  const problem = callProblem(spec, call);
  return problem === undefined ? { call } : { problem };
}

/** An empty editor is no payload, as a step without one. */
function hasPayload(spec: VerbSpec, { body, bytes }: Pick<VerbCall, 'body' | 'bytes'>): boolean {
  return spec.body !== 'none' && ((body ?? '').trim() !== '' || (bytes?.length ?? 0) > 0);
}
