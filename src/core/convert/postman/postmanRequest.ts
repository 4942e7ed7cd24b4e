import type { GivenOptions } from '../../session/options/connectOptions.ts';
import type { PrintableStep } from '../../request/print/printRequest.ts';
import { fieldsOf, field, listField, numberField, pairsOf, textField } from '../fields.ts';
import {
  importedHeaders,
  webSocketUrl,
  withParameters,
  type ImportedEnvironment,
  type ImportedRequest,
  type ImportedVariable,
} from '../imported.ts';
import { importedAuth } from '../importedAuth.ts';
import { importReferences, unknownDynamics, variableName } from '../references.ts';

/** What both versions of the format say of a request, references as Postman writes them. */
export interface PostmanRequest {
  readonly name: string;
  readonly url: string;
  readonly headers: unknown;
  readonly queryParams?: unknown;
  readonly pathVariables?: unknown;
  /** Of the request, or the nearest of its folders that has one. */
  readonly auth: unknown;
  readonly settings?: unknown;
  readonly isSocketIo?: boolean;
  readonly steps: readonly PrintableStep[];
  readonly left: readonly string[];
}

export function postmanRequest(request: PostmanRequest): ImportedRequest {
  const auth = postmanAuth(request.auth);
  const given = enabled(request.headers);
  const parameters = [...enabled(request.queryParams), ...auth.parameters];
  const path = pathFilled(request.url, request.pathVariables);
  const url = withParameters(
    webSocketUrl(importReferences(request.isSocketIo ? socketIoUrl(path, request.settings) : path)),
    parameters,
  );
  const headers = [...given, ...auth.headers];
  const options: GivenOptions = {
    url,
    ...importedHeaders(headers),
    ...(request.isSocketIo && { protocol: 'socket.io' }),
    ...postmanSettings(request.settings),
  };
  return {
    name: request.name,
    options,
    steps: request.steps,
    left: [
      ...request.left,
      ...auth.left,
      ...unknownDynamics([
        ...[url, ...headers.map(([, value]) => value)],
        ...request.steps.flatMap(({ message }) =>
          message?.kind === 'text' ? [new TextDecoder().decode(message.data)] : [],
        ),
      ]),
    ],
  };
}

function enabled(pairs: unknown): (readonly [string, string])[] {
  return pairsOf(pairs)
    .filter(({ isDisabled }) => !isDisabled)
    .map(({ name, value }) => [importReferences(name), importReferences(value)]);
}

/** `:id` between slashes, as Postman writes the variables of a path. */
function pathFilled(url: string, variables: unknown): string {
  return pairsOf(variables).reduce(
    (filled, { name, value }) =>
      filled.replace(/\/:([\w.-]+)(?=[/?#]|$)/g, (whole, each) => (each === name ? `/${value}` : whole)),
    url,
  );
}

/** The address that Socket.IO connects to: Postman keeps the path and the version of the protocol beside the URL. */
function socketIoUrl(url: string, settings: unknown): string {
  const [, origin = url, query = ''] = /^([a-z]+:\/\/[^/?#]*|[^/?#]*)[^?#]*(?:\?([^#]*))?/i.exec(url) ?? [];
  const path = `/${(textField(settings, 'path') ?? '/socket.io').replace(/^\/+|\/+$/g, '')}/`;
  const version = textField(settings, 'version') === '2' ? '3' : '4';
  return `${origin}${path}?${[`EIO=${version}`, 'transport=websocket', ...(query ? [query] : [])].join('&')}`;
}

/** Durations are milliseconds, the size is mebibytes; 0 is none. */
function postmanSettings(settings: unknown): Partial<GivenOptions> {
  const timeout = numberField(settings, 'handshakeTimeout');
  const size = numberField(settings, 'maxPayload');
  const retries = numberField(settings, 'retryCount');
  const delay = numberField(settings, 'retryDelay');
  return {
    ...(timeout !== undefined && { handshakeTimeout: Math.min(Math.round(timeout), 86_400_000) }),
    ...(size !== undefined && { maxPayload: Math.min(Math.ceil(size * 1024 * 1024), 2047 * 1024 * 1024) }),
    ...(retries !== undefined && { reconnect: Math.min(Math.ceil(retries), 1_000_000) }),
    ...(delay !== undefined && { reconnectDelay: Math.min(Math.max(1, Math.round(delay)), 30_000) }),
    ...(field(settings, 'strictSSL') === false && { insecure: true }),
  };
}

/**
 * `{type, credentials}` of v3, credentials as an object or a list, several of which the first counts; `{type, [type]: [{key, value}]}`
 * of v2.1.
 */
function postmanAuth(auth: unknown): ReturnType<typeof importedAuth> {
  const one: unknown = Array.isArray(auth) ? auth[0] : auth;
  const type = textField(one, 'type') ?? '';
  const credentials = pairsOf(field(one, 'credentials') ?? field(one, type));
  return importedAuth(
    type,
    Object.fromEntries(credentials.map(({ name, value }) => [name, importReferences(value)])),
  );
}

/** Whether a request or a folder leaves authentication to the folder above it. */
export function inheritsAuth(auth: unknown): boolean {
  return auth === undefined || auth === null || textField(auth, 'type') === 'inherit';
}

/** `{key, value, disabled?, type?: secret}` of collections, with `enabled` in environments. */
export function postmanVariables(list: unknown): readonly ImportedVariable[] {
  const secrets = new Set(
    (Array.isArray(list) ? (list as unknown[]) : [])
      .filter((each) => textField(each, 'type') === 'secret' || field(each, 'secret') === true)
      .map((each) => textField(each, 'key')),
  );
  return pairsOf(list)
    .filter(({ isDisabled }) => !isDisabled)
    .map(({ name, value }) => ({
      name: variableName(name),
      value: importReferences(value),
      ...(secrets.has(name) && { isSecret: true }),
    }));
}

/** A `*.postman_environment.json`, or a `*.environment.yaml` of v3; undefined for anything else. */
export function postmanEnvironment(data: unknown): ImportedEnvironment | undefined {
  const scope = textField(data, '_postman_variable_scope');
  const name = textField(data, 'name');
  if (name === undefined || !Array.isArray(field(data, 'values')) || field(data, '$kind') !== undefined)
    return undefined;
  const variables = postmanVariables(listField(data, 'values'));
  return {
    // Globals hold for all environments.
    name: scope === 'globals' ? '$shared' : name,
    variables,
    left: unknownDynamics(variables.map(({ value }) => value)),
  };
}

/**
 * Postman keeps one address for HTTP and WebSocket: only WebSocket requests are carried over, so that variables which begin their
 * URLs can hold WebSocket addresses.
 */
export function asWebSocketAddresses(
  variables: readonly ImportedVariable[],
  requests: readonly ImportedRequest[],
): readonly ImportedVariable[] {
  const first = new Set(requests.map(({ options }) => /^\{\{([^{}]+)\}\}/.exec(options.url)?.[1]));
  return variables.map((variable) =>
    first.has(variable.name) && variable.value !== ''
      ? { ...variable, value: webSocketUrl(variable.value) }
      : variable,
  );
}

export function isNonEmpty(value: unknown): boolean {
  return Object.keys(fieldsOf(value)).length > 0 || (Array.isArray(value) && value.length > 0);
}
