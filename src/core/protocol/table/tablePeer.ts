import type { OutgoingMessage } from '../../../shared/session.ts';
import { rangeOf } from '../json/jsonRanges.ts';
import { isProblem, type JsonText, readJson } from '../json/jsonText.ts';
import type { Opening, Peer, PeerPorts, Role, WireMessage } from '../protocolModule.ts';
import { MAX_TOPIC_FILTERS } from '../limits.ts';
import { wholeNumber } from '../unit.ts';
import type { Encoded, VerbCall, VerbSpec } from '../verb.ts';
import { callMismatch, refusalSentence, withArticle } from '../verb.ts';
import { fillTableTemplate, hasHole, type Holes, holesOf } from './fillTableTemplate.ts';
import type { ProtocolTable, TableAnswer, TableTemplate, TableVerb } from './protocolTable.ts';
import { type SentVerb, sentVerb } from './sentVerb.ts';
import { createTableDecoder } from './tableDecoder.ts';
import { compileTableCondition, compileSource, pathSteps } from './tableRules.ts';
import { memoryKey, tableVerbs, verbHoles, type VerbMemory } from './tableVerbs.ts';

const encoder = new TextEncoder();

/** Maximum size of a message that belongs to an opening; a longer message is not parsed. */
const MAX_OPENING_BYTES = 64 * 1024;

/** One side of a conversation, defined by a table. */
export function createTablePeer(table: ProtocolTable, role: Role, ports: PeerPorts): Peer {
  const specs = new Map(tableVerbs(table).map((spec) => [spec.name, spec]));
  const memory: VerbMemory = { nextId: 1, remembered: new Map(), arguments: new Map() };
  const answers = (table.answers ?? [])
    .filter((answer) => (answer.role ?? 'client') === role)
    .map(compileAnswer);
  const watch = openingWatch(table);
  const decoder = createTableDecoder(table);
  const plainHoles: Holes = (hole) => (hole === 'id' ? takeId() : undefined);
  let opening: Opening = { state: 'accepted' };

  function takeId(): string {
    if (table.ids === 'unique') return JSON.stringify(ports.uniqueId());
    const id = String(memory.nextId++);
    return table.ids === 'string' ? JSON.stringify(id) : id;
  }

  function continueIds(id: string): void {
    const number = wholeNumber(id.replace(/^"(.*)"$/, '$1'));
    if (number !== undefined) memory.nextId = Math.max(memory.nextId, number + 1);
  }

  return {
    get opening() {
      return opening;
    },
    start(opens) {
      const given = table.opening;
      if (!given) return [];
      if (role === 'server') return given.greeting === undefined ? [] : [message(given.greeting, plainHoles)];
      if (given.by === 'server' || (given.by === 'client' && opens)) opening = { state: 'waiting' };
      return opens && given.message !== undefined ? [message(given.message, plainHoles)] : [];
    },
    get listens() {
      return opening.state === 'waiting' || answers.length > 0;
    },
    receive(received) {
      if (opening.state === 'waiting' && received.data.length <= MAX_OPENING_BYTES) {
        opening = watch(received) ?? opening;
      }
      return answers.flatMap((answer) => answer(received));
    },
    follow: (sent) => {
      if (sent.kind !== 'text' || sent.data.length > MAX_OPENING_BYTES) return;
      for (const { id, type } of decoder.decode(sent).units)
        if (id !== undefined && type !== 'reply') continueIds(id);
      const json = readJson(sent.data);
      const found = isProblem(json) ? undefined : sentVerb(table, json.value);
      if (found === undefined) return;
      if (specs.get(found.verb.name)?.opens && table.opening) opening = { state: 'waiting' };
      followVerb(found, memory);
    },
    beatInterval: role === 'client' ? table.heartbeat?.every : undefined,
    beat: () => (table.heartbeat && role === 'client' ? [message(table.heartbeat.message, plainHoles)] : []),
    finish: () => [],
    encode(call) {
      const encoded = encodeVerb(table, specs, call, memory, takeId);
      if (!('problem' in encoded) && specs.get(call.verb)?.opens && table.opening)
        opening = { state: 'waiting' };
      return encoded;
    },
  };
}

function encodeVerb(
  table: ProtocolTable,
  specs: ReadonlyMap<string, VerbSpec>,
  call: VerbCall,
  memory: VerbMemory,
  takeId: () => string,
): Encoded {
  const spec = specs.get(call.verb);
  const tableVerb = table.verbs?.find(({ name }) => name === call.verb);
  if (!spec || !tableVerb) return { problem: `${table.title} has no verb @${call.verb}.` };
  const wrong = callMismatch(spec, call);
  if (wrong) return wrong;
  const id = hasHole(tableVerb.message, 'id') ? takeId() : undefined;
  const holes = verbHoles(spec, tableVerb, call, memory, id);
  if (typeof holes !== 'function') return holes;
  for (const [name, template] of Object.entries(tableVerb.remembers ?? {})) {
    const text = fillTableTemplate(template, holes);
    if (text !== undefined) memory.remembered.set(memoryKey(name, tableVerb, memory), text);
  }
  const unnamed = unnamedHole(table, tableVerb, holes);
  if (unnamed !== undefined) {
    return { problem: `@${spec.name} needs ${withArticle(unnamed)}: no verb before it named one.` };
  }
  return {
    messages: [message(tableVerb.message, holes)],
    awaits: tableVerb.awaits === undefined ? id : fillTableTemplate(tableVerb.awaits, holes),
  };
}

/** Remembers the values that the verb remembers when it encodes the message itself. */
function followVerb({ verb, holes }: SentVerb, memory: VerbMemory): void {
  for (const [hole, value] of holes)
    if (hole.startsWith('argument ')) memory.arguments.set(hole.slice('argument '.length), value);
  for (const [name, template] of Object.entries(verb.remembers ?? {})) {
    const text = holes.get(`last ${name}`) ?? fillTableTemplate(template, (hole) => holes.get(hole));
    if (text === undefined) continue;
    memory.remembered.set(memoryKey(name, verb, memory), text);
    if (memory.remembered.size > MAX_TOPIC_FILTERS)
      memory.remembered.delete(memory.remembered.keys().next().value!);
  }
}

/** A hole for a value that no earlier verb has set. Values by argument (`per`) may be missing. */
function unnamedHole({ verbs = [] }: ProtocolTable, { message: template, per }: TableVerb, holes: Holes) {
  const isNamedElsewhere = (name: string): boolean => verbs.some((verb) => verb.arguments?.includes(name));
  for (const hole of holesOf(template)) {
    const [kind, name = ''] = hole.split(' ', 2);
    const counts = kind === 'last' ? per === undefined : kind === 'argument' && isNamedElsewhere(name);
    if (counts && holes(hole) === undefined) return name;
  }
  return undefined;
}

function message(template: TableTemplate, holes: Holes): OutgoingMessage {
  return { kind: 'text', data: encoder.encode(fillTableTemplate(template, holes) ?? 'null') };
}

/** @returns the state of the opening, or undefined if a message does not change it */
function openingWatch({ opening, title }: ProtocolTable): (message: WireMessage) => Opening | undefined {
  if (!opening) return () => undefined;
  const accepted = compileTableCondition(opening.accepted);
  const refused = opening.refused && compileTableCondition(opening.refused);
  const reason = compileSource(opening.reason);
  return ({ data }) => {
    const json = readJson(data);
    if (isProblem(json)) return undefined;
    if (accepted(json.value)) return { state: 'accepted' };
    if (!refused?.(json.value)) return undefined;
    return { state: 'refused', reason: refusalSentence(title, reason(json.value)) };
  };
}

function compileAnswer(answer: TableAnswer): (message: WireMessage) => OutgoingMessage[] {
  const prefix = encoder.encode(answer.text ?? answer.startsWith ?? '');
  const wholeText = answer.text !== undefined;
  const holds = answer.when && compileTableCondition(answer.when);
  return ({ kind, data }) => {
    if (kind !== 'text' || data.length < prefix.length || (wholeText && data.length !== prefix.length))
      return [];
    if (data.length > MAX_OPENING_BYTES || !prefix.every((byte, index) => data[index] === byte)) return [];
    const json = readJson(data);
    if (isProblem(json) || (holds && !holds(json.value))) return [];
    return [message(answer.message, (hole) => (hole.startsWith('$') ? valueText(json, hole) : undefined))];
  };
}

/** As it is spelled in the message. */
function valueText({ bytes, start }: JsonText, path: string): string | undefined {
  const range = rangeOf(bytes, start, pathSteps(path));
  return range && new TextDecoder().decode(bytes.subarray(range.start, range.end));
}
