import { isEncodeProblem, jsonBody } from '../json/jsonBody.ts';
import type { EncodeProblem, VerbCall, VerbSpec } from '../verb.ts';
import { verb } from '../verb.ts';
import { hasHole } from './fillTableTemplate.ts';
import type { ProtocolTable, TableVerb } from './protocolTable.ts';

/** Describes the verbs of a table for request files, the composer and the documentation. */
export function tableVerbs({ verbs = [] }: ProtocolTable): VerbSpec[] {
  return verbs.map((each) => {
    const { name, about, sample } = each;
    const awaits = each.awaits !== undefined || hasHole(each.message, 'id');
    const expectsReply = awaits ? ('always' as const) : ('never' as const);
    return verb({
      name,
      about,
      sample: { line: sample?.line ?? '', body: sample?.body ?? '' },
      arguments: (each.arguments ?? []).map((argument) => ({
        name: argument.replace(/\?.*$/, ''),
        optional: argument.includes('?'),
      })),
      body: each.body === 'none' ? 'none' : 'json',
      bodyName: each.bodyName ?? 'payload',
      bodyOptional: each.bodyRequired !== true,
      role: each.role ?? 'client',
      answers: each.answers === true,
      opens: each.opens === true,
      expectsReply,
    });
  });
}

/** The remembered values of one connection's verbs. */
export interface VerbMemory {
  nextId: number;
  readonly remembered: Map<string, string>;
  readonly arguments: Map<string, string>;
}

/** The value of each hole of a verb's message. */
export function verbHoles(
  spec: VerbSpec,
  table: TableVerb,
  call: VerbCall,
  memory: VerbMemory,
  id: string | undefined,
): ((name: string) => string | undefined) | EncodeProblem {
  const written = call.body ?? table.defaultBody;
  const shape = table.body === 'none' ? 'any' : table.body;
  const body = written === undefined ? undefined : jsonBody(written, spec.name, shape);
  if (isEncodeProblem(body)) return body;
  for (const [index, written] of (table.arguments ?? []).entries()) {
    const [name = '', fallback] = written.split(/\?=?/, 2);
    const value = call.arguments[index] || (written.includes('?=') ? fallback : undefined);
    if (value !== undefined) memory.arguments.set(name, JSON.stringify(value));
  }
  return (hole) => {
    if (hole === 'id') return id;
    if (hole === 'reply-to') return call.taken?.id;
    if (hole === 'reply-stream') return call.taken?.stream;
    if (hole === 'body') return body;
    if (hole === 'body array') return body?.startsWith('[') ? body : '[]';
    if (hole === 'body object') return body?.startsWith('{') ? body : undefined;
    const [kind = '', name = ''] = hole.split(' ', 2);
    if (kind === 'argument') return memory.arguments.get(name);
    return kind === 'last' ? memory.remembered.get(memoryKey(name, table, memory)) : undefined;
  };
}

/** The key of a remembered value. */
export function memoryKey(name: string, { per }: TableVerb, memory: VerbMemory): string {
  return per === undefined ? name : `${name} ${memory.arguments.get(per) ?? ''}`;
}
