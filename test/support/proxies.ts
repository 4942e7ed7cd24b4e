import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach } from 'vitest';
import type { Certificate } from './certificates.ts';

const servers: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

export interface TestProxy {
  readonly host: string;
  /** What it was asked for, as host:port, in order. */
  readonly asked: string[];
}

async function start(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Passes on what comes, both ways, until one side ends. */
function join(a: Socket, b: Socket): void {
  for (const socket of [a, b]) socket.on('error', () => socket.destroy());
  a.pipe(b).pipe(a);
}

/** Every name leads to this machine: tests use no other. */
function dial(port: number, connected: (socket: Socket) => void, failed: () => void): void {
  const socket = connect({ host: '127.0.0.1', port }, () => {
    socket.off('error', failed);
    connected(socket);
  });
  socket.once('error', failed);
}

/**
 * An HTTP proxy that answers CONNECT.
 * @param credentials `user:password` that it asks for
 * @param tls what it speaks TLS with
 */
export async function httpProxy(credentials?: string, tls?: Certificate): Promise<TestProxy> {
  const asked: string[] = [];
  const server = tls ? createHttps({ cert: tls.cert, key: tls.key }) : createHttp();
  server.on('connect', (request: { url: string; headers: Record<string, string> }, socket: Socket) => {
    asked.push(request.url);
    const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
    if (expected !== undefined && request.headers['proxy-authorization'] !== expected) {
      socket.end(
        'HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm="p"\r\nContent-Length: 5\r\n\r\nno to',
      );
      return;
    }
    dial(
      Number(request.url.split(':').at(-1)),
      (target) => {
        socket.write('HTTP/1.1 200 Here you are\r\nVia: test\r\n\r\n');
        join(socket, target);
      },
      () => socket.end('HTTP/1.1 502 Nobody there\r\nContent-Length: 4\r\n\r\ngone'),
    );
  });
  return { host: await start(server), asked };
}

/** A SOCKS5 proxy (RFC 1928). @param credentials `user:password` that it asks for (RFC 1929) */
export async function socksProxy(credentials?: string): Promise<TestProxy> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    void speakSocks(socket, credentials, asked).catch(() => socket.destroy());
  });
  return { host: await start(server), asked };
}

/** A proxy that answers the n-th chunk that comes with the n-th of these, then ends where it is `ending`. */
export async function scriptedProxy(answers: readonly Uint8Array[], ending = false): Promise<string> {
  const server = createServer((socket) => {
    const left = [...answers];
    socket.on('error', () => socket.destroy());
    socket.on('data', () => {
      const next = left.shift();
      if (next !== undefined) socket.write(next);
      if (left.length === 0 && ending) socket.end();
    });
  });
  return start(server);
}

async function speakSocks(socket: Socket, credentials: string | undefined, asked: string[]): Promise<void> {
  const [, count] = await read(socket, 2);
  const methods = await read(socket, count!);
  const method = credentials === undefined ? 0 : 2;
  if (!methods.includes(method)) {
    socket.end(Buffer.from([5, 0xff]));
    return;
  }
  socket.write(Buffer.from([5, method]));
  if (credentials !== undefined) {
    const [, length] = await read(socket, 2);
    const user = (await read(socket, length!)).toString();
    const password = (await read(socket, (await read(socket, 1))[0]!)).toString();
    const isRight = `${user}:${password}` === credentials;
    socket.write(Buffer.from([1, isRight ? 0 : 1]));
    if (!isRight) return;
  }
  const [, , , kind] = await read(socket, 4);
  const host =
    kind === 1
      ? [...(await read(socket, 4))].join('.')
      : kind === 4
        ? `[${(await read(socket, 16)).toString('hex')}]`
        : (await read(socket, (await read(socket, 1))[0]!)).toString();
  const port = (await read(socket, 2)).readUInt16BE();
  asked.push(`${host}:${port}`);
  // The answer names an address that the connection comes from: here by a name, to be of another length.
  const answer = (reply: number): Buffer => Buffer.from([5, reply, 0, 3, 4, ...Buffer.from('here'), 0, 1]);
  dial(
    port,
    (target) => {
      socket.write(answer(0));
      join(socket, target);
    },
    () => socket.end(answer(5)),
  );
}

/** Exactly so many bytes. */
function read(socket: Socket, bytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const attempt = (): void => {
      const chunk = (bytes === 0 ? Buffer.alloc(0) : socket.read(bytes)) as Buffer | null;
      if (chunk === null) return;
      socket.off('readable', attempt).off('close', reject);
      resolve(chunk);
    };
    socket.on('readable', attempt).on('close', reject);
    attempt();
  });
}
