import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A feed of trades that pings, counts its messages, and forgets no number. */
export interface ExchangeServer {
  readonly host: string;
  /** Every message of the clients, parsed. */
  readonly seen: unknown[];
  close(): void;
}

/** An id that JavaScript cannot hold as a number. */
const BIG = '9007199254740993';

export async function exchangeServer(): Promise<ExchangeServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const seen: unknown[] = [];
  server.on('connection', (socket) => {
    const streams = new Set<string>();
    let trade = 0;
    const say = (value: unknown): void => socket.send(JSON.stringify(value));
    say({ ping: 1_700_000_000_123 });
    const timer = setInterval(() => {
      for (const stream of streams) {
        trade++;
        socket.send(
          `{"stream":${JSON.stringify(stream)},"data":{"e":"trade","s":"BTCUSDT","t":${trade},"a":${BIG},"p":"0.0${trade}"}}`,
        );
      }
    }, 20);
    socket.on('close', () => clearInterval(timer));
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { method?: string; params?: string[]; id?: number };
      seen.push(message);
      const { method, params = [], id } = message;
      if (method === undefined) return;
      if (method === 'LIST_SUBSCRIPTIONS') return say({ result: [...streams], id });
      const [stream = ''] = params;
      if (!stream.includes('@')) return say({ error: { code: 2, msg: 'Invalid stream' }, id });
      if (method === 'SUBSCRIBE') streams.add(stream);
      else streams.delete(stream);
      say({ result: null, id });
    });
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
