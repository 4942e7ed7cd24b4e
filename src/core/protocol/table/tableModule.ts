import { isProblem, readJson } from '../json/jsonText.ts';
import { MAX_SNIFFED } from '../limits.ts';
import type { ProtocolModule, WireMessage } from '../protocolModule.ts';
import type { ProtocolTable } from './protocolTable.ts';
import { createTableDecoder } from './tableDecoder.ts';
import { createTablePeer } from './tablePeer.ts';
import { compileTableCondition } from './tableRules.ts';
import { tableVerbs } from './tableVerbs.ts';

/** A table as a module of the registry. `changes` replaces the parts that a table cannot express. */
export function tableModule(table: ProtocolTable, changes: Partial<ProtocolModule> = {}): ProtocolModule {
  const { detect = {}, opening, answers = [], heartbeat } = table;
  const conditions = (detect.messages ?? []).map((condition) => ({
    holds: compileTableCondition(condition),
    members: Object.keys(condition).map((path) => path.replace(/^\$\.?/, '')),
  }));
  const chores = [opening, ...answers.filter(({ role }) => role !== 'server'), heartbeat];
  return {
    id: table.id,
    title: table.title,
    about: table.about ?? '',
    specification: table.specification ?? '',
    subprotocols: table.offer ?? [],
    chores: chores.flatMap((chore) => (chore ? [chore.about] : [])),
    verbs: tableVerbs(table),
    closeCodes: table.closeCodes ?? {},
    detect: {
      subprotocol: (name) =>
        detect.subprotocols?.some((pattern) => matches(pattern, name)) ? `subprotocol ${name}` : undefined,
      url: (url) => {
        const part = detect.urls?.find((each) => url.includes(each));
        return part === undefined ? undefined : `URL with ${part}`;
      },
      message: (message) => {
        const value = sniffed(message, table);
        const found = value === undefined ? undefined : conditions.find(({ holds }) => holds(value));
        return found && `first message with ${found.members.join(' and ')}`;
      },
    },
    createDecoder: () => createTableDecoder(table),
    createPeer: (_, role, ports) => createTablePeer(table, role, ports),
    ...changes,
  };
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** The first envelope of a message. */
function sniffed({ kind, data }: WireMessage, { envelopes }: ProtocolTable): unknown {
  if (kind !== 'text' || data.length > MAX_SNIFFED) return undefined;
  const lineEnd = envelopes === 'lines' ? data.indexOf(0x0a) : -1;
  const json = readJson(data, 0, lineEnd < 0 ? data.length : lineEnd);
  if (isProblem(json)) return undefined;
  return envelopes === 'batch' && Array.isArray(json.value) ? (json.value as unknown[])[0] : json.value;
}
