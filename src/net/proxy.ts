import type { Socket } from 'node:net';
import { DuplexError } from '../shared/errors.ts';
import type { ConnectOptions } from '../shared/session.ts';
import { basicAuthorization } from './authorization.ts';
import { nodeCodeOf } from './connectionError.ts';
import { readBody } from './responseBody.ts';
import { readHead } from './responseHead.ts';
import { unauthorized } from './proxyUrl.ts';
import type { Proxy } from './proxyUrl.ts';
import { connectThroughSocks } from './socks.ts';
import type { Target } from './target.ts';
import { connectTcp } from './tcp.ts';
import { beginTls } from './tls.ts';
import { tlsContext } from './tlsMaterial.ts';
import type { Trace } from './trace.ts';

/**
 * A connection to the target that leads through the proxy, for ws: too: what is in between then passes bytes on and
 * understands none of them.
 * @throws DuplexError `proxy.auth`, `proxy.unreachable`
 */
export async function connectThrough(
  proxy: Proxy,
  target: Target,
  options: ConnectOptions,
  trace: Trace,
  signal: AbortSignal,
): Promise<Socket> {
  trace.phase = 'proxy';
  trace.proxy = proxy.url;
  let socket: Socket | undefined;
  try {
    socket = await reach(proxy, options, signal);
    if (proxy.kind === 'socks5')
      await connectThroughSocks(socket, proxy, target, options.handshakeTimeout, signal);
    else await connectThroughHttp(socket, proxy, target, options, trace, signal);
    return socket;
  } catch (error) {
    socket?.destroy();
    if (signal.aborted || error instanceof DuplexError) throw error;
    const code = nodeCodeOf(error as Error) || (error as Error).message;
    throw new DuplexError(
      'proxy.unreachable',
      `The proxy ${proxy.url} cannot be used (${code}): check its address and that it runs, or connect with proxy none.`,
      { cause: error },
    );
  }
}

async function reach(proxy: Proxy, options: ConnectOptions, signal: AbortSignal): Promise<Socket> {
  const socket = await connectTcp(proxy, signal, () => {});
  if (proxy.kind !== 'https') return socket;
  // The target's name, certificates and exemptions are not the proxy's; whom the user trusts is.
  const own = { ca: options.ca, cert: '', key: '', pfx: '', passphrase: '', minTlsVersion: '' } as const;
  const tls = { ...own, servername: '', alpn: [], insecure: false };
  return beginTls(socket, proxy.host, await tlsContext(tls), tls, signal, () => {});
}

/** RFC 9110, section 9.3.6. */
async function connectThroughHttp(
  socket: Socket,
  proxy: Proxy,
  target: Target,
  options: ConnectOptions,
  trace: Trace,
  signal: AbortSignal,
): Promise<void> {
  const lines = [`CONNECT ${target.address} HTTP/1.1`, `Host: ${target.address}`];
  if (proxy.credentials !== undefined)
    lines.push(`Proxy-Authorization: ${basicAuthorization(proxy.credentials)}`);
  const exchange = {
    with: 'proxy' as const,
    url: proxy.url,
    request: `${lines.join('\r\n')}\r\n\r\n`,
    response: '',
  };
  trace.exchanges.push(exchange);
  socket.write(exchange.request, 'latin1');
  const head = await readHead(socket, signal, (raw) => (exchange.response = raw));
  if (head.status >= 200 && head.status < 300) {
    if (head.rest.length > 0) socket.unshift(head.rest);
    return;
  }
  Object.assign(trace, { status: head.status, headers: head.headers });
  trace.body = await readBody(socket, head, options.handshakeTimeout);
  throw head.status === 407
    ? new DuplexError('proxy.auth', unauthorized(proxy))
    : new DuplexError(
        'proxy.unreachable',
        `The proxy ${proxy.url} did not connect to ${target.address} (HTTP ${head.status}): check whether it may reach that host, or connect with proxy none.`,
      );
}
