import { once } from 'node:events';
import { connect } from 'node:net';
import { requestFolder, type RequestFolder } from '../requestFolder.ts';
import { endAll, start, type Running } from '../cliProcess.ts';
import { readFrames, type ReceivedFrame } from '../../support/wire.ts';

/** A connection to `duplex serve` with an echo rule, seen from its client. */
export interface ServedPeer {
  /** Of this end. The server's sentences about its client name it. */
  readonly port: number;
  /** The head of the answer to the handshake. */
  readonly head: string;
  /** Sends bytes, in writes of at most `chop` bytes if given. */
  write(bytes: Uint8Array, chop?: number): Promise<void>;
  /** The next frames that came, or fewer where the connection ended. */
  take(count: number): Promise<ReceivedFrame[]>;
  /** What came until the server ended the connection. */
  rest(): Promise<ReceivedFrame[]>;
}

const BLOCK = (path: string, ...directives: string[]): string =>
  `### ${path}\n${directives.map((each) => `# ${each}\n`).join('')}SERVE ws://127.0.0.1:0${path}\n\n=== on-message\n# @echo\n\n`;

/** Paths of the server, by the limit that a case asks for. */
const PATHS: Readonly<Record<string, string>> = { '': '/', '1MiB': '/mebibyte', '1KiB': '/kibibyte' };

export class EchoServer {
  #folder: RequestFolder | undefined;
  #running: Running | undefined;
  #urls: readonly URL[] = [];

  async listen(): Promise<void> {
    this.#folder = requestFolder({
      'echo.ws': Object.entries(PATHS)
        .map(([limit, path]) => (limit === '' ? BLOCK(path) : BLOCK(path, `@max-payload ${limit}`)))
        .join(''),
    });
    this.#running = start(['serve', 'echo.ws'], 'closed', { cwd: this.#folder.path });
    await this.#running.prints(/^(?:ws:\S+\n){3}/);
    this.#urls = this.#running
      .stdout()
      .match(/^ws:\S+/gm)!
      .map((url) => new URL(url));
  }

  /**
   * Opens a connection.
   * @param maxPayload of the block
   * @param offer a header line of the handshake
   */
  async meet(maxPayload = '', offer?: string): Promise<ServedPeer> {
    const path = PATHS[maxPayload]!;
    const url = this.#urls.find(({ pathname }) => pathname === path)!;
    const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true });
    socket.on('error', () => socket.destroy());
    await once(socket, 'connect');
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${url.host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
      ...(offer === undefined ? [] : [offer]),
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    let head = '';
    while (!head.includes('\r\n\r\n')) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      head += chunk.toString('latin1');
    }
    const frames: ReceivedFrame[] = [];
    let ended = false;
    let wake = (): void => {};
    readFrames(socket, (frame) => {
      frames.push(frame);
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
      port: socket.localPort!,
      head,
      async write(bytes, chop = bytes.length) {
        for (let at = 0; at < bytes.length && !socket.destroyed; at += chop) {
          const piece = bytes.subarray(at, at + chop);
          await new Promise<void>((resolve) => {
            socket.write(piece, () => resolve());
          });
          if (chop < 1000) await new Promise((resolve) => setImmediate(resolve));
        }
      },
      async take(count) {
        await until(() => frames.length >= count);
        return frames.splice(0, count);
      },
      async rest() {
        await until(() => false);
        socket.destroy();
        return frames.splice(0);
      },
    };
  }

  /** Resolves when standard error has a sentence about the client at this port that matches. */
  says(port: number, pattern: RegExp): Promise<void> {
    return this.#running!.prints(new RegExp(`127\\.0\\.0\\.1:${port}\\b.*${pattern.source}`));
  }

  close(): void {
    endAll();
    this.#folder?.remove();
  }
}
