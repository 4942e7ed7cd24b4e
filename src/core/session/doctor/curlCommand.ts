import type { ConnectOptions } from '../../../shared/session.ts';
import { unixUrl } from '../options/url.ts';
import { MASK, maskHeaders, maskUrl } from '../secrets/mask.ts';
import { maskSecrets } from '../secrets/maskSecrets.ts';
import { secretValues } from '../secrets/secretValues.ts';
import { percentDecoded } from '../../text/percentDecoded.ts';

/** One option of curl, with or without a value. */
type Argument = readonly [option: string, value?: string];

/** `Basic user password` and `Digest user password` in plain text, the form of request files. */
const IN_CLEAR = /^(basic|digest)\s+(\S+)\s+(\S.*)$/i;

/** The example nonce of RFC 6455, section 1.3. Any nonce shows how a server answers. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/**
 * Writes the same handshake as a curl command for a POSIX shell. It prints the answer, and after a 101 the bytes that
 * the server sends, until Ctrl+C. Redirects are not followed.
 * @param reveal write secrets as they are; otherwise they are masked and the user fills them in
 */
export function curlCommand(options: ConnectOptions, reveal = false): string {
  const secrets = secretValues(options);
  const shown = reveal ? options : masked(options);
  const lines = [
    'curl --include --no-buffer --http1.1',
    ...argumentsOf(shown).map(line),
    shellWord(target(shown)),
  ];
  const command = lines.join(' \\\n  ');
  const text = [...remarks(options), command].join('\n');
  return reveal ? text : maskSecrets(text, secrets);
}

function masked(options: ConnectOptions): ConnectOptions {
  return {
    ...options,
    url: maskedUrl(options.url),
    headers: maskHeaders(options.headers),
    proxy: maskedUrl(options.proxy),
    passphrase: options.passphrase === '' ? '' : MASK,
  };
}

/** If there are credentials, the command has a placeholder for them. */
function maskedUrl(url: string): string {
  const shown = maskUrl(url);
  return shown.length < url.length && USER_INFO.test(url) ? shown.replace('//', `//${MASK}@`) : shown;
}

const USER_INFO = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)@/i;

/** The options that a command line cannot express. */
function remarks({ ca }: ConnectOptions): string[] {
  return authorityOf(ca)?.startsWith('-----BEGIN')
    ? ['# Save the certificate authority in ca.pem first.']
    : [];
}

function argumentsOf(options: ConnectOptions): Argument[] {
  const { handshakeTimeout, subprotocols } = options;
  const extensions = deflateOffer(options);
  return [
    ['--connect-timeout', String(handshakeTimeout / 1000)],
    ...globbing(options.url),
    ...wayArguments(options),
    ...tlsArguments(options),
    header('Connection', 'Upgrade'),
    header('Upgrade', 'websocket'),
    header('Sec-WebSocket-Version', '13'),
    header('Sec-WebSocket-Key', KEY),
    ...(subprotocols.length > 0 ? [header('Sec-WebSocket-Protocol', subprotocols.join(', '))] : []),
    ...(extensions === '' ? [] : [header('Sec-WebSocket-Extensions', extensions)]),
    ...userInfo(options),
    ...options.headers.flatMap(([name, value]) => ownHeader(name, value)),
  ];
}

/** curl expands brackets and braces to several URLs. */
function globbing(url: string): Argument[] {
  return /[[\]{}]/.test(url) ? [['--globoff']] : [];
}

function wayArguments({ url, proxy }: ConnectOptions): Argument[] {
  const unix = unixUrl(url);
  if (unix !== undefined) return [['--unix-socket', unix.socketPath]];
  if (proxy === '') return [];
  if (proxy === 'none') return [['--noproxy', '*']];
  const tunnel: Argument[] = /^https?:/i.test(proxy) ? [['--proxytunnel']] : [];
  // Like this client, curl's socks5h lets the proxy resolve the name.
  return [['--proxy', proxy.replace(/^socks5?:/i, 'socks5h:')], ...tunnel];
}

function tlsArguments(options: ConnectOptions): Argument[] {
  if (!target(options).startsWith('https:')) return [];
  const { ca, cert, key, pfx, passphrase, servername, minTlsVersion, alpn, insecure } = options;
  const list: Argument[] = [];
  if (insecure) list.push(['--insecure']);
  const authority = authorityOf(ca);
  if (authority !== undefined)
    list.push(['--cacert', authority.startsWith('-----BEGIN') ? 'ca.pem' : authority]);
  if (pfx !== '') list.push(['--cert-type', 'P12'], ['--cert', pfx]);
  if (cert !== '') list.push(['--cert', cert]);
  if (key !== '') list.push(['--key', key]);
  if (passphrase !== '') list.push(['--pass', passphrase]);
  if (minTlsVersion !== '') list.push([`--${minTlsVersion.replace(/^TLSv1$/, 'TLSv1.0').toLowerCase()}`]);
  if (alpn.length === 0) list.push(['--no-alpn']);
  if (servername !== '') list.push(...underName(options.url, servername));
  return list;
}

/** curl takes one file. The authority that was added last is used: a fix of the doctor adds one. */
function authorityOf(ca: readonly string[]): string | undefined {
  return ca.at(-1);
}

/**
 * For a TLS name other than the host of the URL: curl requests that name and --connect-to sends it to the real host.
 */
function underName(url: string, servername: string): Argument[] {
  const { hostname, port, host } = new URL(url);
  const number = port === '' ? '443' : port;
  return [['--connect-to', `${servername}:${number}:${hostname}:${number}`], header('Host', host)];
}

function target({ url, servername }: ConnectOptions): string {
  const unix = unixUrl(url);
  if (unix !== undefined) return `${unix.secure ? 'https' : 'http'}://localhost${unix.path}`;
  // Encoded as it is sent, because URL parsers encode characters that a request line cannot contain.
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const isSecure = protocol === 'wss:';
  const name = isSecure && servername !== '' ? servername : hostname;
  const address = `${name}${port === '' ? '' : `:${port}`}`;
  const path = (pathname + search).replaceAll(encodeURIComponent(MASK), MASK);
  return `${isSecure ? 'https' : 'http'}://${address}${path}`;
}

/** The user and password of the URL become Authorization, unless there is one. */
function userInfo({ url, headers }: ConnectOptions): Argument[] {
  const info = USER_INFO.exec(url)?.[1];
  if (info === undefined || headers.some(([name]) => name.toLowerCase() === 'authorization')) return [];
  if (info === MASK) return [['--user', MASK]];
  const [user = '', ...password] = info.split(':');
  return [['--user', `${percentDecoded(user)}:${percentDecoded(password.join(':'))}`]];
}

function ownHeader(name: string, value: string): Argument[] {
  const clear = name.toLowerCase() === 'authorization' ? IN_CLEAR.exec(value) : null;
  if (clear === null || /^\w+=/.test(clear[2] ?? '')) return [header(name, value)];
  const [, scheme = '', user = '', password = ''] = clear;
  const digest: Argument[] = /^digest$/i.test(scheme) ? [['--digest']] : [];
  return [...digest, ['--user', `${user}:${password.trim()}`]];
}

/** With a semicolon curl sends a header without a value; with a colon it would omit it. */
function header(name: string, value: string): Argument {
  return ['--header', value === '' ? `${name};` : `${name}: ${value}`];
}

function line([option, value]: Argument): string {
  return value === undefined ? option : `${option} ${shellWord(value)}`;
}

/** Quotes any text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The offer of permessage-deflate in a Sec-WebSocket-Extensions header (RFC 7692, section 7.1); empty for none. */
function deflateOffer({ deflate, deflateParameters }: ConnectOptions): string {
  if (!deflate) return '';
  const { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits } =
    deflateParameters;
  const parameters = [
    serverNoContextTakeover === true && 'server_no_context_takeover',
    clientNoContextTakeover === true && 'client_no_context_takeover',
    serverMaxWindowBits !== undefined && `server_max_window_bits=${serverMaxWindowBits}`,
    clientMaxWindowBits === undefined
      ? 'client_max_window_bits'
      : `client_max_window_bits=${clientMaxWindowBits}`,
  ];
  return ['permessage-deflate', ...parameters.filter((parameter) => parameter !== false)].join('; ');
}
