import type { PrintableStep } from '../request/print/printRequest.ts';
import type { GivenOptions } from '../session/options/connectOptions.ts';
import { fieldsOf, pairsOf, textField } from './fields.ts';
import {
  importedHeaders,
  webSocketUrl,
  addParameters,
  type ImportedRequest,
  type ImportedVariable,
} from './imported.ts';
import { importedAuth, type ImportedAuth } from './importedAuth.ts';
import { unknownDynamics, variableName } from './references.ts';

/** A request of another client in one common form. References are those of the client. */
export interface ForeignRequest {
  readonly name: string;
  readonly url: string;
  /** As `pairsOf` reads them: the headers of folders first, then those of the request. */
  readonly headers: readonly unknown[];
  readonly parameters?: unknown;
  /** Values of `:name` between slashes. */
  readonly pathParameters?: unknown;
  readonly auth?: { readonly type: string; readonly given: unknown };
  readonly options?: Partial<GivenOptions>;
  readonly steps: readonly PrintableStep[];
  readonly left: readonly string[];
}

/** @param references writes the references of the client as request files do */
export function importedRequest(
  request: ForeignRequest,
  references: (text: string) => string,
): ImportedRequest {
  const enabled = (pairs: unknown): (readonly [string, string])[] =>
    pairsOf(pairs)
      .filter(({ isDisabled }) => !isDisabled)
      .map(({ name, value }) => [references(name), references(value)]);
  const auth: ImportedAuth = importedAuth(
    request.auth?.type ?? '',
    Object.fromEntries(
      Object.entries(fieldsOf(request.auth?.given)).map(([name, value]) => [
        name,
        typeof value === 'string' ? references(value) : value,
      ]),
    ),
  );
  const path = pathFilled(request.url, request.pathParameters);
  const url = addParameters(webSocketUrl(references(path)), [
    ...enabled(request.parameters),
    ...auth.parameters,
  ]);
  const headers = [...request.headers.flatMap(enabled), ...auth.headers];
  const sent = request.steps.flatMap(({ message }) =>
    message?.kind === 'text' ? [new TextDecoder().decode(message.data)] : [],
  );
  return {
    name: request.name,
    options: { url, ...importedHeaders(headers), ...request.options },
    steps: request.steps,
    left: [
      ...request.left,
      ...auth.left,
      ...unknownDynamics([url, ...headers.map(([, value]) => value), ...sent]),
    ],
  };
}

/** `:id` between slashes, as most clients write the variables of a path. */
function pathFilled(url: string, parameters: unknown): string {
  return pairsOf(parameters).reduce(
    (filled, { name, value }) =>
      filled.replace(/\/:([\w.-]+)(?=[/?#]|$)/g, (whole, each) => (each === name ? `/${value}` : whole)),
    url,
  );
}

/**
 * The address that Socket.IO connects to, which clients keep as a URL, a path and a version of the protocol.
 * @param version of Socket.IO: `2` to `4`
 */
export function socketIoUrl(url: string, path: string | undefined, version: string | undefined): string {
  const [, origin = url, query = ''] = /^([a-z]+:\/\/[^/?#]*|[^/?#]*)[^?#]*(?:\?([^#]*))?/i.exec(url) ?? [];
  const folder = (path ?? '').replace(/^\/+|\/+$/g, '') || 'socket.io';
  const parameters = [`EIO=${version === '2' ? 3 : 4}`, 'transport=websocket', ...(query ? [query] : [])];
  return `${origin}/${folder}/?${parameters.join('&')}`;
}

/** A list of variables as `pairsOf` reads it, with those that the client keeps as secrets. */
export function clientVariables(
  list: unknown,
  references: (text: string) => string,
  isSecret: (variable: unknown) => boolean = () => false,
): readonly ImportedVariable[] {
  const secrets = new Set(
    (Array.isArray(list) ? (list as unknown[]) : [])
      .filter(isSecret)
      .map((each) => textField(each, 'key') ?? textField(each, 'name')),
  );
  return pairsOf(list)
    .filter(({ isDisabled }) => !isDisabled)
    .map(({ name, value }) => ({
      name: variableName(name),
      value: references(value),
      ...(secrets.has(name) && { isSecret: true }),
    }));
}

/**
 * Converts the addresses in variables that begin the URLs of requests. Clients use one `http` address for
 * HTTP and WebSocket; only WebSocket requests are imported, so the variables can hold WebSocket addresses.
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
