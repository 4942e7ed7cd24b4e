import type { ProtocolModule } from '../../protocol/protocolModule.ts';
import { decodedText, type DecodedUnit } from '../../protocol/unit.ts';
import { withArticle, type VerbSpec } from '../../protocol/verb.ts';
import { UNIT_TYPES, type UnitType } from '../../../shared/units.ts';
import { settledProtocol, statedProtocol, verbsOf, type StepProtocol } from '../plan/stepVerb.ts';
import { NAME_ALIASES } from '../syntax/conditionTree.ts';
import type { RequestFile } from '../syntax/tree.ts';
import type { Scope } from '../variables/scope.ts';
import type { DirectiveDoc } from './directiveDocs.ts';
import { jsonPathsOf, type SeenPath } from './jsonPaths.ts';

// Adds the words of the request's protocol to those of its steps.

/** The protocol of the request at a line; undefined if it names none, or one that only a run knows. */
export function stepProtocolAt(
  { requests }: RequestFile,
  line: number,
  scope: Pick<Scope, 'resolve'>,
): StepProtocol | undefined {
  const request = requests.find(({ range }) => range.start.line <= line && line <= range.end.line);
  return request && settledProtocol(statedProtocol(request, scope));
}

/** The verbs as directives of a step. */
export function verbDocs(stepProtocol: StepProtocol): ReadonlyMap<string, DirectiveDoc> {
  return new Map(verbsOf(stepProtocol).map((spec) => [spec.name, verbDoc(spec, stepProtocol.protocol)]));
}

function verbDoc(spec: VerbSpec, { title, specification }: ProtocolModule): DirectiveDoc {
  const { name, sample, body, bodyName, bodyOptional, about } = spec;
  const payload =
    body === 'none'
      ? 'It has no payload.'
      : `Its payload is ${withArticle(bodyName)}${bodyOptional ? ', or nothing' : ''}.`;
  const code = sample.body === '' ? '' : `\n\n\`\`\`\n# @${name} ${sample.line}\n${sample.body}\n\`\`\``;
  return {
    usage: takesLine(spec) ? `@${name} ${sample.line}`.trimEnd() : `@${name}`,
    text: `${about} ${payload} A verb of [${title}](${specification}).${code}`,
  };
}

/** Whether the line of a verb may have further text. */
function takesLine(spec: VerbSpec): boolean {
  return spec.arguments.length > 0 || spec.options.length > 0;
}

/** Whether `@header` lines of a step are headers of messages. */
export function hasMessageHeaders(stepProtocol: StepProtocol): boolean {
  return verbsOf(stepProtocol).some(({ headers }) => headers);
}

const TYPE_TEXTS: Readonly<Record<UnitType, string>> = {
  call: 'asks for a reply',
  reply: 'answers a call',
  error: 'answers a call, or says what failed',
  event: 'has no answer',
  subscribe: 'opens a stream of events',
  unsubscribe: 'ends it',
  control: 'keeps the connection going, as a heartbeat does',
};

/** The values of `type`, as they are written. */
export const UNIT_TYPE_WORDS: ReadonlyMap<string, string> = new Map(
  UNIT_TYPES.map((type) => [`"${type}"`, TYPE_TEXTS[type]]),
);

/** The protocol's words for `name`: the arguments of its verbs, and the operations of GraphQL. */
export function nameWords({ protocol }: StepProtocol): readonly string[] {
  const said = new Set(
    protocol.verbs.flatMap((spec) => [
      ...spec.arguments.map((argument) => argument.name),
      ...(spec.body === 'graphql' ? ['operation'] : []),
    ]),
  );
  return NAME_ALIASES.filter((alias) => said.has(alias));
}

/** The additional subjects of conditions in a step with a protocol. */
export function unitSubjects(stepProtocol: StepProtocol): ReadonlyMap<string, string> {
  const { title } = stepProtocol.protocol;
  const aliases = nameWords(stepProtocol);
  const called = aliases.length === 0 ? '' : ` ${title} calls it ${aliases.join(' or ')}.`;
  return new Map([
    ['type', `What the unit is: ${UNIT_TYPES.join(', ')}.`],
    ['name', `The name of the unit; of a reply, the name of the call that it answers.${called}`],
    ...aliases.map((alias) => [alias, `The name of the unit, as ${title} calls it.`] as const),
    ['id', 'The id of a call, or the id that a reply or an event belongs to.'],
    ['error', 'What an error says.'],
    ...(hasMessageHeaders(stepProtocol)
      ? [['message-header', 'A header of the message: `message-header content-type`.'] as const]
      : []),
  ]);
}

/** The units of a request's last recording. */
export interface SeenUnits {
  /** In the order of their first occurrence. */
  readonly names: readonly { readonly name: string; readonly type: UnitType }[];
  /** Paths that begin with `payload`. */
  readonly payloads: readonly SeenPath[];
}

export const NOTHING_SEEN: SeenUnits = { names: [], payloads: [] };

const MAX_SEEN_NAMES = 200;
const MAX_SEEN_NAME = 200;

/** The names and values that units provide for completion; units that maintain a connection provide none. */
export function seenUnits(units: Iterable<DecodedUnit>): SeenUnits {
  const names = new Map<string, UnitType>();
  const payloads: string[] = [];
  for (const { name, type, payload } of units) {
    if (type === 'control') continue;
    const isShown = name !== '' && name.length <= MAX_SEEN_NAME && names.size < MAX_SEEN_NAMES;
    if (isShown && !names.has(name)) names.set(name, type);
    const text = payload?.form === 'json' ? decodedText(payload) : undefined;
    if (text !== undefined) payloads.push(text);
  }
  return {
    names: [...names].map(([name, type]) => ({ name, type })),
    payloads: jsonPathsOf(payloads).map(({ path, example }) => ({
      path: `payload${path.slice(1)}`,
      example,
    })),
  };
}
