import type { Socket } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { ConnectOptions } from '../../shared/session.ts';
import { connectThrough } from '../proxy/proxy.ts';
import { proxyOf } from '../proxy/proxyUrl.ts';
import type { Proxy } from '../proxy/proxyUrl.ts';
import type { ConnectionTarget } from '../target.ts';
import { addressOf, connectTcp } from './tcp.ts';
import { asksForCertificate, beginTls, watchTruncation } from './tls.ts';
import { tlsContext } from './tlsMaterial.ts';
import type { Trace } from '../connection.ts';

/** Returns the URL of the proxy for a URL; `none` or undefined if there is none. */
export type ResolveProxy = (url: string) => Promise<string | undefined>;

export interface Dialed {
  readonly socket: Socket;
  /**
   * Whether the server requested a client certificate over TLS. In TLS 1.3, it rejects one only after the handshake.
   */
  readonly wantsCertificate: boolean;
  /** Whether TLS ended without its close_notify; known once the peer has ended the connection. */
  readonly isTruncated: () => boolean;
}

/**
 * Opens a connection for the handshake with a target: over TCP or a Unix socket, with or without a proxy, and
 * with TLS if the URL requires it. Writes the facts into `trace`.
 */
export async function dial(
  target: ConnectionTarget,
  options: ConnectOptions,
  resolveProxy: ResolveProxy,
  trace: Trace,
  signal: AbortSignal,
): Promise<Dialed> {
  // This comes before the connection, so that errors of files are found without the server.
  trace.phase = 'tls';
  const context = target.secure ? await tlsContext(options) : undefined;
  trace.phase = 'proxy';
  const proxy = await proxyFor(target, options, resolveProxy);
  trace.phase = 'dns';
  const socket = await tcpTo(target, proxy, options, trace, signal);
  // Only a proxy knows the address of the server behind it.
  if (proxy === undefined) trace.address = addressOf(socket, target.socketPath);
  return context === undefined
    ? { socket, wantsCertificate: false, isTruncated: () => false }
    : secured(socket, target, context, options, trace, signal);
}

async function proxyFor(
  target: ConnectionTarget,
  { proxy }: ConnectOptions,
  resolveProxy: ResolveProxy,
): Promise<Proxy | undefined> {
  if (target.socketPath !== undefined) return undefined;
  const chosen = proxy === '' ? await resolveProxy(target.url) : proxy;
  return chosen === undefined || chosen === '' || chosen === 'none' ? undefined : proxyOf(chosen);
}

async function tcpTo(
  target: ConnectionTarget,
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
  target: ConnectionTarget,
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
    wantsCertificate: asksForCertificate(secure),
    isTruncated: watchTruncation(socket, secure),
  };
}
