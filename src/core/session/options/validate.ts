import { MAX_CLOSE_REASON } from '../../../shared/limits.ts';
import { excerpt } from '../../text/excerpt.ts';
import { isUnixUrl, unixUrl } from './url.ts';
import { optionNamed } from './optionName.ts';

// Each function returns undefined for a valid value, otherwise one sentence with the cause and the remedy. They run
// while the user types, so they are cheap and never throw.

/** An RFC 9110 token: the characters of header names and subprotocols (RFC 6455, section 4.1). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 9110, section 5.5: visible characters, blanks and tabs; obs-text up to 0xFF. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that the handshake itself writes (RFC 6455, section 4.1); a second one would break it. */
const HANDSHAKE_HEADERS = new Map([
  ['connection', 'the handshake sets it'],
  ['upgrade', 'the handshake sets it'],
  ['sec-websocket-key', 'the handshake makes a new one each time'],
  ['sec-websocket-version', 'the handshake sets it to 13'],
  ['sec-websocket-extensions', `choose compression with ${optionNamed('deflateParameters')}`],
  ['sec-websocket-protocol', `name subprotocols with ${optionNamed('subprotocols')}`],
  ['content-length', 'a handshake has no body'],
  ['transfer-encoding', 'a handshake has no body'],
]);

/** RFC 6455, section 3: ws or wss, a host, no fragment; or `ws+unix:` with the path of a socket. */
export function invalidUrl(url: string): string | undefined {
  const text = url.trim();
  if (text === '') return 'Enter a URL such as ws://localhost:8080/path.';
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') {
    const ws = scheme === 'http' ? 'ws' : 'wss';
    // The URL is not quoted: this sentence goes to logs, and the URL may hold a secret.
    return `A WebSocket URL starts with ws:// or wss://: write ${ws}:// instead of ${scheme}://.`;
  }
  const isUnix = isUnixUrl(text);
  if (!isUnix && !/^wss?:\/\//i.test(text)) return 'A WebSocket URL starts with ws:// or wss://.';
  if (/[\s\u0000-\u001f\u007f]/.test(text)) return 'A URL must not contain blanks: write %20 for a blank.';
  if (isUnix) return invalidUnixUrl(text);
  if (/^wss?:\/\/(\/|\?|#|$)/i.test(text))
    return 'The URL has no host: write it after ws://, as in ws://localhost.';
  let parsed: URL;
  try {
    parsed = new URL(text);
  } catch {
    return unescapedUserInfo(text) ?? invalidAuthority(text);
  }
  if (text.includes('#')) return unescapedUserInfo(text, '#') ?? FRAGMENT;
  return parsed.port === '0' ? PORT_0 : undefined;
}

const PORT_0 = 'A client cannot connect to port 0: use 1 to 65535.';

const FRAGMENT =
  'A WebSocket URL has no #fragment (RFC 6455, section 3): leave it out, or write %23 for a literal #.';

function invalidUnixUrl(text: string): string | undefined {
  if (text.includes('#')) return FRAGMENT;
  if (unixUrl(text)) return undefined;
  return 'The URL names no socket: write its absolute path, and after a colon that of the request, as in ws+unix:/run/app.sock:/path.';
}

/** Characters that end the host of a URL and so cannot stand in user and password, with their escapes. */
const ESCAPES: Readonly<Record<string, string>> = { '#': '%23', '/': '%2F', '?': '%3F', '\\': '%5C' };

/**
 * Explains an invalid URL by a user or password with a character that ends the host: the rest, with the @, is then read
 * as the path. Called only for URLs that are invalid anyway, because a valid path may hold an @.
 * @param only the character that may be the cause
 * @returns a sentence that does not repeat the secret
 */
function unescapedUserInfo(text: string, only?: string): string | undefined {
  const [, user = '', end = ''] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\@]*)([/?#\\])[^@]*@/i.exec(text) ?? [];
  if (end === '' || (only ?? end) !== end || (end !== '#' && !user.includes(':'))) return undefined;
  return `User and password of a URL must not contain a plain ${end}: write ${ESCAPES[end]} for ${end}.`;
}

function invalidAuthority(text: string): string {
  const authority = /^wss?:\/\/([^/?#]*)/i.exec(text)?.[1] ?? '';
  const port = /:(\d+)$/.exec(authority)?.[1];
  if (port !== undefined && Number(port) > 65_535) return `The port ${port} is out of range: use 1 to 65535.`;
  return 'The host or port of the URL is not valid: write it as in ws://localhost:8080/path.';
}

export function invalidHeader(name: string, value: string): string | undefined {
  if (name === '') return 'A header needs a name before the colon.';
  if (!TOKEN.test(name))
    return `“${name}” is not a header name: use letters, digits and hyphens, without blanks.`;
  const reason = HANDSHAKE_HEADERS.get(name.toLowerCase());
  if (reason !== undefined) return `The header ${name} cannot be set here: ${reason}.`;
  if (/[\r\n]/.test(value)) return `The value of ${name} holds a line break: write it on one line.`;
  if (!FIELD_VALUE.test(value))
    return `The value of ${name} holds a character that HTTP headers cannot carry: encode it, for example with percent signs.`;
  return undefined;
}

/** RFC 6455, section 4.1: a token. */
export function invalidSubprotocol(name: string): string | undefined {
  if (name === '') return 'The list of subprotocols has an empty item: remove the extra comma.';
  if (TOKEN.test(name)) return undefined;
  return `“${name}” is not a subprotocol name: use letters, digits and .-_+ without blanks, commas or slashes.`;
}

/** RFC 7301, section 3.1: a name of 1 to 255 bytes. */
export function invalidAlpn(name: string): string | undefined {
  if (name === '') return 'The list of ALPN protocols has an empty item: remove the extra comma.';
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > 255) return `An ALPN protocol has ${bytes} bytes: shorten its name to 255.`;
  return /^[!-~]+$/.test(name)
    ? undefined
    : `${excerpt(name)} is not an ALPN protocol: use letters, digits and signs without blanks, as in http/1.1.`;
}

/** RFC 6066, section 3: a host name in its ASCII form, no address. */
export function invalidServername(name: string): string | undefined {
  if (/^[\d.]+$|:|^\[/.test(name))
    return 'The server name is an address, which TLS cannot ask for (RFC 6066, section 3): write a host name, or leave it out.';
  if (/[^\0-\x7f]/.test(name))
    return `${excerpt(name)} is not a server name in ASCII: write it as DNS does, with xn--.`;
  return name.length <= 253 && /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?$/i.test(name)
    ? undefined
    : `${excerpt(name)} is not a server name: write a host such as api.example.test, without scheme, port and path.`;
}

/** An origin as a redirect may name it: scheme, host and port. */
export function invalidOrigin(origin: string): string | undefined {
  if (origin === '') return 'The list of redirect origins has an empty item: remove the extra comma.';
  const problem = invalidUrl(origin);
  // The whole value is not quoted: it may be a URL with a secret.
  if (problem !== undefined) return `A redirect origin is not a ws:// or wss:// URL. ${problem}`;
  return /^wss?:\/\/[^/?#@\\]+\/?$/i.test(origin)
    ? undefined
    : 'A redirect origin is scheme, host and port only, as in wss://other.example.test:8443: leave out user, path and query.';
}

/** `none`, or the URL of a proxy. No sentence quotes it: it may hold a password. */
export function invalidProxy(proxy: string): string | undefined {
  if (proxy === 'none') return undefined;
  const hint =
    'write it as in http://proxy.example.test:3128 or socks5://127.0.0.1:1080, or none for no proxy';
  if (/[\s\u0000-\u001f\u007f]/.test(proxy)) return `The proxy holds a blank: ${hint}.`;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(proxy)?.[1]?.toLowerCase();
  if (scheme === undefined) return `The proxy is not a URL: ${hint}.`;
  if (!PROXY_SCHEMES.has(scheme)) return `A proxy speaks http, https or socks5: ${hint}.`;
  let parsed: URL;
  try {
    // Parsed with a special scheme, so that the URL parser checks host and port.
    parsed = new URL(proxy.replace(/^[^:]*/, 'http'));
  } catch {
    return unescapedUserInfo(proxy) ?? `The host or port of the proxy is not valid: ${hint}.`;
  }
  if (parsed.port === '0') return PORT_0.replace('port 0', 'port 0 of the proxy');
  return parsed.pathname !== '/' || parsed.search !== '' || parsed.hash !== ''
    ? (unescapedUserInfo(proxy) ?? `A proxy has no path, query or fragment: ${hint}.`)
    : undefined;
}

const PROXY_SCHEMES = new Set(['http', 'https', 'socks5', 'socks5h']);

/** RFC 6455, section 7.4: the codes that an application may send. */
export function invalidCloseCode(code: number): string | undefined {
  if (!Number.isInteger(code)) return 'A close code is a whole number: 1000, or one from 3000 to 4999.';
  if (code === 1004 || code === 1005 || code === 1006 || code === 1015)
    return `The close code ${code} is reserved and may not be sent: use 1000, or one from 3000 to 4999.`;
  if ((code >= 1000 && code <= 1014) || (code >= 3000 && code <= 4999)) return undefined;
  return `The close code ${code} may not be sent: use 1000 to 1014 as RFC 6455 defines them, or 3000 to 4999.`;
}

/** RFC 6455, section 5.5: a control frame carries 125 bytes, two of which are the code. */
export function invalidCloseReason(reason: string): string | undefined {
  const bytes = new TextEncoder().encode(reason).length;
  if (bytes <= MAX_CLOSE_REASON) return undefined;
  return `The close reason has ${bytes} bytes: shorten it to ${MAX_CLOSE_REASON}.`;
}
