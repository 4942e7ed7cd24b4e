import type { GivenOptions } from '../../session/options/connectOptions.ts';
import {
  importedHeaders,
  textOf,
  webSocketUrl,
  type ImportedRequest,
  type ImportResult,
} from '../imported.ts';
import {
  CURL_OPTIONS,
  WEBSOCAT_OPTIONS,
  WSCAT_OPTIONS,
  type ClientOptions,
  type GivenArguments,
  type ParseArguments,
} from './clientOptions.ts';
import { shellWords } from './shellWords.ts';

interface Client {
  readonly options: ClientOptions;
  request(given: GivenArguments): Omit<ImportedRequest, 'name' | 'left'>;
  /** Options that need no conversion, or that the request covers. */
  readonly carried: ReadonlySet<string>;
}

/** Browsers copy commands of some kilobytes; a shell takes no more than two megabytes. */
const MAX_CHARS = 1024 * 1024;
const MAX_WORDS = 5000;

/** The supported clients, by the name of the program. */
const CLIENTS: Readonly<Record<string, Client>> = {
  curl: {
    options: CURL_OPTIONS,
    request: curlRequest,
    carried: words(`
    header user cacert cert key proxy cookie user-agent referer oauth2-bearer url pass connect-timeout insecure location
    include silent show-error verbose no-buffer compressed http1.1 fail globoff get basic digest request output write-out
    no-alpn proxytunnel progress-bar ipv4 ipv6`),
  },
  wscat: {
    options: WSCAT_OPTIONS,
    request: wscatRequest,
    carried: words(`
    connect header subprotocol origin auth ca cert key passphrase proxy execute wait no-check location show-ping-pong slash no-color`),
  },
  websocat: {
    options: WEBSOCAT_OPTIONS,
    request: websocatRequest,
    carried: words(`
    header protocol origin basic-auth ws-c-uri insecure no-close one-message text exit-on-eof verbose quiet`),
  },
};

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** Whether `importCommandLine` can read a text as a command line. */
export function isCommandLine(text: string): boolean {
  return /^\s*(?:\$\s+)?(?:curl|wscat|websocat)(?:\.exe)?\s/i.test(text);
}

/** Converts a command line of curl, wscat or websocat, as copied from a terminal or a browser, to a request. */
export function importCommandLine(text: string, parseArguments: ParseArguments): ImportResult {
  if (text.length > MAX_CHARS)
    return {
      problem: 'The command line is longer than 1 MiB: leave out the data that is no part of the handshake.',
    };
  const all = shellWords(text.replace(/^\s*\$\s+/, ''));
  if (all === undefined)
    return {
      problem: 'The command line has an expression of the shell that has no end: write its value instead.',
    };
  if (all.length > MAX_WORDS)
    return {
      problem: `The command line has more than ${MAX_WORDS} words: leave out what is no part of the handshake.`,
    };
  const [program = '', ...args] = all;
  const name = program
    .replace(/^.*[/\\]/, '')
    .replace(/\.exe$/i, '')
    .toLowerCase();
  const client = Object.hasOwn(CLIENTS, name) ? CLIENTS[name] : undefined;
  if (!client)
    return {
      problem: `This is not a command line of ${Object.keys(CLIENTS).join(', ')}: paste one of these, or a URL.`,
    };
  const given = parseArguments(args, client.options);
  const request = client.request(given);
  if (request.options.url === 'ws://')
    return { problem: `The ${name} command has no URL: add the address to connect to.` };
  const dropped = Object.keys(given.values).filter(
    (option) => !client.carried.has(option) || (option === 'cookie' && hasCookieFile(given)),
  );
  const left = [...dropped, ...given.unknown.map((option) => option.replace(/^-+/, ''))].map(
    (option) => `The option ${option.length > 1 ? '--' : '-'}${option} of ${name} is not carried over.`,
  );
  return { collections: [{ requests: [{ name: nameOf(request.options.url), ...request, left }] }] };
}

function nameOf(url: string): string {
  const [, host = url] = /^[a-z+]+:\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(url) ?? [];
  return host;
}

function curlRequest(given: GivenArguments): Omit<ImportedRequest, 'name' | 'left'> {
  const one = reader(given);
  const headers = pairs(given.values.header);
  const added = [
    ...lines('User-Agent', one('user-agent')),
    ...lines('Referer', one('referer')),
    ...lines('Cookie', given.values.cookie?.filter((each) => !isCookieFile(each)).join('; ')),
    ...lines('Authorization', one('oauth2-bearer') && `Bearer ${one('oauth2-bearer')}`),
    ...lines('Authorization', credentials(one('user'), one('digest') === undefined ? 'Basic' : 'Digest')),
  ];
  const seconds = Number(one('connect-timeout'));
  return {
    options: {
      url: webSocketUrl(one('url') ?? given.positionals[0] ?? ''),
      ...importedHeaders([...headers, ...added]),
      ...tls(one, { ca: 'cacert', insecure: 'insecure' }),
      ...(one('pass') !== undefined && { passphrase: one('pass')! }),
      ...(one('proxy') !== undefined && { proxy: withScheme(one('proxy')!) }),
      ...(seconds > 0 && { handshakeTimeout: Math.round(seconds * 1000) }),
    },
    steps: [],
  };
}

function wscatRequest(given: GivenArguments): Omit<ImportedRequest, 'name' | 'left'> {
  const one = reader(given);
  const headers = [
    ...pairs(given.values.header),
    ...lines('Origin', one('origin')),
    ...lines('Authorization', credentials(one('auth'), 'Basic')),
    ...(given.values.subprotocol ?? []).map((each) => ['Sec-WebSocket-Protocol', each] as const),
  ];
  return {
    options: {
      url: webSocketUrl(one('connect') ?? given.positionals[0] ?? ''),
      ...importedHeaders(headers),
      ...tls(one, { ca: 'ca', insecure: 'no-check' }),
      ...(one('passphrase') !== undefined && { passphrase: one('passphrase')! }),
      ...(one('proxy') !== undefined && { proxy: withScheme(one('proxy')!) }),
    },
    steps: (given.values.execute ?? []).map((text) => ({ message: textOf(text) })),
  };
}

function websocatRequest(given: GivenArguments): Omit<ImportedRequest, 'name' | 'left'> {
  const one = reader(given);
  const address =
    given.positionals.find((each) => /^(?:ws|wss|ws-c|http|https):/i.test(each)) ?? given.positionals.at(-1);
  const headers = [
    ...pairs(given.values.header),
    ...lines('Origin', one('origin')),
    ...lines('Authorization', credentials(one('basic-auth'), 'Basic')),
    ...lines('Sec-WebSocket-Protocol', one('protocol')),
  ];
  return {
    options: {
      url: webSocketUrl(one('ws-c-uri') ?? address ?? ''),
      ...importedHeaders(headers),
      ...(one('insecure') !== undefined && { insecure: true }),
    },
    steps: [],
  };
}

/** curl reads cookies from a file if the value of `-b` has no `=`. An empty value only turns cookies on. */
function isCookieFile(cookie: string): boolean {
  return !cookie.includes('=');
}

function hasCookieFile({ values }: GivenArguments): boolean {
  return (values.cookie ?? []).some((each) => each !== '' && isCookieFile(each));
}

/** Reads the last value of an option. */
function reader({ values }: GivenArguments): (name: string) => string | undefined {
  return (name) => values[name]?.at(-1);
}

function lines(name: string, value: string | undefined): (readonly [string, string])[] {
  return value === undefined || value === '' ? [] : [[name, value]];
}

/** `Name: value`, or `Name;`, curl's form of a header without a value. */
function pairs(headers: readonly string[] = []): (readonly [string, string])[] {
  return headers.flatMap((header) => {
    const [, name = '', value = ''] = /^([^:;]+)[:;]\s*(.*)$/s.exec(header) ?? [];
    return name === '' ? [] : [[name.trim(), value.trim()] as const];
  });
}

/** `user:password` in plain text, the form of request files. */
function credentials(text: string | undefined, scheme: string): string | undefined {
  if (text === undefined) return undefined;
  const [user, ...password] = text.split(':');
  return `${scheme} ${user} ${password.join(':')}`;
}

function withScheme(proxy: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy.replace(/^socks5h:/i, 'socks5:') : `http://${proxy}`;
}

function tls(
  one: (name: string) => string | undefined,
  names: { readonly ca: string; readonly insecure: string },
): Partial<GivenOptions> {
  const ca = one(names.ca);
  return {
    ...(one(names.insecure) !== undefined && { insecure: true }),
    ...(ca !== undefined && { ca: [ca] }),
    ...(one('cert') !== undefined && { cert: one('cert')! }),
    ...(one('key') !== undefined && { key: one('key')! }),
  };
}
