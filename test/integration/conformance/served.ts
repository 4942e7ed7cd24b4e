import { once } from 'node:events';
import { connect } from 'node:net';
import { requestFolder, type RequestFolder } from '../requestFolder.ts';
import { endAll, start, type Running } from '../cliProcess.ts';
import { exchangeOver, type FrameExchange } from './peer.ts';

/** A connection to `duplex serve` with an echo rule, seen from its client. */
export interface ServedPeer extends FrameExchange {
  /** Of this end. The server's sentences about its client name it. */
  readonly port: number;
  /** The head of the answer to the handshake. */
  readonly head: string;
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
    const exchange = exchangeOver(socket);
    return {
      port: socket.localPort!,
      head,
      ...exchange,
      async rest() {
        const frames = await exchange.rest();
        socket.destroy();
        return frames;
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
