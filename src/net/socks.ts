import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { DuplexError } from '../shared/errors.ts';
import { unauthorized } from './proxyUrl.ts';
import type { Proxy } from './proxyUrl.ts';
import { step } from './socketSteps.ts';
import type { Target } from './target.ts';

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const USER_AND_PASSWORD = 2;

/** RFC 1928, section 6. */
const REPLIES = [
  '',
  'it has a fault',
  'its rules do not allow it',
  'the network cannot be reached',
  'the host cannot be reached',
  'the connection was refused',
  'it took too long',
  'it does not know the command',
  'it does not know the kind of address',
];

/**
 * Asks a SOCKS5 proxy for a connection (RFC 1928; user and password by RFC 1929). Names are for the proxy to look up.
 * @throws DuplexError `proxy.auth`, `proxy.unreachable`
 */
export async function connectThroughSocks(
  socket: Socket,
  proxy: Proxy,
  target: Target,
  signal: AbortSignal,
): Promise<void> {
  const { credentials } = proxy;
  const methods = [NO_AUTHENTICATION, ...(credentials === undefined ? [] : [USER_AND_PASSWORD])];
  socket.write(Buffer.from([VERSION, methods.length, ...methods]));
  const [version, method] = await readBytes(socket, signal, () => 2);
  if (version !== VERSION) throw notSocks(proxy);
  if (method === USER_AND_PASSWORD && credentials !== undefined) {
    const [user, password] = [credentials.user, credentials.password].map((text) => lengthFirst(text, proxy));
    socket.write(Buffer.concat([Buffer.from([1]), user!, password!]));
    const [, status] = await readBytes(socket, signal, () => 2);
    if (status !== 0) throw new DuplexError('proxy.auth', unauthorized(proxy));
  } else if (method !== NO_AUTHENTICATION) throw new DuplexError('proxy.auth', unauthorized(proxy));

  const port = Buffer.from([target.port >> 8, target.port & 0xff]);
  socket.write(Buffer.concat([Buffer.from([VERSION, 1, 0]), addressOf(target, proxy), port]));
  const reply = await readBytes(socket, signal, replyLength);
  if (reply[0] !== VERSION) throw notSocks(proxy);
  if (reply[1] !== 0)
    throw new DuplexError(
      'proxy.unreachable',
      `The proxy ${proxy.url} did not connect to ${target.address} (${REPLIES[reply[1]!] ?? `reply ${reply[1]}`}): check whether it may reach that host, or connect with proxy none.`,
    );
}

/** RFC 1928, section 5. */
function addressOf({ host }: Target, proxy: Proxy): Buffer {
  if (isIP(host) === 4) return Buffer.from([1, ...host.split('.').map(Number)]);
  if (isIP(host) === 6) return Buffer.from([4, ...bytesOfIpv6(host)]);
  return Buffer.concat([Buffer.from([3]), lengthFirst(host, proxy)]);
}

function bytesOfIpv6(host: string): number[] {
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => parseInt(group, 16));
  const [before = '', after] = host.split('::');
  const [first, last] = [groups(before), groups(after ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return [...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 0xff]);
}

function lengthFirst(text: string, proxy: Proxy): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > 255)
    throw new DuplexError(
      'proxy.unreachable',
      `The proxy ${proxy.url} cannot be asked: SOCKS5 carries host, user and password of at most 255 bytes each.`,
    );
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** Version, reply, a zero, then an address by its kind and a port. */
function replyLength(bytes: Buffer): number {
  if (bytes.length < 5) return 5;
  if (bytes[3] === 3) return 7 + bytes[4]!;
  return bytes[3] === 4 ? 22 : 10;
}

function notSocks(proxy: Proxy): DuplexError {
  return new DuplexError(
    'proxy.unreachable',
    `${proxy.url} does not answer in SOCKS5: check its port, or use http:// if it is an HTTP proxy.`,
  );
}

/** As many bytes as `length` says of those that came; what comes behind them stays in the socket. */
function readBytes(socket: Socket, signal: AbortSignal, length: (bytes: Buffer) => number): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  return step<Buffer>(socket, signal, (resolve) => {
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const wanted = length(bytes);
      if (bytes.length < wanted) return;
      socket.pause();
      if (bytes.length > wanted) socket.unshift(bytes.subarray(wanted));
      resolve(bytes.subarray(0, wanted));
    };
    socket.on('data', onData);
    socket.resume();
    return () => socket.off('data', onData);
  });
}
