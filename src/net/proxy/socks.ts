import type { Socket } from 'node:net';
import { DuplexError } from '../../shared/errors.ts';
import { unauthorized } from './proxyUrl.ts';
import type { Proxy } from './proxyUrl.ts';
import { step } from '../dial/tcp.ts';
import type { ConnectionTarget } from '../target.ts';
import { optionNamed } from '../../core/session/options/optionName.ts';

/** Maximum bytes of a host, a user or a password: the length has one byte (RFC 1928, section 5; RFC 1929). */
const MAX_TEXT = 255;

/** Milliseconds that the library waits longer than the handshake, so that the handshake reports the time-out. */
const PATIENCE = 1_000;

/** The replies of RFC 1928, section 6, by the library's names. */
const REPLIES: Readonly<Record<string, string>> = {
  Failure: 'it has a fault',
  NotAllowed: 'its rules do not allow it',
  NetworkUnreachable: 'the network cannot be reached',
  HostUnreachable: 'the host cannot be reached',
  ConnectionRefused: 'the connection was refused',
  TTLExpired: 'it took too long',
  CommandNotSupported: 'it does not know the command',
  AddressNotSupported: 'it does not know the kind of address',
};

/**
 * Asks a SOCKS5 proxy for a connection (RFC 1928; user and password by RFC 1929). The proxy resolves host names.
 * @param timeout time-out of the handshake, in milliseconds
 * @throws DuplexError `proxy.auth`, `proxy.unreachable`; errors of the socket
 */
export async function connectThroughSocks(
  socket: Socket,
  proxy: Proxy,
  target: ConnectionTarget,
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  const { host, port, url, credentials } = proxy;
  const { user = '', password = '' } = credentials ?? {};
  // Checked here, because the library would throw an error that cannot be caught.
  if ([target.host, user, password].some((text) => Buffer.byteLength(text) > MAX_TEXT))
    throw new DuplexError(
      'proxy.unreachable',
      `The proxy ${url} cannot be used: SOCKS5 limits host, user and password to 255 bytes each.`,
    );
  // The library is loaded on first use: few connections use such a proxy.
  const { SocksClient } = await import('socks');
  await step<void>(socket, signal, (resolve, reject) => {
    SocksClient.createConnection({
      command: 'connect',
      proxy: { type: 5, host, port, ...(credentials === undefined ? {} : { userId: user, password }) },
      destination: { host: target.host, port: target.port },
      existing_socket: socket,
      timeout: timeout + PATIENCE,
    }).then(
      () => resolve(),
      (error: Error) => reject(problemOf(error.message, proxy, target)),
    );
    return () => {};
  });
  await keepRest(socket);
}

/** Recognises a problem by the library's message alone, because its errors carry the credentials. */
function problemOf(message: string, proxy: Proxy, target: ConnectionTarget): DuplexError {
  if (/authentication/i.test(message)) return new DuplexError('proxy.auth', unauthorized(proxy));
  const reply = /rejected connection - (\w+)$/.exec(message)?.[1];
  // The proxy granted the request in another SOCKS version.
  const isSocks = reply !== undefined && reply !== 'Granted';
  return new DuplexError(
    'proxy.unreachable',
    isSocks
      ? `The proxy ${proxy.url} did not connect to ${target.address} (${REPLIES[reply] ?? 'for a reason that SOCKS5 does not define'}): check whether it may reach that host, or set ${optionNamed('proxy')} to none.`
      : `${proxy.url} does not answer in SOCKS5: check its port, or use http:// if it is an HTTP proxy.`,
  );
}

/**
 * Keeps the bytes after the reply: on the next turn, the library emits them and lets the socket flow, for the next
 * reader.
 */
function keepRest(socket: Socket): Promise<void> {
  const chunks: Buffer[] = [];
  const onData = (chunk: Buffer): number => chunks.push(chunk);
  socket.on('data', onData);
  return new Promise((resolve) => {
    setImmediate(() => {
      socket.off('data', onData);
      socket.pause();
      if (chunks.length > 0) socket.unshift(Buffer.concat(chunks));
      resolve();
    });
  });
}
