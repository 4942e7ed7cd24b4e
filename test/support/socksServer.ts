import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

// Nothing here needs a test runner: tests inside VS Code use it too.

export interface SocksServer {
  readonly url: string;
  /** The requested targets as host:port, in order. */
  readonly asked: string[];
  close(): void;
}

/** A SOCKS5 proxy on a free port. @param credentials `user:password` that it asks for (RFC 1929) */
export async function startSocksServer(credentials?: string): Promise<SocksServer> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    speakSocks(socket, credentials, asked).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `socks5://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Passes on what comes, both ways, until one side ends. */
export function join(a: Socket, b: Socket): void {
  for (const socket of [a, b]) socket.on('error', () => socket.destroy());
  a.pipe(b).pipe(a);
}

/** Connects every name to this machine, because tests use no other. */
export function dial(port: number, connected: (socket: Socket) => void, failed: () => void): void {
  const socket = connect({ host: '127.0.0.1', port }, () => {
    socket.off('error', failed);
    connected(socket);
  });
  socket.once('error', failed);
}

/** Serves one client (RFC 1928) and notes what it asks for. */
export async function speakSocks(
  socket: Socket,
  credentials: string | undefined,
  asked: string[],
): Promise<void> {
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
