import type { ProtocolContext, ProtocolModule } from '../../protocol/protocolModule.ts';
import { decodedText, type DecodedUnit } from '../../protocol/unit.ts';
import type { VerbCall, VerbSpec } from '../../protocol/verb.ts';
import { verbLine } from '../../request/plan/stepVerb.ts';
import type { OutgoingMessage } from '../../../shared/session.ts';

/** A verb that sends the recorded message again. */
export interface DraftVerb {
  readonly spec: VerbSpec;
  /** After `# @`: `emit chat`, and verbs beside it. */
  readonly directives: readonly string[];
  readonly message: OutgoingMessage | undefined;
  /** Whether `@reply` can wait for its reply. */
  readonly isCall: boolean;
}

/**
 * Finds the verb of a sent unit: the first verb whose encoded message has the same meaning. Ids may differ,
 * because a peer counts its own.
 */
export function draftVerb(
  unit: DecodedUnit,
  protocol: ProtocolModule,
  context: ProtocolContext,
): DraftVerb | undefined {
  const text = unit.payload && decodedText(unit.payload);
  if (unit.payload && text === undefined) return undefined;
  const verbs = protocol.verbs.filter(({ role, answers }) => role !== 'server' && !answers);
  for (const spec of verbs) {
    for (const line of linesOf(spec, unit)) {
      for (const body of spec.body === 'none' ? [undefined] : bodiesOf(spec, text)) {
        for (const beside of besidesOf(spec)) {
          const call: VerbCall = {
            verb: spec.name,
            ...verbLine(spec, line),
            body,
            headers: [],
            beside,
            taken: undefined,
          };
          if (!sendsSame(call, unit, protocol, context)) continue;
          return {
            spec,
            directives: [`${spec.name} ${line}`.trim(), ...beside],
            message: body === undefined ? undefined : { kind: 'text', data: new TextEncoder().encode(body) },
            isCall: spec.expectsReply === 'always' || (spec.expectsReply === 'asked' && beside.length > 0),
          };
        }
      }
    }
  }
  return undefined;
}

/** Lines of arguments to try: the name and the stream of the unit, as many as the verb takes. */
function linesOf(spec: VerbSpec, { name, stream, scope }: DecodedUnit): readonly string[] {
  const texts = [name, plainText(stream), scope].filter(
    (each): each is string => each !== undefined && /^[^\s{}=][^\r\n{}]*$/.test(each),
  );
  const most = spec.arguments.length;
  const least = spec.arguments.filter(({ optional }) => !optional).length;
  const lines: string[] = least === 0 ? [''] : [];
  if (most >= 1) lines.push(...texts);
  if (most >= 2)
    for (const first of texts)
      for (const second of texts) if (first !== second) lines.push(`${first} ${second}`);
  return [...new Set(lines)];
}

/** A JSON string without its quotes, another JSON value as it is. */
function plainText(json: string | undefined): string | undefined {
  if (json === undefined) return undefined;
  try {
    const value = JSON.parse(json) as unknown;
    return typeof value === 'string' ? value : json;
  } catch {
    return json;
  }
}

function bodiesOf(spec: VerbSpec, text: string | undefined): readonly (string | undefined)[] {
  if (spec.body !== 'graphql' || text === undefined) return [...new Set([text, undefined])];
  try {
    const { query } = JSON.parse(text) as { readonly query?: unknown };
    return typeof query === 'string' ? [query] : [];
  } catch {
    return [];
  }
}

function besidesOf({ besides }: VerbSpec): readonly (readonly string[])[] {
  return [[], ...besides.map((each) => [each])];
}

function sendsSame(
  call: VerbCall,
  unit: DecodedUnit,
  protocol: ProtocolModule,
  context: ProtocolContext,
): boolean {
  const peer = protocol.createPeer(context, 'client', { uniqueId: () => 'id' });
  peer.start(true);
  const encoded = peer.encode(call);
  if ('problem' in encoded || encoded.messages.length !== 1) return false;
  const { units, problems } = protocol
    .createDecoder(context)
    .decode({ ...encoded.messages[0]!, from: 'client' });
  const [again] = units;
  return (
    units.length === 1 && problems.length === 0 && again !== undefined && meaningOf(again) === meaningOf(unit)
  );
}

function meaningOf({ type, name, label, id, error, scope, headers, payload }: DecodedUnit): string {
  const text = payload && decodedText(payload);
  let content: unknown = text;
  try {
    if (text !== undefined) content = JSON.parse(text);
  } catch {
    // Text, which is compared as it is.
  }
  // The word before names and ids: HELLO and AUTHENTICATE are both openings of WAMP.
  const word = /^\S*/.exec(label ?? name)![0];
  return JSON.stringify([type, name, word, id !== undefined, error, scope, headers ?? [], content]);
}
