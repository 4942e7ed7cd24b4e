import { field, listField, textField } from '../fields.ts';
import { variableName } from '../references.ts';
import type { ImportedAuth } from '../importedAuth.ts';
import type { ImportedVariable } from '../imported.ts';
import { entriesOf, type LocalReferences } from './localReferences.ts';

export interface AsyncapiServer {
  readonly name: string;
  /** `wss://host/path`, its variables as `{{name}}`. */
  readonly url: string;
  readonly isWebSocket: boolean;
  readonly variables: readonly ImportedVariable[];
  readonly security: readonly unknown[];
}

/** The servers of AsyncAPI 2 (`url`) and 3 (`host`, `pathname`). */
export function asyncapiServers(document: unknown, references: LocalReferences): readonly AsyncapiServer[] {
  return entriesOf(field(document, 'servers'), references).map(([name, server]) => {
    const protocol = (textField(server, 'protocol') ?? '').toLowerCase();
    const isWebSocket = protocol === 'ws' || protocol === 'wss';
    const scheme = protocol === 'wss' || protocol === 'https' ? 'wss' : 'ws';
    const host = textField(server, 'host');
    const address =
      host === undefined
        ? (textField(server, 'url') ?? '').replace(/^[a-z]+:\/\//i, '')
        : `${host}${pathOf(textField(server, 'pathname') ?? '')}`;
    return {
      name,
      url: `${scheme}://${bracesToReferences(address.replace(/\/+$/, ''))}`,
      isWebSocket,
      variables: entriesOf(field(server, 'variables'), references).map(([variable, given]) => ({
        name: variableName(variable),
        value: parameterValue(given),
      })),
      security: listField(server, 'security'),
    };
  });
}

/** `{name}` as a reference. */
export function bracesToReferences(text: string): string {
  return text.replace(/\{([^{}]+)\}/g, (_, name: string) => `{{${variableName(name)}}}`);
}

export function pathOf(text: string): string {
  return text === '' || text === '/' || text.startsWith('/') ? text : `/${text}`;
}

/** The first documented value of a server variable or channel parameter. */
export function parameterValue(parameter: unknown): string {
  const schema = field(parameter, 'schema');
  const [first] = [parameter, schema].flatMap((each) => [
    ...[textField(each, 'default')].filter((value) => value !== undefined),
    ...listField(each, 'examples'),
    ...listField(each, 'enum'),
  ]);
  return typeof first === 'string' || typeof first === 'number' || typeof first === 'boolean'
    ? String(first)
    : '';
}

/**
 * Security schemes as headers and parameters whose values are secrets. Only the first requirement is used.
 */
export function asyncapiSecurity(
  security: readonly unknown[],
  document: unknown,
  references: LocalReferences,
): ImportedAuth {
  const [first] = security;
  if (first === undefined) return { headers: [], parameters: [], left: [] };
  const schemes = field(field(document, 'components'), 'securitySchemes');
  // AsyncAPI 2 names schemes as members, 3 refers to them.
  const named = Object.keys(typeof first === 'object' && first !== null ? first : {});
  const isNamed = field(first, '$ref') === undefined && field(first, 'type') === undefined;
  const found = isNamed
    ? named.map((name) => [name, references.follow(field(schemes, name))] as const)
    : [[references.nameOf(first) ?? textField(first, 'type') ?? 'secret', references.follow(first)] as const];
  const parts = found.map(([name, scheme]) => {
    const part = partOf(name, scheme);
    const isSent = part.headers.length + part.parameters.length > 0;
    const remedy = `Set the secret ${variableName(name)}: it authenticates the connection.`;
    return isSent ? { ...part, left: [...part.left, remedy] } : part;
  });
  return {
    headers: parts.flatMap(({ headers }) => headers),
    parameters: parts.flatMap(({ parameters }) => parameters),
    left: [
      ...parts.flatMap(({ left }) => left),
      ...(security.length > 1 ? ['Of several ways to authenticate, the first is taken.'] : []),
    ],
  };
}

function partOf(name: string, scheme: unknown): ImportedAuth {
  const none: ImportedAuth = { headers: [], parameters: [], left: [] };
  const secret = `{{$secret ${variableName(name)}}}`;
  const member = textField(scheme, 'name') ?? name;
  switch (textField(scheme, 'type')) {
    case 'httpApiKey':
      switch (textField(scheme, 'in')) {
        case 'query':
          return { ...none, parameters: [[member, secret]] };
        case 'cookie':
          return { ...none, headers: [['Cookie', `${member}=${secret}`]] };
        default:
          return { ...none, headers: [[member, secret]] };
      }
    case 'http':
      return /^basic$/i.test(textField(scheme, 'scheme') ?? '')
        ? { ...none, headers: [['Authorization', `Basic ${secret}`]] }
        : { ...none, headers: [['Authorization', `Bearer ${secret}`]] };
    case 'userPassword':
      return { ...none, headers: [['Authorization', `Basic ${secret}`]] };
    case 'oauth2':
    case 'openIdConnect':
      return {
        ...none,
        headers: [['Authorization', `Bearer ${secret}`]],
        left: [`The token of ${name} is a secret: get it from its authorization server.`],
      };
    default:
      return { ...none, left: [`The authentication ${name} is not carried over: send it yourself.`] };
  }
}
