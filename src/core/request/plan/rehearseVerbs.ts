import type { DecodedUnit } from '../../protocol/unit.ts';
import type { Problem } from '../syntax/diagnostic.ts';
import { takesMessage } from '../syntax/everyBlock.ts';
import type { Step } from '../syntax/tree.ts';
import type { ActPlan, Planned } from './stepPlan.ts';
import { asksForReply, stepVerb, type StepProtocol } from './stepVerb.ts';

/** Stands in for the unit that a step will take. */
const SOME_UNIT: DecodedUnit = {
  type: 'call',
  name: '',
  id: '1',
  stream: '1',
  range: { start: 0, end: 0 },
};

/**
 * Encodes the verbs of a request one after the other, as a connection would, but sends nothing. Encoding errors are
 * thus found before anything connects.
 * @returns a function that takes each step with its plan, in order, and returns problems; an empty list if there are
 * none
 */
export function createRehearsal(
  { protocol, role }: StepProtocol,
  url: string,
): (step: Step, planned: Planned<ActPlan>) => { readonly problems: readonly Problem[] } {
  const context = { url, subprotocol: protocol.subprotocols[0] ?? '' };
  const peer = protocol.createPeer(context, role, { uniqueId: () => '00000000-0000-4000-8000-000000000000' });
  let hasCalled = false;
  // If a verb has values that only a run knows, the verbs after it cannot be checked either.
  let isCertain = true;
  // Rules come last, and all their steps have the message that triggered them.
  let isInRule = false;
  return (step, planned) => {
    const problems: Problem[] = [];
    isInRule ||= step.separator?.rule !== undefined;
    const reply = step.directives.find(({ name }) => name.text === 'reply');
    if (reply && !hasCalled)
      problems.push({
        code: 'step.wait',
        range: reply.range,
        message: '@reply waits for the reply to a call, and no step before it makes one.',
      });
    const verb = stepVerb(step, { protocol, role });
    if (!verb) return { problems };
    hasCalled ||= asksForReply(verb);
    const act = 'plan' in planned ? planned.plan.act : undefined;
    if (act?.kind !== 'verb' || act.file) isCertain = false;
    else if (isCertain) {
      const encoded = peer.encode({
        ...act.call,
        taken: isInRule || takesMessage(step.separator) ? SOME_UNIT : undefined,
      });
      if ('problem' in encoded)
        problems.push({
          code: 'verb.encoding',
          range: /payload/.test(encoded.problem) ? act.range : verb.directive.range,
          message: encoded.problem,
        });
    }
    return { problems };
  };
}
