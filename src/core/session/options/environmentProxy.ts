/** ProcessEnvironment variables: a name's value, or undefined. Their names count in small and capital letters. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a ws: or wss: URL, as curl, Go and others read it: `https_proxy` for wss:,
 * `http_proxy` for ws:, `all_proxy` for both, in small letters first; `no_proxy` excepts hosts. Loopback addresses never
 * go through a proxy. Undefined: none.
 */
export function environmentProxy(url: string, environment: ProcessEnvironment): string | undefined {
  const host = hostOf(url);
  if (host === undefined || isExcepted(host, read('no_proxy', environment) ?? '')) return undefined;
  const isSecure = /^wss:/i.test(url);
  const proxy = read(isSecure ? 'https_proxy' : 'http_proxy', environment) ?? read('all_proxy', environment);
  return proxy === undefined ? undefined : withScheme(proxy);
}

/** VS Code's settings of these names. */
export interface ProxySettings {
  /** `http.proxySupport`: `off` switches proxies off for extensions. */
  readonly proxySupport: string;
  readonly proxy: string;
  readonly noProxy: readonly string[];
  /** The value of a Proxy-Authorization header. */
  readonly proxyAuthorization: string;
}

/**
 * The proxy for a URL by VS Code's settings, and where those name none, by the environment; with the credentials of the
 * settings where it has none itself. Undefined: none.
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

/** An HTTP proxy without credentials gets those of a Basic authorization (RFC 7617): URLs can carry no others. */
function withCredentials(proxy: string, authorization: string): string {
  const [, encoded] = /^\s*basic +(\S+)\s*$/i.exec(authorization) ?? [];
  const [, scheme, rest] = /^(https?:\/\/)([^@]*)$/i.exec(proxy) ?? [];
  if (encoded === undefined || scheme === undefined || rest === undefined) return proxy;
  const [, user, password] = /^([^:]*):(.*)$/s.exec(decodedBase64(encoded)) ?? [];
  if (user === undefined || password === undefined) return proxy;
  return `${scheme}${encodeURIComponent(user)}:${encodeURIComponent(password)}@${rest}`;
}

/** Empty for what is no base64 of UTF-8. */
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
 * A loopback address, or what a list of exceptions names: host names, which stand for their subdomains too, addresses, or
 * `*`, each with or without a port, by commas or blanks.
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
    // What has several colons and no brackets is an IPv6 address, which then has no port.
    const [, pattern = exception, only] = /^(\[.*\]|[^:]*):(\d+)$/.exec(exception) ?? [];
    if (only !== undefined && only !== port) return false;
    if (pattern === '*') return true;
    const domain = pattern.toLowerCase().replace(/^\*?\./, '');
    return name === domain || name === `[${domain}]` || name.endsWith(`.${domain}`);
  });
}

function read(name: string, environment: ProcessEnvironment): string | undefined {
  return environment[name] || environment[name.toUpperCase()] || undefined;
}

/** Many write a proxy as host:port. */
function withScheme(proxy: string): string {
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}
