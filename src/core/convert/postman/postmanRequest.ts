import type { GivenOptions } from '../../session/options/connectOptions.ts';
import type { PrintableStep } from '../../request/print/printRequest.ts';
import { fieldsOf, field, listField, numberField, pairsOf, textField } from '../fields.ts';
import type { ImportedEnvironment, ImportedRequest, ImportedVariable } from '../imported.ts';
import { importReferences, unknownDynamics } from '../references.ts';
import { importedRequest, clientVariables, socketIoUrl } from '../foreignRequest.ts';

/** The content of a request in either version of the format. References are written as in Postman. */
export interface PostmanRequest {
  readonly name: string;
  readonly url: string;
  readonly headers: unknown;
  readonly queryParams?: unknown;
  readonly pathVariables?: unknown;
  /** The authentication of the request, or of the nearest folder that has one. */
  readonly auth: unknown;
  readonly settings?: unknown;
  readonly isSocketIo?: boolean;
  readonly steps: readonly PrintableStep[];
  readonly left: readonly string[];
}

export function postmanRequest(request: PostmanRequest): ImportedRequest {
  const { settings, url } = request;
  return importedRequest(
    {
      name: request.name,
      url: request.isSocketIo
        ? socketIoUrl(url, textField(settings, 'path'), textField(settings, 'version'))
        : url,
      headers: [request.headers],
      parameters: request.queryParams,
      pathParameters: request.pathVariables,
      auth: postmanAuth(request.auth),
      options: { ...(request.isSocketIo && { protocol: 'socket.io' }), ...postmanSettings(settings) },
      steps: request.steps,
      left: request.left,
    },
    importReferences,
  );
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
 * `{type, credentials}` of v3, where the credentials are an object or a list, of which the first one counts;
 * `{type, [type]: [{key, value}]}` of v2.1.
 */
function postmanAuth(auth: unknown): { readonly type: string; readonly given: unknown } {
  const one: unknown = Array.isArray(auth) ? auth[0] : auth;
  const type = textField(one, 'type') ?? '';
  const credentials = pairsOf(field(one, 'credentials') ?? field(one, type));
  return { type, given: Object.fromEntries(credentials.map(({ name, value }) => [name, value])) };
}

/** Whether a request or a folder leaves authentication to the folder above it. */
export function inheritsAuth(auth: unknown): boolean {
  return auth === undefined || auth === null || textField(auth, 'type') === 'inherit';
}

/** `{key, value, disabled?, type?: secret}` of collections, with `enabled` in environments. */
export function postmanVariables(list: unknown): readonly ImportedVariable[] {
  return clientVariables(
    list,
    importReferences,
    (each) => textField(each, 'type') === 'secret' || field(each, 'secret') === true,
  );
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

export function isNonEmpty(value: unknown): boolean {
  return Object.keys(fieldsOf(value)).length > 0 || (Array.isArray(value) && value.length > 0);
}
