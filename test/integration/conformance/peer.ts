import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { endAll, start } from '../cliProcess.ts';
import type { Result } from '../cliProcess.ts';
import { switching } from '../../support/rawServer.ts';
import { closePayload, readFrames, wireFrame } from '../../support/wire.ts';
import type { ReceivedFrame } from '../../support/wire.ts';

/** `duplex connect --echo`, seen from the server that it is connected to. */
export interface Peer {
  readonly socket: Socket;
  /** Sends bytes, in writes of at most `chop` bytes where that is given, each on its way before the next. */
  write(bytes: Uint8Array, chop?: number): Promise<void>;
  /** The next frames that came, or fewer where the connection ended. */
  take(count: number): Promise<ReceivedFrame[]>;
  /** What came until the connection ended. */
  rest(): Promise<ReceivedFrame[]>;
  /** How the command line ended. */
  readonly result: Promise<Result>;
}

/** A server that does what each case says, and nothing by itself but end TCP once it has been told a close frame. */
export class ConformanceServer {
  readonly #server = createServer((socket) => this.#accept(socket));
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Map<string, (socket: Socket, request: string) => void>();
  #cases = 0;

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** Starts a command line and answers its handshake. @param extension a header line of the answer */
  async meet(args: readonly string[] = [], extension?: string): Promise<Peer> {
    const path = `/case-${++this.#cases}`;
    const accepted = new Promise<{ socket: Socket; request: string }>((resolve) =>
      this.#waiting.set(path, (socket, request) => resolve({ socket, request })),
    );
    const { port } = this.#server.address() as AddressInfo;
    const running = start(['connect', `ws://127.0.0.1:${port}${path}`, '--echo', '--quiet', ...args]);
    const ended = running.result.then(({ stderr }): never => {
      throw new Error(`The command line did not connect: ${stderr}`);
    });
    const { socket, request } = await Promise.race([accepted, ended]);
    ended.catch(() => {
      // It ends some time.
    });
    socket.write(extension === undefined ? switching(request) : switching(request, extension));
    return peerOver(socket, running.result);
  }

  async close(): Promise<void> {
    endAll();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    // A client that breaks off is what half of the cases are about.
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

/** What travels over a socket, seen as frames. */
export type FrameExchange = Pick<Peer, 'write' | 'take' | 'rest'>;

/** @param onFrame is called with each frame when it came */
export function exchangeOver(socket: Socket, onFrame?: (frame: ReceivedFrame) => void): FrameExchange {
  const frames: ReceivedFrame[] = [];
  let ended = false;
  let wake = (): void => {};
  readFrames(socket, (frame) => {
    frames.push(frame);
    onFrame?.(frame);
    wake();
  });
  const end = (): void => {
    ended = true;
    wake();
  };
  socket.on('end', end).on('close', end);

  const until = async (enough: () => boolean): Promise<void> => {
    while (!enough() && !ended) await new Promise<void>((resolve) => (wake = resolve));
  };
  return {
    async write(bytes, chop = bytes.length) {
      for (let at = 0; at < bytes.length && !socket.destroyed; at += chop) {
        const piece = bytes.subarray(at, at + chop);
        await new Promise<void>((resolve) => {
          socket.write(piece, () => resolve());
        });
        // Its own turn of the loop, so that TCP does not join what was cut.
        if (chop < 1000) await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async take(count) {
      await until(() => frames.length >= count);
      return frames.splice(0, count);
    },
    async rest() {
      await until(() => false);
      return frames.splice(0);
    },
  };
}

function peerOver(socket: Socket, result: Promise<Result>): Peer {
  let closing = false;
  const exchange = exchangeOver(socket, ({ first }) => {
    if (first !== 0x88 || closing) return;
    closing = true;
    // As RFC 6455, section 7.1.1 has it: the server ends TCP.
    if (!socket.writableEnded) socket.end();
  });
  return { socket, result, ...exchange };
}

/** A good end of the connection: the close frame of a server that is content. */
export const goodbye = wireFrame(0x88, closePayload(1000));
