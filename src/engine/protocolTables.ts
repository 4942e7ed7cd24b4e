import { judgeDirective } from '../core/request/plan/directives.ts';
import type { Problem } from '../core/request/syntax/diagnostic.ts';
import type { Range } from '../core/request/syntax/range.ts';
import { type JsonNode, parseJsonTree } from '../core/request/variables/jsonTree.ts';
import type { ProtocolTable } from '../core/protocol/table/protocolTable.ts';
import { type TableProblem, tableProblems } from '../core/protocol/table/tableProblems.ts';
import { TABLE_SCHEMA } from '../core/protocol/table/tableSchema.ts';
import { compileSchema, type Violation } from './runner/jsonSchema.ts';

/** Maximum bytes of a `*.protocol.json` file. */
export const MAX_TABLE_BYTES = 1024 * 1024;

/** Maximum problems reported for one table. */
const MAX_PROBLEMS = 10;

/** Words that steps and requests already use. */
const DIRECTIVES = {
  has: (name: string): boolean => ['known', 'unsupported'].includes(judgeDirective(name).kind),
};

/** A usable table, or its problems. */
export interface CheckedTable<P> {
  readonly table: ProtocolTable | undefined;
  readonly problems: readonly P[];
}

/** Checks a table against its schema, then its meaning. @param taken ids of other tables */
export async function checkTable(
  value: unknown,
  taken: readonly string[] = [],
): Promise<CheckedTable<TableProblem>> {
  validate ??= compileSchema(TABLE_SCHEMA);
  const violations = (await validate)(value);
  if (violations.length > 0) return { table: undefined, problems: sentences(violations) };
  const table = value as ProtocolTable;
  const problems = tableProblems(table, { ids: taken, verbs: DIRECTIVES }).slice(0, MAX_PROBLEMS);
  return { table: problems.length > 0 ? undefined : table, problems };
}

let validate: ReturnType<typeof compileSchema> | undefined;

/**
 * Reads the text of a `*.protocol.json`. Never throws: an invalid file has problems with ranges.
 * @param taken ids of other tables
 */
export async function readTable(text: string, taken: readonly string[] = []): Promise<CheckedTable<Problem>> {
  // Uses the line ends of an editor, so that positions match.
  const root = parseJsonTree(text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'));
  if ('message' in root) {
    const range = { start: root.at, end: root.at };
    const message = `This protocol table is not JSON: ${root.message}.`;
    return { table: undefined, problems: [{ code: 'protocol.table', message, range }] };
  }
  const { table, problems } = await checkTable(jsonValue(root), taken);
  return {
    table,
    problems: problems.map(({ at, message }) => ({
      code: 'protocol.table',
      message,
      range: rangeAt(root, at),
    })),
  };
}

function jsonValue(node: JsonNode): unknown {
  if (node.kind === 'string') return node.text;
  if (node.kind === 'array') return node.items.map(jsonValue);
  if (node.kind === 'other') return JSON.parse(node.source);
  return Object.fromEntries([...node.members].map(([name, { value }]) => [name, jsonValue(value)]));
}

/** The range of the deepest node on the path. An invalid member is marked by its name. */
function rangeAt(root: JsonNode, at: string): Range {
  let node = root;
  let { range } = root;
  for (const step of at.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const member = node.kind === 'object' ? node.members.get(name) : undefined;
    const next = member?.value ?? (node.kind === 'array' ? node.items[Number(name)] : undefined);
    if (!next) return range;
    node = next;
    range = member && (next.kind === 'object' || next.kind === 'array') ? member.nameRange : next.range;
  }
  // Marking the whole table would underline every line of its file.
  return node === root ? { start: range.start, end: range.start } : range;
}

/**
 * One sentence for each place. For a choice with several branches, the sentence of the branch that matched furthest.
 */
function sentences(violations: readonly Violation[]): TableProblem[] {
  const told = new Map<string, string>();
  for (const violation of violations) {
    const { at } = violation;
    const isExplained = violations.some((other) => other !== violation && other.at.startsWith(`${at}/`));
    const isChoice = violation.keyword === 'anyOf';
    if ((isChoice && isExplained) || told.has(at)) continue;
    told.set(at, `${at === '' ? 'The table' : `“${at.slice(1)}”`} ${violation.message}.`);
  }
  return [...told].slice(0, MAX_PROBLEMS).map(([at, message]) => ({ at, message }));
}
