import type { PrintableStep } from '../../request/print/printRequest.ts';
import { field, listField, textField } from '../fields.ts';
import { newFileName, type WrittenFile } from '../fileNames.ts';
import {
  importedHeaders,
  textOf,
  addParameters,
  type Imported,
  type ImportedRequest,
  type ImportedVariable,
  type ImportResult,
} from '../imported.ts';
import type { Importer } from '../importer.ts';
import { variableName } from '../references.ts';
import { channelTalks, type ChannelTalk } from './asyncapiChannels.ts';
import {
  asyncapiSecurity,
  asyncapiServers,
  parameterValue,
  pathOf,
  bracesToReferences,
} from './asyncapiServers.ts';
import { entriesOf, createLocalReferences, type LocalReferences } from './localReferences.ts';
import { exampleOf, payloadSchema, schemaFile } from './payloadSchema.ts';

/** Maximum requests of one file, and maximum steps of one request. */
const MAX_REQUESTS = 500;
const MAX_STEPS = 100;

/** AsyncAPI 2 and 3: documents that describe a server. */
export const ASYNCAPI: Importer = {
  id: 'asyncapi',
  title: 'an AsyncAPI description',
  recognise: ({ files: [file], isFolder }) =>
    !isFolder && textField(file?.data, 'asyncapi') !== undefined ? 'it has asyncapi' : undefined,
  read({ files: [file] }): ImportResult {
    const version = textField(file?.data, 'asyncapi');
    if (!file || version === undefined)
      return { problem: file?.problem ?? 'It has no asyncapi: choose a description of AsyncAPI 2 or 3.' };
    if (!/^[23]\./.test(version))
      return { problem: `It is AsyncAPI ${version.slice(0, 20)}: convert it to version 2 or 3.` };
    return descriptionOf(file.data);
  },
};

function descriptionOf(document: unknown): ImportResult {
  const references = createLocalReferences(document);
  const servers = asyncapiServers(document, references);
  const talks = channelTalks(document, references);
  const ofSockets = servers.filter(({ isWebSocket }) => isWebSocket);
  const hasBindings = talks.some(({ channel }) => wsBinding(channel, references) !== undefined);
  if (ofSockets.length === 0 && servers.length > 0 && !hasBindings)
    return { problem: 'None of its servers speaks ws or wss: import a description of a WebSocket server.' };
  const used = ofSockets.length > 0 ? ofSockets : servers;
  const name = newFileName(textField(field(document, 'info'), 'title') ?? 'asyncapi', new Set());
  const schemas: WrittenFile[] = [];
  const left: string[] = [];
  const files = schemaWriter(name, schemas, references);
  const security = asyncapiSecurity(used[0]?.security ?? [], document, references);
  const requests = talks
    .slice(0, MAX_REQUESTS)
    .map((talk) => requestOf(talk, { references, security, files }));
  if (talks.length > MAX_REQUESTS) left.push(`${talks.length - MAX_REQUESTS} channels are left out.`);
  if (used.length === 0) left.push('It names no server: set the variable server.');
  const parameters = talks.flatMap(({ channel }) =>
    entriesOf(field(channel, 'parameters'), references).map(([parameter, given]) => ({
      name: variableName(parameter),
      value: parameterValue(given),
    })),
  );
  const [first] = used;
  const imported: Imported = {
    collections: [
      {
        name,
        variables: distinct([
          { name: 'server', value: first?.url ?? 'ws://localhost' },
          ...(first?.variables ?? []),
          ...parameters,
        ]),
        requests,
        left: [...left, ...references.left],
      },
    ],
    schemas,
    ...(used.length > 1 && {
      environments: used.map((server) => ({
        name: server.name,
        variables: [{ name: 'server', value: server.url }, ...server.variables],
      })),
    }),
  };
  return imported;
}

function distinct(variables: readonly ImportedVariable[]): readonly ImportedVariable[] {
  return [...new Map([...variables].reverse().map((each) => [each.name, each])).values()].reverse();
}

interface Describing {
  readonly references: LocalReferences;
  readonly security: ReturnType<typeof asyncapiSecurity>;
  /** Writes the schemas of messages as a file. @returns its name; undefined if one of them has none */
  readonly files: (label: string, messages: readonly unknown[]) => string | undefined;
}

function requestOf(talk: ChannelTalk, { references, security, files }: Describing): ImportedRequest {
  const { name, address, channel, sends, receives } = talk;
  const left: string[] = [...security.left];
  const binding = wsBinding(channel, references);
  const query = bindingValues(field(binding, 'query'), references, left);
  const headers = bindingValues(field(binding, 'headers'), references, left);
  const steps: PrintableStep[] = [];
  const wait = (label: string, messages: readonly unknown[]): void => {
    const file = files(label, messages);
    steps.push({ label, wait: file === undefined ? {} : { where: [`$ schema ./${file}`] } });
    if (file === undefined) left.push(`The wait for ${label} takes any message: it has no JSON Schema.`);
  };
  for (const { message, label, replies } of sends) {
    for (const { name: example, text, isMade } of examplesOf(message, references)) {
      steps.push({ label: example ?? label, message: textOf(text) });
      if (isMade) left.push(`The message ${label} has no example: it is made from its schema.`);
      if (replies.length > 0)
        wait(
          replies.map((reply) => reply.label).join(' or '),
          replies.map((reply) => reply.message),
        );
    }
  }
  if (sends.length === 0) for (const { label, message } of receives) wait(label, [message]);
  else if (receives.length > 0)
    left.push(
      `The server also sends ${receives.map(({ label }) => label).join(', ')}: no step waits for it.`,
    );
  if (steps.length > MAX_STEPS) left.push(`${steps.length - MAX_STEPS} steps are left out.`);
  const url = addParameters(`{{server}}${bracesToReferences(pathOf(address))}`, [
    ...query,
    ...security.parameters,
  ]);
  return {
    name,
    options: { url, ...importedHeaders([...headers, ...security.headers]) },
    steps: steps.slice(0, MAX_STEPS),
    left: [...new Set(left)],
  };
}

function wsBinding(channel: unknown, references: LocalReferences): unknown {
  return references.follow(field(references.follow(field(channel, 'bindings')), 'ws'));
}

/** Members of a binding that are required, or that have one value only. */
function bindingValues(
  schema: unknown,
  references: LocalReferences,
  left: string[],
): readonly (readonly [string, string])[] {
  const found = references.follow(schema);
  const required = new Set(listField(found, 'required'));
  const optional: string[] = [];
  const values = entriesOf(field(found, 'properties'), references).flatMap(([name, property]) => {
    if (!required.has(name) && field(property, 'const') === undefined) {
      optional.push(name);
      return [];
    }
    const value = exampleOf(property, references);
    return [[name, typeof value === 'string' ? value : JSON.stringify(value)] as const];
  });
  if (optional.length > 0)
    left.push(`Optional members of the handshake are left out: ${optional.join(', ')}.`);
  return values;
}

interface Example {
  readonly name: string | undefined;
  readonly text: string;
  readonly isMade: boolean;
}

/** The examples of a message, or one that is generated from its schema. */
function examplesOf(message: unknown, references: LocalReferences): readonly Example[] {
  const given = listField(message, 'examples').flatMap((example): readonly Example[] => {
    const payload = field(references.follow(example), 'payload');
    return payload === undefined
      ? []
      : [{ name: textField(example, 'name'), text: textOfPayload(payload), isMade: false }];
  });
  if (given.length > 0) return given;
  const schema = payloadSchema(message, references);
  return schema === undefined
    ? []
    : [{ name: undefined, text: textOfPayload(exampleOf(schema, references)), isMade: true }];
}

function textOfPayload(payload: unknown): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload, undefined, 2);
}

function schemaWriter(
  name: string,
  schemas: WrittenFile[],
  references: LocalReferences,
): Describing['files'] {
  const taken = new Set<string>();
  const known = new Map<string, string>();
  return (label, messages) => {
    const found = messages.map((message) => payloadSchema(message, references));
    if (found.length === 0 || found.some((schema) => schema === undefined)) return undefined;
    const text = schemaFile(found, references);
    const before = known.get(text);
    if (before !== undefined) return before;
    const path = `${newFileName(`${name}-${label}`, taken)}.schema.json`;
    known.set(text, path);
    schemas.push({ path, text });
    return path;
  };
}
