import { PROTOCOLS } from '../registry.ts';
import { holesOf } from './fillTableTemplate.ts';
import type { ProtocolTable, TableRule } from './protocolTable.ts';

/**
 * Problems of a table that the schema cannot find, one sentence each: names that are taken, holes without a value.
 * @param others ids of tables that were loaded before
 */
export function tableProblems(table: ProtocolTable, others: readonly string[] = []): string[] {
  const problems: string[] = [];
  const { id, verbs = [], rules, answers = [] } = table;
  if (id === 'auto' || id === 'none' || PROTOCOLS.some((protocol) => protocol.id === id)) {
    problems.push(`The id “${id}” is that of a built-in protocol: choose another.`);
  } else if (others.includes(id)) problems.push(`Another table has the id “${id}” already: choose another.`);
  for (const [index, { name }] of verbs.entries()) {
    if (verbs.findIndex((other) => other.name === name) !== index)
      problems.push(`Two verbs are called @${name}.`);
  }
  for (const { name, arguments: given = [], message, remembers = {}, awaits, per } of verbs) {
    const known = new Set(['id', 'body', 'body array', 'body object', 'reply-to', 'reply-stream']);
    for (const argument of given) known.add(`argument ${argument.replace(/\?.*$/, '')}`);
    for (const other of verbs) for (const key of Object.keys(other.remembers ?? {})) known.add(`last ${key}`);
    for (const hole of [message, awaits ?? null, ...Object.values(remembers)].flatMap(holesOf)) {
      if (!hole.startsWith('$') && !known.has(hole))
        problems.push(`Nothing fills “<${hole}>” in the message of @${name}.`);
    }
    if (per !== undefined && !known.has(`argument ${per}`))
      problems.push(`@${name} has no argument “${per}”.`);
  }
  for (const answer of answers) {
    if (answer.text === undefined && answer.startsWith === undefined) {
      problems.push('An answer needs text or startsWith: it is recognised before it is parsed.');
    }
  }
  return [...problems, ...unreachable(rules)];
}

/** A rule after one that matches everything. */
function unreachable(rules: readonly TableRule[]): string[] {
  const open = rules.findIndex(
    ({ when, from }) => Object.keys(when ?? {}).length === 0 && from === undefined,
  );
  if (open < 0 || open === rules.length - 1) return [];
  return [`Rule ${open + 1} has no conditions, so the rules after it are never reached: put it last.`];
}
