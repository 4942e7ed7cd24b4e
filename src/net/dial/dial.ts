import type { Socket } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { ConnectOptions } from '../../shared/session.ts';
import { connectThrough } from '../proxy/proxy.ts';
import { proxyOf } from '../proxy/proxyUrl.ts';
import type { Proxy } from '../proxy/proxyUrl.ts';
import type { Target } from '../target.ts';
import { addressOf, connectTcp } from './tcp.ts';
import { asksForCertificate, beginTls, watchTruncation } from './tls.ts';
import { tlsContext } from './tlsMaterial.ts';
import type { Trace } from '../connection.ts';

/** The URL of a proxy for a URL, `none` or undefined where there is none. */
export type ResolveProxy = (url: string) => Promise<string | undefined>;

export interface Dialed {
  readonly socket: Socket;
  /** Over TLS: whether the server asked for a client certificate. TLS 1.3 refuses one only afterwards. */
  readonly asked: boolean;
  /** Whether TLS ended without its close_notify; known once the peer has ended the connection. */
  readonly isTruncated: () => boolean;
}

/**
 * A connection over which the handshake of a target can be sent: TCP or a Unix socket, through a proxy or not, with TLS
 * where the URL says so. What comes to be known on the way is written into `trace`.
 */
export async function dial(
  target: Target,
  options: ConnectOptions,
  resolveProxy: ResolveProxy,
  trace: Trace,
  signal: AbortSignal,
): Promise<Dialed> {
  // Before anything connects: what is wrong with a file is told without the server.
  trace.phase = 'tls';
  const context = target.secure ? await tlsContext(options) : undefined;
  trace.phase = 'proxy';
  const proxy = await proxyFor(target, options, resolveProxy);
  trace.phase = 'dns';
  const socket = await tcpTo(target, proxy, options, trace, signal);
  // Behind a proxy only that knows the address.
  if (proxy === undefined) trace.address = addressOf(socket, target.socketPath);
  return context === undefined
    ? { socket, asked: false, isTruncated: () => false }
    : secured(socket, target, context, options, trace, signal);
}

async function proxyFor(
  target: Target,
  { proxy }: ConnectOptions,
  resolveProxy: ResolveProxy,
): Promise<Proxy | undefined> {
  if (target.socketPath !== undefined) return undefined;
  const chosen = proxy === '' ? await resolveProxy(target.url) : proxy;
  return chosen === undefined || chosen === '' || chosen === 'none' ? undefined : proxyOf(chosen);
}

async function tcpTo(
  target: Target,
  proxy: Proxy | undefined,
  options: ConnectOptions,
  trace: Trace,
  signal: AbortSignal,
): Promise<Socket> {
  if (proxy !== undefined) return connectThrough(proxy, target, options, trace, signal);
  return connectTcp(target, signal, () => (trace.phase = 'tcp'));
}

async function secured(
  socket: Socket,
  target: Target,
  context: SecureContext,
  options: ConnectOptions,
  trace: Trace,
  signal: AbortSignal,
): Promise<Dialed> {
  trace.phase = 'tls';
  const secure: TLSSocket = await beginTls(
    socket,
    target.host,
    context,
    options,
    signal,
    (detail) => (trace.tls = detail),
  );
  return {
    socket: secure,
    asked: asksForCertificate(secure),
    isTruncated: watchTruncation(socket, secure),
  };
}
