import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';

// Servers and clients of all versions, by their common part: their own types contradict each other.

const require = createRequire(import.meta.url);

interface Emitter {
  on(event: string, listener: (...args: never[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
}

export interface ServerSocket extends Emitter {
  readonly id: string;
  readonly nsp: { readonly name: string };
  readonly handshake: {
    readonly auth?: { readonly token?: string };
    readonly query: { readonly token?: string };
  };
  disconnect(): void;
}

interface Namespace extends Emitter {
  use(middleware: (socket: ServerSocket, next: (error?: Error) => void) => void): void;
}

interface IoServer extends Namespace {
  of(name: string): Namespace;
  close(done?: () => void): void;
}

export interface ClientSocket extends Emitter {
  readonly connected: boolean;
  disconnect(): void;
  close(): void;
}

type IoClient = (url: string, options: Record<string, unknown>) => ClientSocket;

export type Version = 2 | 3 | 4;

export function ioClient(version: Version): IoClient {
  const name = version === 4 ? 'socket.io-client' : `socket.io-client-${version}`;
  const module = require(name) as { io?: IoClient } & IoClient;
  return module.io ?? module;
}

export const msgpackParser = require('socket.io-msgpack-parser') as object;

/** A chat that writes down what came, in which namespace, with which arguments; of `/admin` also who asked and who left. */
export interface ChatServer {
  readonly url: string;
  readonly seen: unknown[];
  close(): Promise<void>;
}

export async function chatServer(
  version: Version,
  options: Record<string, unknown> = {},
): Promise<ChatServer> {
  const http: Server = createServer();
  const name = version === 4 ? 'socket.io' : `socket.io-${version}`;
  const module = require(name) as { Server?: new (...args: unknown[]) => IoServer } & ((
    ...args: unknown[]
  ) => IoServer);
  const given = { pingInterval: 1000, pingTimeout: 2000, ...options };
  const io = module.Server ? new module.Server(http, given) : module(http, given);
  const seen: unknown[] = [];
  const listen = (socket: ServerSocket): void => {
    const space = socket.nsp.name;
    socket.on('say', (...args: unknown[]) => {
      seen.push([space, 'say', plain(args)]);
      socket.emit('said', ...args);
    });
    socket.on('add', (a: number, b: number, answer: (sum: number, note: string) => void) => {
      seen.push([space, 'add', [a, b]]);
      answer(a + b, 'done');
    });
    socket.on('nothing', (...args: unknown[]) => seen.push([space, 'nothing', plain(args)]));
    socket.on('ask-me', () => {
      socket.emit('question', 'ready?', (...answer: unknown[]) =>
        seen.push([space, 'answer', plain(answer)]),
      );
    });
    socket.on('bye', () => socket.disconnect());
  };
  io.on('connection', listen);
  const admin = io.of('/admin');
  admin.use((socket, next) => {
    const { auth, query } = socket.handshake;
    seen.push(['/admin', 'auth', version === 2 ? { token: query.token } : plain([auth])]);
    const token = version === 2 ? query.token : auth?.token;
    next(token === 'secret' ? undefined : new Error('Not authorized'));
  });
  admin.on('connection', (socket: ServerSocket) => {
    listen(socket);
    socket.on('disconnect', (reason: string) => seen.push(['/admin', 'disconnect', reason]));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        io.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

/** Arguments as JSON would have them, bytes as base64. */
function plain(args: readonly unknown[]): unknown {
  const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
  const visit = (value: unknown): unknown => {
    if (isBytes(value)) return { $base64: Buffer.from(value).toString('base64') };
    if (typeof value === 'function') return 'acknowledgement';
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, visit(member)]));
  };
  return args.map(visit);
}
