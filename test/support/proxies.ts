import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach } from 'vitest';
import type { Certificate } from './certificates.ts';
import { dial, join, speakSocks } from './socksServer.ts';

const servers: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

export interface TestProxy {
  readonly host: string;
  /** The requested targets as host:port, in order. */
  readonly asked: string[];
}

async function start(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
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

/** An HTTP proxy that answers a CONNECT with `answer`, or connects if that is undefined. */
export async function challengingProxy(
  answer: (authorization: string | undefined, number: number) => string | undefined,
): Promise<TestProxy & { readonly authorizations: (string | undefined)[] }> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createHttp();
  server.on('connect', (request: { url: string; headers: Record<string, string> }, socket: Socket) => {
    asked.push(request.url);
    authorizations.push(request.headers['proxy-authorization']);
    const head = answer(authorizations.at(-1), asked.length);
    if (head !== undefined) {
      socket.end(`HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    dial(
      Number(request.url.split(':').at(-1)),
      (target) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        join(socket, target);
      },
      () => socket.destroy(),
    );
  });
  return { host: await start(server), asked, authorizations };
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
