import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect } from 'vitest';
import { endAll, start } from '../cliProcess.ts';
import { switching } from '../../support/rawServer.ts';
import { exchangeOver, type FrameExchange } from './exchange.ts';
import { INVALID_DATA, POLICY, PROTOCOL_ERROR, TOO_BIG } from './failureCases.ts';
import { CLOSE, deflateHeader, type Endpoint, type Role, type Terms } from './role.ts';

/** The error lines of the command line, by close code. */
const ERRORS: Readonly<Record<number, RegExp>> = {
  [PROTOCOL_ERROR]: /error +protocol\.frame: .*\(RFC 6455, section \d.* The server or a proxy in between/,
  // A close reason is UTF-8 by section 5.5.1, a text message by section 8.1.
  [INVALID_DATA]: /error +protocol\.invalid-utf8: .*\(RFC 6455, section (?:8\.1|5\.5\.1)\)/,
  [POLICY]: /error +limit\.fragments: .* 131072 /,
  [TOO_BIG]: /error +limit\.payload: A message of \d+ bytes/,
};

/**
 * `duplex connect --echo`, connected to a server that follows each case, and of its own accord only ends TCP once it
 * has received a close frame.
 */
export class EchoClient implements Role {
  readonly own = 'client';
  readonly peer = 'server';
  readonly #server = createServer((socket) => this.#accept(socket));
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Map<string, (socket: Socket, request: string) => void>();
  #cases = 0;

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** Starts a command line and answers its handshake. */
  async meet({ limit, deflate }: Terms = {}): Promise<Endpoint> {
    const path = `/case-${++this.#cases}`;
    const accepted = new Promise<{ socket: Socket; request: string }>((resolve) =>
      this.#waiting.set(path, (socket, request) => resolve({ socket, request })),
    );
    const { port } = this.#server.address() as AddressInfo;
    const options = limit === undefined ? [] : ['--max-payload', limit];
    const running = start(['connect', `ws://127.0.0.1:${port}${path}`, '--echo', '--quiet', ...options]);
    const ended = running.result.then(({ stderr }): never => {
      throw new Error(`The command line did not connect: ${stderr}`);
    });
    const { socket, request } = await Promise.race([accepted, ended]);
    ended.catch(() => {
      // The command line ends eventually.
    });
    socket.write(deflate === undefined ? switching(request) : switching(request, deflateHeader(deflate)));
    return {
      ...exchangeOf(socket),
      async isContent(code) {
        expect((await running.result).status).toBe([1000, 1001, 1005].includes(code) ? 0 : 3);
      },
      async complains(code, terms) {
        const { status, stderr } = await running.result;
        expect(status).toBe(3);
        expect(stderr).toMatch(terms.deflate === undefined ? ERRORS[code]! : /error/);
      },
    };
  }

  async close(): Promise<void> {
    endAll();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    // In half of the cases the client aborts the connection.
    socket.on('error', () => socket.destroy());
    let request = '';
    const read = (chunk: Buffer): void => {
      request += chunk.toString('latin1');
      if (!request.includes('\r\n\r\n')) return;
      socket.off('data', read);
      const path = /^GET (\S+)/.exec(request)?.[1] ?? '';
      this.#waiting.get(path)?.(socket, request);
    };
    socket.on('data', read);
  }
}

/** The connection from the server that it is connected to. */
function exchangeOf(socket: Socket): FrameExchange {
  let closing = false;
  return exchangeOver(socket, ({ first }) => {
    if (first !== CLOSE || closing) return;
    closing = true;
    // As RFC 6455, section 7.1.1 has it: the server ends TCP.
    if (!socket.writableEnded) socket.end();
  });
}
