import type { GivenOptions } from '../session/options/connectOptions.ts';
import { OPTION_ENTRIES } from '../session/options/optionTable.ts';
import {
  headerSecrets,
  payloadSecrets,
  subprotocolSecrets,
  urlSecrets,
} from '../request/print/secretNames.ts';
import type { Problem } from '../request/syntax/diagnostic.ts';
import { requestOptions } from '../request/plan/requestOptions.ts';
import type { Scope } from '../request/variables/scope.ts';
import type { Request } from '../request/syntax/tree.ts';
import { describeStep, type StepSources } from './describeStep.ts';
import type { Placeholders } from './placeholders.ts';
import { usedVariables, type HeaderValue, type Program, type Words } from './program.ts';
import { percentDecoded } from '../text/percentDecoded.ts';

/** The context in which a request is resolved. */
export interface ProgramSources extends StepSources {
  readonly scope: Scope;
  readonly placeholders: Placeholders;
  /** Write secrets as they are, instead of reading them from the environment. */
  readonly reveal: boolean;
}

/** The options that programs support; for any other option the program has a note that it is ignored. */
const CARRIED: ReadonlySet<string> = new Set([
  'url',
  'headers',
  'subprotocols',
  'insecure',
  'ca',
  'cert',
  'key',
  'proxy',
  'handshakeTimeout',
  'secrets',
]);

const DEFAULT_TIMEOUT = 30_000;

/** `Basic user password` in plain text, the form of request files. */
const BASIC_IN_CLEAR = /^basic\s+(\S+)\s+(\S.*)$/i;

/**
 * Describes a request independently of a language. Dynamic values, such as `{{$uuid}}`, are created once, here.
 * @returns the program, or the problems of the request, each at its place
 */
export async function describeProgram(
  name: string,
  request: Request,
  sources: ProgramSources,
): Promise<{ readonly program: Program } | { readonly problems: readonly Problem[] }> {
  if (request.error) return { problems: [request.error] };
  const { scope, placeholders } = sources;
  const given = requestOptions(request, scope);
  if ('problems' in given) return given;
  const { options } = given;
  if (!sources.reveal) hideSecrets(options, scope, request, placeholders);

  const steps = [];
  for (const step of request.steps) {
    const described = await describeStep(step, sources);
    if ('problems' in described) return described;
    steps.push(described.step);
  }
  const { url, userInfo } = withoutUserInfo(options.url);
  const isSecure = /^wss:/i.test(url);
  const files = isSecure ? tlsFiles(options, placeholders) : NO_TLS;
  const headers = (options.headers ?? []).map(([header, value]) => [header, value] as const);
  const isAuthorized = headers.some(([header]) => header.toLowerCase() === 'authorization');
  const origin = headers.find(([header]) => header.toLowerCase() === 'origin');
  const proxy = options.proxy === undefined || options.proxy === 'none' ? undefined : options.proxy;
  const program: Program = {
    name,
    url: sentUrl(url, placeholders),
    headers: [
      ...(userInfo === undefined || isAuthorized
        ? []
        : [['Authorization', { basic: placeholders.words(userInfo) }] as const]),
      ...headers
        .filter((header) => header !== origin)
        .map(([header, value]) => [header, headerValue(header, value, placeholders)] as const),
    ],
    origin: origin && placeholders.words(origin[1]),
    subprotocols: (options.subprotocols ?? []).map((each) => placeholders.words(each)),
    insecure: isSecure && (options.insecure ?? false),
    ca: files.ca,
    cert: files.cert,
    key: files.key,
    proxy: proxy === undefined || proxy === '' ? undefined : placeholders.words(proxy),
    handshakeTimeout: options.handshakeTimeout ?? DEFAULT_TIMEOUT,
    variables: [],
    steps,
    left: [
      ...leftOptions(options, sources.calls !== undefined),
      ...(isSecure ? files.left : leftTls(options)),
      ...leftHandshake(request),
    ],
  };
  const used = usedVariables(program);
  return { program: { ...program, variables: placeholders.variables().filter((each) => used.has(each)) } };
}

const NO_TLS = { ca: [] as readonly string[], cert: '', key: '', left: [] as readonly string[] };

/** The files of TLS. A path that depends on a variable cannot be a literal. */
function tlsFiles(options: GivenOptions, placeholders: Placeholders): typeof NO_TLS {
  const { ca = [], cert = '', key = '' } = options;
  const unknown = [...ca, cert, key].some((path) => placeholders.holds(path));
  return unknown
    ? {
        ...NO_TLS,
        left: ['The files of certificates are not carried over: their paths depend on a variable.'],
      }
    : { ca, cert, key, left: [] };
}

/** Some clients refuse TLS options for a URL without TLS. */
function leftTls({ insecure, ca = [], cert = '', key = '' }: GivenOptions): string[] {
  return insecure === true || ca.length + cert.length + key.length > 0
    ? ['The options of TLS are not carried over: the URL is not wss:.']
    : [];
}

/** The URL as Duplex sends it: encoded by the URL standard. Many clients send the characters as they are. */
function sentUrl(url: string, placeholders: Placeholders): Words {
  const words = placeholders.words(url);
  const text = placeholders.text(words);
  if (!/^wss?:/i.test(text)) return words;
  try {
    return placeholders.words(new URL(text).href);
  } catch {
    // A host that is known only at run time may look invalid.
    return words;
  }
}

/** Secrets become environment variables: those of references, and those that the file holds in plain text. */
function hideSecrets(
  options: GivenOptions,
  scope: Scope,
  request: Request,
  placeholders: Placeholders,
): void {
  const named = [
    ...urlSecrets(withoutUserInfo(options.url).url),
    ...urlSecrets(options.proxy ?? '').map(([, value]) => ['proxy_password', value] as const),
    ...(options.headers ?? []).flatMap(([name, value]) => headerSecrets(name, value)),
    ...(options.subprotocols ?? []).flatMap(subprotocolSecrets),
    ...[...scope.secrets].map((value) => ['secret', value] as const),
    ...request.steps.flatMap(({ payload }) =>
      payload && payload.kind !== 'file' ? payloadSecrets(payload.text.parts) : [],
    ),
  ];
  for (const [name, value] of named) placeholders.hide(value, name);
  // Programs encode these values themselves, so the secret part is hidden before the encoding.
  for (const credentials of [
    withoutUserInfo(options.url).userInfo,
    ...(options.headers ?? []).map(basicCredentials),
  ])
    if (credentials?.includes(':'))
      placeholders.hide(credentials.slice(credentials.indexOf(':') + 1), 'password');
}

/** `user:password` of an Authorization header in plain text. */
function basicCredentials([name, value]: readonly [string, string]): string | undefined {
  const basic = name.toLowerCase() === 'authorization' ? BASIC_IN_CLEAR.exec(value) : null;
  return basic ? `${basic[1]}:${basic[2]!.trim()}` : undefined;
}

function headerValue(name: string, value: string, placeholders: Placeholders): HeaderValue {
  const credentials = basicCredentials([name, value]);
  return credentials === undefined
    ? { text: placeholders.words(value) }
    : { basic: placeholders.words(credentials) };
}

/** Not all clients send the user info of a URL (RFC 6455 has no rule for it), so programs send a header. */
function withoutUserInfo(url: string): { readonly url: string; readonly userInfo: string | undefined } {
  const [, scheme = '', userInfo, rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#\\]*)@(.*)$/is.exec(url) ?? [];
  if (userInfo === undefined) return { url, userInfo };
  const [user = '', ...password] = userInfo.split(':').map(percentDecoded);
  return { url: `${scheme}${rest}`, userInfo: `${user}:${password.join(':')}` };
}

function leftOptions(options: GivenOptions, speaksProtocol: boolean): string[] {
  const digest = (options.headers ?? []).some(
    ([name, value]) => name.toLowerCase() === 'authorization' && /^digest\s/i.test(value),
  );
  return [
    ...OPTION_ENTRIES.filter(
      ([key]) => options[key] !== undefined && !CARRIED.has(key) && !(speaksProtocol && key === 'protocol'),
    ).map(([, spec]) => `@${spec.name} (${spec.what}) is not carried over.`),
    ...(digest ? ['Digest authentication is not carried over: it needs the challenge of the server.'] : []),
  ];
}

function leftHandshake({ directives }: Request): string[] {
  return directives
    .filter(({ condition }) => condition)
    .map(({ name }) => `@${name.text} about the handshake is not carried over.`);
}
