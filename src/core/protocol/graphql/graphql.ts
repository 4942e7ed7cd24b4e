import type { Decoder, Peer, ProtocolModule } from '../protocolModule.ts';
import type { ProtocolTable } from '../table/protocolTable.ts';
import { createTableDecoder } from '../table/tableDecoder.ts';
import { tableModule } from '../table/tableModule.ts';
import { createTablePeer } from '../table/tablePeer.ts';
import { type DecodedUnit, decodedText } from '../unit.ts';
import { graphqlLegacyTable, graphqlTransportTable } from './graphqlTables.ts';
import type { EncodeProblem } from '../verb.ts';
import { isEncodeProblem, jsonBody } from '../json/jsonBody.ts';

export const graphqlTransport = graphqlModule(graphqlTransportTable);
export const graphqlLegacy = graphqlModule(graphqlLegacyTable);

/** Maximum operations whose names are kept; the latest ones stay. */
const MAX_OPERATIONS = 10_000;

/** Maximum size of a message that may end an operation. Results are skipped without parsing. */
const HEAD_BYTES = 160;

function graphqlModule(table: ProtocolTable): ProtocolModule {
  const module = tableModule(table);
  const verbs = module.verbs.map((spec) =>
    spec.name === 'subscribe' ? { ...spec, body: 'graphql' as const } : spec,
  );
  return {
    ...module,
    verbs,
    createDecoder: (_, checkpoint) => createDecoder(table, checkpoint),
    createPeer: (_, role, ports) =>
      withDocuments(createTablePeer(table, role, ports), createTableDecoder(table)),
  };
}

/** Results carry only the id of their operation, so their name is looked up by the id. */
function createDecoder(table: ProtocolTable, checkpoint = '[]'): Decoder {
  const decoder = createTableDecoder(table);
  const names = new Map<string, string>(JSON.parse(checkpoint || '[]') as [string, string][]);

  const named = (unit: DecodedUnit): DecodedUnit => {
    const { stream = '', payload } = unit;
    if (unit.type === 'subscribe') {
      const name = unit.name || operationName(queryOf(unit));
      if (names.size >= MAX_OPERATIONS) names.delete(names.keys().next().value ?? '');
      names.set(stream, name);
      return { ...unit, name, label: `${unit.label ?? ''} ${name}`.trimEnd() };
    }
    const name = names.get(stream) ?? unit.name;
    const label = name === unit.name ? unit.label : `${unit.label ?? ''} ${name}`;
    return {
      ...unit,
      name,
      label,
      error: unit.error === undefined ? undefined : errorsText(payload, unit.error),
    };
  };

  return {
    decode(message) {
      const { units, problems } = decoder.decode(message);
      return { units: units.map(named), problems };
    },
    checkpoint: () => JSON.stringify([...names]),
  };
}

function queryOf({ payload }: DecodedUnit): string {
  const text = payload && decodedText(payload);
  const value = text === undefined ? undefined : (JSON.parse(text) as { query?: unknown } | null);
  return typeof value?.query === 'string' ? value.query : '';
}

/** Each error with the path of the field that it concerns. */
function errorsText(payload: DecodedUnit['payload'], first: string): string {
  const text = payload && decodedText(payload);
  if (text === undefined) return first;
  const value = JSON.parse(text) as { errors?: unknown } | null;
  const errors = Array.isArray(value) ? value : value?.errors;
  if (!Array.isArray(errors)) return first;
  return errors.slice(0, 10).map(errorText).join('; ').slice(0, 1000);
}

function errorText(error: unknown): string {
  const { message, path } = (error ?? {}) as { message?: unknown; path?: unknown };
  const where = Array.isArray(path) ? ` (at ${path.map(String).join('.')})` : '';
  return `${typeof message === 'string' ? message : 'error'}${where}`;
}

/** `@subscribe` takes a document. Operations that are still open are completed at the end. */
function withDocuments(peer: Peer, decoder: Decoder): Peer {
  const open = new Set<string>();
  return {
    ...peer,
    get opening() {
      return peer.opening;
    },
    listens: true,
    receive(message) {
      if (open.size > 0) open.delete(endedOperation(message.data) ?? '');
      return peer.receive(message);
    },
    follow(message) {
      const { units } = decoder.decode(message);
      for (const { type, stream } of units) {
        if (type === 'subscribe' && stream !== undefined) open.add(stream);
        else if (type === 'unsubscribe' && stream !== undefined) open.delete(stream);
      }
    },
    encode(call) {
      if (call.verb === 'complete') {
        const id = call.arguments[0] ?? (JSON.parse([...open].at(-1) ?? 'null') as string | null);
        if (id === null) return { problem: '@complete stops an operation: none is open.' };
        open.delete(JSON.stringify(id));
        return peer.encode({ ...call, arguments: [id] });
      }
      if (call.verb !== 'subscribe' || call.body === undefined) return peer.encode(call);
      const body = graphqlPayload(call.body);
      if (typeof body !== 'string') return body;
      const encoded = peer.encode({ ...call, body });
      if ('awaits' in encoded && encoded.awaits !== undefined) open.add(encoded.awaits);
      return encoded;
    },
    finish() {
      const ids = [...open];
      open.clear();
      return ids.flatMap((id) => {
        const stop = peer.encode({
          verb: 'complete',
          arguments: [JSON.parse(id) as string],
          options: {},
          body: undefined,
          headers: [],
          beside: [],
          taken: undefined,
        });
        return 'messages' in stop ? stop.messages : [];
      });
    },
  };
}

/** The id, as JSON text, in a message that ends its operation. */
function endedOperation(data: Uint8Array): string | undefined {
  const head = new TextDecoder().decode(data.subarray(0, HEAD_BYTES));
  if (!/"type"\s*:\s*"(?:complete|error)"/.test(head)) return undefined;
  return /"id"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(head)?.[1];
}

// Skips comments and finds the name of the operation. The server validates the document.
const OPERATION = /^\s*(?:#[^\n]*\n\s*)*(query|mutation|subscription)\s+([A-Za-z_]\w*)/;
const FIRST_FIELD = /\{\s*(?:[A-Za-z_]\w*\s*:\s*)?([A-Za-z_]\w*)/;

/** The name of an operation, or else of its first field. */
export function operationName(document: string): string {
  const head = document.slice(0, 4096);
  return OPERATION.exec(head)?.[2] ?? FIRST_FIELD.exec(head)?.[1] ?? '';
}

/** The payload of `subscribe` as JSON text: `query` and `variables`, which keep their spelling. */
export function graphqlPayload(body: string): string | EncodeProblem {
  const { document, variables } = splitBody(body);
  if (document.trim() === '')
    return { problem: 'The payload of @subscribe is a GraphQL document, and it is empty.' };
  const name = OPERATION.exec(document)?.[2];
  const members = [`"query":${JSON.stringify(document)}`];
  if (variables !== undefined) members.push(`"variables":${variables}`);
  if (name !== undefined) members.push(`"operationName":${JSON.stringify(name)}`);
  return `{${members.join(',')}}`;
}

/** The last paragraph holds the variables if it is a JSON object. */
function splitBody(body: string): { readonly document: string; readonly variables: string | undefined } {
  const text = body.trim();
  for (const { index, 0: gap } of [...text.matchAll(/\n[ \t]*\n\s*/g)].reverse()) {
    const rest = text.slice(index + gap.length);
    if (!rest.startsWith('{')) continue;
    const variables = jsonBody(rest, 'subscribe', 'object');
    if (!isEncodeProblem(variables)) return { document: text.slice(0, index), variables };
  }
  return { document: text, variables: undefined };
}
