import type { ImportResult } from '../imported.ts';
import {
  CURL_OPTIONS,
  WEBSOCAT_OPTIONS,
  WSCAT_OPTIONS,
  type ClientOptions,
  type GivenArguments,
  type ParseArguments,
} from './clientOptions.ts';
import { lastValueReader, type CommandRequest } from './clientValues.ts';
import { curlRequest, hasCookieFile } from './curlRequest.ts';
import { shellWords } from './shellWords.ts';
import { websocatRequest, wscatRequest } from './wscatRequest.ts';

interface Client {
  readonly options: ClientOptions;
  request(given: GivenArguments): CommandRequest;
  /** The options that `request` reads. */
  readonly carried: ReadonlySet<string>;
  /** Options about the output and the end of the client, which have no meaning in a request. */
  readonly terminal: ReadonlySet<string>;
}

/** Browsers copy commands of some kilobytes; a shell takes no more than two megabytes. */
const MAX_CHARS = 1024 * 1024;
const MAX_WORDS = 5000;

/** The supported clients, by the name of the program. Every other option of their tables is listed as left out. */
const CLIENTS: Readonly<Record<string, Client>> = {
  curl: {
    options: CURL_OPTIONS,
    request: curlRequest,
    carried: words(`
    header user cacert cert cert-type key proxy proxy-user noproxy socks5 socks5-hostname cookie user-agent referer
    oauth2-bearer url pass connect-timeout insecure location max-redirs compressed basic digest request
    tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3`),
    terminal: words(`
    include silent show-error verbose no-buffer progress-bar fail output write-out http1.1 globoff no-alpn proxytunnel`),
  },
  wscat: {
    options: WSCAT_OPTIONS,
    request: wscatRequest,
    carried: words(`
    connect header subprotocol origin auth ca cert key passphrase proxy host execute wait no-check location max-redirects`),
    terminal: words('show-ping-pong slash no-color'),
  },
  websocat: {
    options: WEBSOCAT_OPTIONS,
    request: websocatRequest,
    carried: words(`
    header protocol origin basic-auth ws-c-uri insecure ping-interval socks5 tls-domain client-pkcs12-der
    client-pkcs12-passwd`),
    terminal: words('no-close one-message text exit-on-eof verbose quiet'),
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
  if (/^(?:invoke-webrequest|invoke-restmethod|iwr)$/.test(name) || /^\s*\$session\b/.test(text))
    return {
      problem: 'This is a command of PowerShell itself: in the browser, copy the request as cURL instead.',
    };
  const client = Object.hasOwn(CLIENTS, name) ? CLIENTS[name] : undefined;
  if (!client)
    return {
      problem: `This is not a command line of ${Object.keys(CLIENTS).join(', ')}: paste one of these, or a URL.`,
    };
  const given = parseArguments(args, client.options);
  const request = client.request(given);
  if (request.options.url === 'ws://')
    return { problem: `The ${name} command has no URL: add the address to connect to.` };
  const left = leftOptions(name, client, given, request);
  return { collections: [{ requests: [{ name: nameOf(request.options.url), ...request, left }] }] };
}

/**
 * Sentences about every option that the request does not show. An option has an effect if the request without
 * it differs. The headers of the connection itself are left out as docs/import-export.md says.
 */
function leftOptions(name: string, client: Client, given: GivenArguments, request: CommandRequest): string[] {
  const written = JSON.stringify(request, bytesAsNumbers);
  const hasEffect = (option: string): boolean => {
    const values = Object.fromEntries(Object.entries(given.values).filter(([other]) => other !== option));
    return written !== JSON.stringify(client.request({ ...given, values }), bytesAsNumbers);
  };
  const options = Object.keys(given.values);
  const idle = options.filter(
    (option) =>
      client.terminal.has(option) ||
      (client.carried.has(option) && option !== 'header' && !hasEffect(option) && !isDropped(option, given)),
  );
  const dropped = options.filter(
    (option) => isDropped(option, given) || !(client.carried.has(option) || client.terminal.has(option)),
  );
  return [
    ...[...dropped, ...given.unknown.map((option) => option.replace(/^-+/, ''))].map(
      (option) => `The option ${dashed(option)} of ${name} is not carried over.`,
    ),
    ...(idle.length > 0
      ? [`Options of ${name} that change nothing of a request are left out: ${idle.map(dashed).join(', ')}.`]
      : []),
  ];
}

function dashed(option: string): string {
  return `${option.length > 1 ? '--' : '-'}${option}`;
}

function bytesAsNumbers(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}

/** Whether a value of an option asks for something that no request has. */
function isDropped(option: string, given: GivenArguments): boolean {
  const one = lastValueReader(given);
  switch (option) {
    case 'cookie':
      return hasCookieFile(given);
    case 'request':
      return !/^get$/i.test(one('request') ?? '');
    case 'noproxy':
      return one('noproxy') !== '*';
    case 'cert-type':
      return !/^(?:pem|p12)$/i.test(one('cert-type') ?? '');
    default:
      return false;
  }
}

function nameOf(url: string): string {
  const [, host = url] = /^[a-z+]+:\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(url) ?? [];
  return host;
}
