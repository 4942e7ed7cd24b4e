import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, vi } from 'vitest';
import { maskFrames } from '../../support/wire.ts';
import { requestFolder, type RequestFolder } from '../requestFolder.ts';
import { endAll, start, type Running } from '../cliProcess.ts';
import { exchangeOver } from './exchange.ts';
import { INVALID_DATA, POLICY, PROTOCOL_ERROR, TOO_BIG } from './failureCases.ts';
import { deflateHeader, type Endpoint, type Role, type Terms } from './role.ts';

/** A connection to the server, seen from its client. */
export interface ServedEndpoint extends Endpoint {
  /** Of this end. The server's sentences about its client name it. */
  readonly port: number;
  /** The head of the answer to the handshake. */
  readonly head: string;
  /** Sends bytes as they are. */
  writeUnmasked(bytes: Uint8Array): Promise<void>;
  /** Sends frames, and ends TCP in the same turn. */
  writeAndEnd(frames: Uint8Array): Promise<void>;
}

const BLOCK = (path: string, ...directives: string[]): string =>
  `### ${path}\n${directives.map((each) => `# ${each}\n`).join('')}SERVE ws://127.0.0.1:0${path}\n\n=== on-message\n# @echo\n\n`;

/** Paths of the server, by the limit that a case asks for. */
const PATHS: Readonly<Record<NonNullable<Terms['limit']> | '', string>> = {
  '': '/',
  '1MiB': '/mebibyte',
  '1KiB': '/kibibyte',
};

/** The server's sentences about its client, by close code. */
const SENTENCES: Readonly<Record<number, RegExp>> = {
  [PROTOCOL_ERROR]: /The client at .*\(RFC 6455, section \d.* The client or a proxy in between/,
  [INVALID_DATA]: /The client at .*\(RFC 6455, section (?:8\.1|5\.5\.1)\)/,
  [POLICY]: /A message from the client at .* 131072 .*let the client send larger ones/,
  [TOO_BIG]: /A message of \d+ bytes.* from the client at /,
};

const WAIT = { timeout: 30_000, interval: 5 };

/** `duplex serve` with an echo rule. */
export class EchoServer implements Role {
  readonly own = 'server';
  readonly peer = 'client';
  #folder: RequestFolder | undefined;
  #running: Running | undefined;
  #urls: readonly URL[] = [];
  #partial = '';
  #met = 0;
  #ended = 0;
  /** The complaints about clients, by their ports. */
  readonly #complaints = new Map<number, string>();
  /** Ports of the clients that break the protocol. */
  readonly #faulty = new Set<number>();

  async listen(): Promise<void> {
    this.#folder = requestFolder({
      'echo.ws': Object.entries(PATHS)
        .map(([limit, path]) => (limit === '' ? BLOCK(path) : BLOCK(path, `@max-payload ${limit}`)))
        .join(''),
    });
    this.#running = start(['serve', 'echo.ws'], 'closed', { cwd: this.#folder.path });
    await this.#running.prints(/^(?:ws:\S+\n){3}/);
    this.#running.child.stdout!.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#urls = this.#running
      .stdout()
      .match(/^ws:\S+/gm)!
      .map((url) => new URL(url));
  }

  /** For a client that makes its own handshake. */
  get url(): string {
    this.#met++;
    return this.#urls[0]!.href;
  }

  async meet({ limit, deflate }: Terms = {}): Promise<ServedEndpoint> {
    this.#met++;
    const path = PATHS[limit ?? ''];
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
      ...(deflate === undefined ? [] : [deflateHeader(deflate)]),
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    let head = '';
    while (!head.includes('\r\n\r\n')) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      head += chunk.toString('latin1');
    }
    const exchange = exchangeOver(socket);
    const port = socket.localPort!;
    return {
      head,
      port,
      take: exchange.take,
      write: (frames, chop) => exchange.write(maskFrames(frames), chop),
      writeUnmasked: exchange.write,
      async writeAndEnd(frames) {
        const sent = exchange.write(maskFrames(frames));
        socket.end();
        await sent;
      },
      async rest() {
        const frames = await exchange.rest();
        socket.destroy();
        return frames;
      },
      // Whether it complained is known when all connections have ended: see `complaints`.
      isContent: () => Promise.resolve(),
      complains: (code, terms) => this.says(port, terms.deflate === undefined ? SENTENCES[code]! : /./),
    };
  }

  /** Resolves when the server has written a sentence about the client at this port that matches. */
  async says(port: number, pattern: RegExp): Promise<void> {
    this.#faulty.add(port);
    await vi.waitFor(() => expect(this.#complaints.get(port)).toMatch(pattern), WAIT);
  }

  /**
   * Waits until the server has reported the end of every connection.
   * @returns the complaints about clients of whom no case expects any
   */
  async complaints(): Promise<string[]> {
    await vi.waitFor(() => expect(this.#ended).toBe(this.#met), WAIT);
    return [...this.#complaints].flatMap(([port, line]) => (this.#faulty.has(port) ? [] : [line]));
  }

  /** Reads what the server prints once: megabytes of messages, and a few lines about connections. */
  #read(chunk: Buffer): void {
    const lines = `${this.#partial}${chunk.toString('latin1')}`.split('\n');
    this.#partial = lines.pop()!;
    for (const line of lines) {
      const [, kind, rest] = /^\[\d+\] \S+ \S+ (close|error) (.*)/.exec(line) ?? [];
      if (kind === 'close') this.#ended++;
      if (kind === 'error') this.#complaints.set(Number(/127\.0\.0\.1:(\d+)\b/.exec(rest!)?.[1]), rest!);
    }
  }

  close(): void {
    endAll();
    this.#folder?.remove();
  }
}
