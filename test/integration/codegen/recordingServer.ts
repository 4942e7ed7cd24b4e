import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { Certificate } from '../../support/certificates.ts';

/** The content of one connection as the server received it. */
export interface Seen {
  readonly url: string;
  /** By lower-case name, without those that clients set automatically. */
  readonly headers: Readonly<Record<string, string>>;
  readonly messages: readonly string[];
  /** The name of the client's certificate. */
  readonly certificate?: string;
}

export interface RecordingServer {
  readonly port: number;
  /** The next connection, once it has ended. */
  next(): Promise<Seen>;
  /** Drops connections that no test has taken. */
  forget(): void;
  /** The address of a page that contains this script as it is. */
  page(script: string): string;
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

/**
 * Answers `subscribe` with noise and then `subscribed`, `unsubscribe` and `go` with what the test's requests wait for,
 * and `{"echo": …}` with the same value as `echoed`.
 * @param tls the certificate, and what signs the certificates that it asks clients for
 */
export async function startRecordingServer(
  tls?: Certificate & { readonly ca: string },
): Promise<RecordingServer> {
  let script = '';
  const answer: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><title>Page</title><script>\n${script}</script>`);
  };
  const listener = tls
    ? createHttps({ ...tls, requestCert: true, rejectUnauthorized: false }, answer)
    : createHttp(answer);
  const server = new WebSocketServer({ server: listener });
  const ended: Seen[] = [];
  const waiting: ((seen: Seen) => void)[] = [];
  server.on('connection', (socket, request) => {
    const messages: string[] = [];
    // A socket that has ended has no certificate.
    const { subject } = tls ? (request.socket as TLSSocket).getPeerCertificate() : {};
    const note = (text: string): void => void messages.push(text);
    socket.on('message', (data: Buffer, isBinary) => {
      note(isBinary ? `binary ${data.toString('hex')}` : `text ${data.toString()}`);
      const text = data.toString();
      if (text.startsWith('{"echo"'))
        socket.send(JSON.stringify({ echoed: (JSON.parse(text) as { echo: unknown }).echo }));
      else if (text.includes('"unsubscribe"')) socket.send('{"id": 7, "ok": true}');
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
      const seen = {
        url: request.url ?? '',
        headers,
        messages,
        ...(typeof subject?.CN === 'string' && { certificate: subject.CN }),
      };
      const resolve = waiting.shift();
      if (resolve) resolve(seen);
      else ended.push(seen);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    next: () => {
      const seen = ended.shift();
      return seen ? Promise.resolve(seen) : new Promise((resolve) => waiting.push(resolve));
    },
    forget() {
      ended.length = 0;
      waiting.length = 0;
    },
    page(text) {
      script = text;
      return `http://127.0.0.1:${port}/`;
    },
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        listener.closeAllConnections();
        listener.close(() => resolve());
      }),
  };
}
