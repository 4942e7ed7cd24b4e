/** Environment variables by name. Their names are read in lower and upper case. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment sets for a ws: or wss: URL, in the same way as for curl, Go and others: `https_proxy`
 * for wss:, `http_proxy` for ws:, `all_proxy` for both, lower case first; `no_proxy` lists excluded hosts. Loopback
 * addresses never use a proxy. Undefined: none.
 */
export function environmentProxy(url: string, environment: ProcessEnvironment): string | undefined {
  const host = hostOf(url);
  if (host === undefined || isExcepted(host, read('no_proxy', environment) ?? '')) return undefined;
  const isSecure = /^wss:/i.test(url);
  const proxy = read(isSecure ? 'https_proxy' : 'http_proxy', environment) ?? read('all_proxy', environment);
  return proxy === undefined ? undefined : withScheme(proxy);
}

/** The VS Code settings of these names. */
export interface ProxySettings {
  /** `http.proxySupport`: `off` switches proxies off for extensions. */
  readonly proxySupport: string;
  readonly proxy: string;
  readonly noProxy: readonly string[];
  /** The value of a Proxy-Authorization header. */
  readonly proxyAuthorization: string;
}

/**
 * The proxy for a URL from VS Code's settings, or else from the environment. A proxy without credentials gets those of
 * the settings. Undefined: none.
 */
export function settingsProxy(
  url: string,
  { proxySupport, proxy, noProxy, proxyAuthorization }: ProxySettings,
  environment: ProcessEnvironment,
): string | undefined {
  const host = hostOf(url);
  if (proxySupport === 'off' || host === undefined || isExcepted(host, noProxy.join(','))) return undefined;
  const named = proxy.trim() === '' ? environmentProxy(url, environment) : withScheme(proxy.trim());
  return named && withCredentials(named, proxyAuthorization);
}

/**
 * Adds the credentials of a Basic authorization (RFC 7617) to an HTTP proxy without any. URLs cannot carry other
 * schemes.
 */
function withCredentials(proxy: string, authorization: string): string {
  const [, encoded] = /^\s*basic +(\S+)\s*$/i.exec(authorization) ?? [];
  const [, scheme, rest] = /^(https?:\/\/)([^@]*)$/i.exec(proxy) ?? [];
  if (encoded === undefined || scheme === undefined || rest === undefined) return proxy;
  const [, user, password] = /^([^:]*):(.*)$/s.exec(decodedBase64(encoded)) ?? [];
  if (user === undefined || password === undefined) return proxy;
  return `${scheme}${encodeURIComponent(user)}:${encodeURIComponent(password)}@${rest}`;
}

/** Empty if the value is not base64 of UTF-8. */
function decodedBase64(text: string): string {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return '';
  }
}

interface Host {
  readonly name: string;
  readonly port: string;
}

function hostOf(url: string): Host | undefined {
  if (!/^wss?:\/\//i.test(url)) return undefined;
  try {
    const { hostname, port, protocol } = new URL(url);
    return { name: hostname.replace(/\.$/, ''), port: port || (protocol === 'wss:' ? '443' : '80') };
  } catch {
    return undefined;
  }
}

/**
 * Whether a host is a loopback address, or in a list of exceptions. The list is separated by commas or blanks and holds
 * host names, which include their subdomains, addresses, or `*`, each with or without a port, and networks such as
 * `10.0.0.0/8` (RFC 4632) or `fd00::/8`.
 */
function isExcepted({ name, port }: Host, exceptions: string): boolean {
  if (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(name)
  )
    return true;
  return exceptions.split(/[\s,;]+/).some((exception) => {
    if (exception === '') return false;
    // Several colons without brackets are an IPv6 address without a port.
    const [, pattern = exception, only] = /^(\[.*\]|[^:]*):(\d+)$/.exec(exception) ?? [];
    if (only !== undefined && only !== port) return false;
    if (pattern === '*') return true;
    if (exception.includes('/')) return isInNetwork(name, exception);
    const address = addressOf(pattern);
    if (address !== undefined && address === addressOf(name)) return true;
    const domain = pattern.toLowerCase().replace(/^\*?\./, '');
    return name === domain || name === `[${domain}]` || name.endsWith(`.${domain}`);
  });
}

/** Whether a host is an address of a network in CIDR notation. Names are not resolved. */
function isInNetwork(host: string, network: string): boolean {
  const [, base = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(network) ?? [];
  const [address, first] = [addressOf(host), addressOf(base)];
  if (address === undefined || first === undefined || address.length !== first.length) return false;
  const bits = Number(length);
  return bits <= address.length && address.slice(0, bits) === first.slice(0, bits);
}

/**
 * An IPv4 or IPv6 address, with or without brackets, as a text of its bits; undefined if the text is not an
 * address.
 */
function addressOf(text: string): string | undefined {
  const bare = text.replace(/^\[|\]$/g, '');
  const written = bare.includes(':') ? `[${bare}]` : bare;
  // URL parsers read a name that looks like a number as an address.
  if (!/^\[|^\d+(\.\d+){3}$/.test(written)) return undefined;
  let host: string;
  try {
    host = new URL(`http://${written}`).hostname;
  } catch {
    return undefined;
  }
  if (!host.startsWith('[')) return bitsOf(host.split('.').map(Number), 8);
  // The URL parser writes the shortest form: groups of hexadecimal digits, and at most one ::.
  const [head = '', tail] = host.slice(1, -1).split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const zeros = new Array<number>(8 - left.length - right.length).fill(0);
  const all = [...left, ...zeros, ...right];
  // An IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2) counts as the IPv4 address.
  const isMapped = all.slice(0, 5).every((group) => group === 0) && all[5] === 0xffff;
  return isMapped ? bitsOf(all.slice(6), 16) : bitsOf(all, 16);
}

function bitsOf(numbers: readonly number[], width: number): string {
  return numbers.map((number) => number.toString(2).padStart(width, '0')).join('');
}

function read(name: string, environment: ProcessEnvironment): string | undefined {
  return environment[name] || environment[name.toUpperCase()] || undefined;
}

/** Proxies are often written as host:port. */
function withScheme(proxy: string): string {
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}
