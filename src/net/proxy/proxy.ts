import type { Socket } from 'node:net';
import { DuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { basicAuthorization } from '../handshake/authorization.ts';
import { nodeCodeOf } from '../failure/connectionError.ts';
import { digestAuthorization, digestChallenge } from '../handshake/authorization.ts';
import { schemesOf } from '../failure/refusal.ts';
import { readBody } from '../handshake/responseBody.ts';
import { headersOf, readHead } from '../handshake/responseHead.ts';
import type { ResponseHead } from '../handshake/responseHead.ts';
import { unauthorized } from './proxyUrl.ts';
import type { Proxy } from './proxyUrl.ts';
import { connectThroughSocks } from './socks.ts';
import type { ConnectionTarget } from '../target.ts';
import { connectTcp } from '../dial/tcp.ts';
import { beginTls } from '../dial/tls.ts';
import { tlsContext } from '../dial/tlsMaterial.ts';
import type { Trace } from '../connection.ts';
import { optionNamed } from '../../core/session/options/optionName.ts';

/**
 * Opens a tunnel to the target through the proxy, also for ws:, so that intermediaries forward bytes without
 * interpreting them.
 * @throws DuplexError `proxy.auth`, `proxy.unreachable`
 */
export async function connectThrough(
  proxy: Proxy,
  target: ConnectionTarget,
  options: ConnectOptions,
  trace: Trace,
  signal: AbortSignal,
): Promise<Socket> {
  trace.phase = 'proxy';
  trace.proxy = proxy.url;
  let socket: Socket | undefined;
  let authorization = proxy.credentials && basicAuthorization(proxy.credentials);
  try {
    for (let answered = 0; ; answered++) {
      socket = await reach(proxy, options, signal);
      if (proxy.kind === 'socks5') {
        await connectThroughSocks(socket, proxy, target, options.handshakeTimeout, signal);
        return socket;
      }
      const head = await askToConnect(socket, proxy, target, authorization, trace, signal);
      if (head.status >= 200 && head.status < 300) {
        if (head.rest.length > 0) socket.unshift(head.rest);
        return socket;
      }
      authorization = challenged(head, proxy, target, answered);
      if (authorization === undefined) throw await refused(socket, head, proxy, target, options, trace);
      socket.destroy();
    }
  } catch (error) {
    socket?.destroy();
    if (signal.aborted || error instanceof DuplexError) throw error;
    const code = nodeCodeOf(error as Error) || (error as Error).message;
    throw new DuplexError(
      'proxy.unreachable',
      `The proxy ${proxy.url} cannot be used (${code}): check its address and that it runs, or set ${optionNamed('proxy')} to none.`,
      { cause: error },
    );
  }
}

async function reach(proxy: Proxy, options: ConnectOptions, signal: AbortSignal): Promise<Socket> {
  const socket = await connectTcp(proxy, signal, () => {});
  if (proxy.kind !== 'https') return socket;
  // The target's TLS name, certificates and exemptions do not apply to the proxy; the authorities that the user trusts
  // do.
  const own = { ca: options.ca, cert: '', key: '', pfx: '', passphrase: '', minTlsVersion: '' } as const;
  const tls = { ...own, servername: '', alpn: [], insecure: false };
  return beginTls(socket, proxy.host, await tlsContext(tls), tls, signal, () => {});
}

/** Sends a CONNECT request (RFC 9110, section 9.3.6). @returns the head of the response */
async function askToConnect(
  socket: Socket,
  proxy: Proxy,
  target: ConnectionTarget,
  authorization: string | undefined,
  trace: Trace,
  signal: AbortSignal,
): Promise<ResponseHead> {
  const lines = [`CONNECT ${target.address} HTTP/1.1`, `Host: ${target.address}`];
  if (authorization !== undefined) lines.push(`Proxy-Authorization: ${authorization}`);
  const exchange = {
    with: 'proxy' as const,
    url: proxy.url,
    request: `${lines.join('\r\n')}\r\n\r\n`,
    response: '',
  };
  trace.exchanges.push(exchange);
  socket.write(exchange.request, 'latin1');
  return readHead(socket, signal, (raw) => (exchange.response = raw));
}

/**
 * Answers a proxy's Digest challenge with another CONNECT. A second time only if the nonce was too old.
 * @param answered the number of challenges already answered
 */
function challenged(
  { status, headers }: ResponseHead,
  { credentials }: Proxy,
  target: ConnectionTarget,
  answered: number,
): string | undefined {
  if (status !== 407 || credentials === undefined || answered > 1) return undefined;
  const challenge = digestChallenge(headersOf(headers, 'proxy-authenticate'));
  if (challenge === undefined || (answered === 1 && !challenge.stale)) return undefined;
  return digestAuthorization(challenge, credentials, { method: 'CONNECT', uri: target.address });
}

async function refused(
  socket: Socket,
  head: ResponseHead,
  proxy: Proxy,
  target: ConnectionTarget,
  options: ConnectOptions,
  trace: Trace,
): Promise<DuplexError> {
  Object.assign(trace, { status: head.status, headers: head.headers });
  trace.body = await readBody(socket, head, options.handshakeTimeout);
  // Some proxies send 401 instead of 407. The server was not reached, so the challenge concerns the proxy.
  if (head.status === 407 || head.status === 401) {
    const challenges = headersOf(
      head.headers,
      head.status === 407 ? 'proxy-authenticate' : 'www-authenticate',
    );
    return new DuplexError('proxy.auth', unauthorized(proxy, schemesOf(challenges)));
  }
  return new DuplexError(
    'proxy.unreachable',
    `The proxy ${proxy.url} did not connect to ${target.address} (HTTP ${head.status}): check whether it may reach that host, or set ${optionNamed('proxy')} to none.`,
  );
}
