import type { Step } from '../request/syntax/tree.ts';
import type { Scope } from '../request/variables/scope.ts';
import { verbLine } from '../request/plan/stepVerb.ts';
import { socketioVerbs } from '../protocol/socketio/socketioVerbs.ts';
import type { Placeholders } from './placeholders.ts';
import type { Equality, ProgramAct } from './program.ts';

/** Counts the calls of a program, so that a reply is recognised by its number. */
export interface SocketIoCalls {
  count: number;
}

/** The verb of a step as an act of the client; undefined, with a sentence, if the client has no function for it. */
export function socketIoAct(
  step: Step,
  {
    scope,
    placeholders,
    calls,
  }: { readonly scope: Scope; readonly placeholders: Placeholders; readonly calls: SocketIoCalls },
  repeats: number,
): { readonly act: ProgramAct | undefined; readonly left: readonly string[] } {
  const none = (sentence: string) => ({ act: undefined, left: [sentence] });
  const text = (template: Parameters<Scope['resolve']>[0] | undefined): string | undefined => {
    if (!template) return '';
    const resolved = scope.resolve(template);
    return 'text' in resolved ? resolved.text : undefined;
  };
  const verb =
    step.directives.find(
      ({ name }) => ['emit', 'connect', 'ack', 'disconnect'].includes(name.text) && name.text !== 'ack',
    ) ?? step.directives.find(({ name }) => name.text === 'ack');
  if (!verb) return { act: undefined, left: [] };
  const line = text(verb.argument);
  const body = step.payload?.kind === 'text' ? text(step.payload.text) : '';
  if (line === undefined || body === undefined || step.payload?.kind === 'file')
    return none('The payload is left out: its value is not known.');
  if (body.includes('"$base64"'))
    return none('Bytes in arguments are left out: send a Buffer in their place.');
  const spec = socketioVerbs.find(({ name }) => name === verb.name.text)!;
  const [named = ''] = verbLine(spec, line).arguments;
  switch (spec.name) {
    case 'emit': {
      const asksAck = step.directives.some(({ name }) => name.text === 'ack');
      if (asksAck) calls.count += repeats;
      return {
        act: {
          kind: 'emit',
          event: placeholders.words(named),
          args: body.trim() === '' ? [] : placeholders.words(body),
          asksAck,
        },
        left: [],
      };
    }
    case 'connect':
      if (placeholders.holds(named))
        return none('The namespace is left out: its name depends on a variable.');
      return {
        act: {
          kind: 'connect',
          namespace: named === '' ? '/' : named,
          auth: body.trim() === '' ? [] : placeholders.words(body),
        },
        left: [],
      };
    default:
      return none(`@${spec.name} is left out: call the client's own function.`);
  }
}

/** The message that `@reply` waits for: the acknowledgement of the last call. */
export function replyOfCall({ count }: SocketIoCalls): Equality {
  return { subject: ['call'], isNegated: false, value: { json: String(count) }, written: '@reply' };
}
