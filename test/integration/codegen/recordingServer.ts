import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** What a server saw of one connection. */
export interface Seen {
  readonly url: string;
  /** By lower-case name, without those that every client sets by itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly messages: readonly string[];
}

export interface RecordingServer {
  readonly port: number;
  /** The next connection, once it has ended. */
  next(): Promise<Seen>;
  /** Drops connections that nobody asked about. */
  forget(): void;
  close(): Promise<void>;
}

/** Headers that clients choose by themselves. */
const OWN = new Set([
  ...[
    'host',
    'connection',
    'upgrade',
    'user-agent',
    'accept',
    'accept-encoding',
    'accept-language',
    'cache-control',
  ],
  ...['pragma', 'sec-websocket-key', 'sec-websocket-version', 'sec-websocket-extensions', 'content-length'],
]);

/** Answers `subscribe` with noise and then `subscribed`, `unsubscribe` and `go` with what the test's requests wait for. */
export async function startRecordingServer(): Promise<RecordingServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const ended: Seen[] = [];
  const waiting: ((seen: Seen) => void)[] = [];
  server.on('connection', (socket, request) => {
    const messages: string[] = [];
    const note = (text: string): void => void messages.push(text);
    socket.on('message', (data: Buffer, isBinary) => {
      note(isBinary ? `binary ${data.toString('hex')}` : `text ${data.toString()}`);
      const text = data.toString();
      if (text.includes('"unsubscribe"')) socket.send('{"id": 7, "ok": true}');
      else if (text.includes('"subscribe"')) {
        socket.send('noise');
        socket.send('{"type": "subscribed", "n": 1, "id": 7}');
      } else if (text === 'go') {
        socket.send('noise');
        socket.send('gone');
      }
    });
    socket.on('ping', (data: Buffer) => note(`ping ${data.toString()}`));
    socket.on('close', (code, reason) => {
      note(`close ${code} ${reason.toString()}`);
      const headers = Object.fromEntries(
        Object.entries(request.headers).flatMap(([name, value]) =>
          OWN.has(name)
            ? []
            : [
                [
                  name,
                  name === 'sec-websocket-protocol' ? String(value).replace(/,\s*/g, ', ') : String(value),
                ],
              ],
        ),
      );
      const seen = { url: request.url ?? '', headers, messages };
      const resolve = waiting.shift();
      if (resolve) resolve(seen);
      else ended.push(seen);
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    next: () => {
      const seen = ended.shift();
      return seen ? Promise.resolve(seen) : new Promise((resolve) => waiting.push(resolve));
    },
    forget() {
      ended.length = 0;
      waiting.length = 0;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
