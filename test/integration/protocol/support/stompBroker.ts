import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

// stomp-broker-js, which has no types.

type Headers = Readonly<Record<string, string>>;

interface StompFrame {
  readonly headers: Headers;
  readonly body?: unknown;
}

type Handler = (socket: object, frame: StompFrame) => void;

export interface StompBroker {
  readonly frameHandler: Record<string, Handler>;
  subscribe(topic: string, hear: (body: string, headers: Headers) => void): string;
  send(topic: string, headers: Headers, body: string): void;
}

const require = createRequire(import.meta.url);
const StompServer = require('stomp-broker-js') as new (options: object) => StompBroker;
const { ServerFrame } = require('stomp-broker-js/lib/stomp') as {
  readonly ServerFrame: { RECEIPT(socket: object, id: string): void };
};

export interface RunningBroker {
  readonly url: string;
  readonly server: StompBroker;
  end(): void;
}

export async function stompBroker(): Promise<RunningBroker> {
  const http = createServer();
  const server = new StompServer({ server: http, path: '/ws', heartbeat: [0, 0] });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/ws`,
    server,
    end() {
      http.closeAllConnections();
      http.close();
    },
  };
}

/**
 * The same as an application with a simple broker: who sends hears it too, and a subscription gets the receipt that it
 * asks for. @returns also what it was told
 */
export async function stompApplication(): Promise<RunningBroker & { readonly told: unknown[] }> {
  const broker = await stompBroker();
  const { frameHandler } = broker.server;
  const told: unknown[] = [];
  // The broker itself gives its messages no id.
  let messages = 0;
  const { SUBSCRIBE } = frameHandler;
  frameHandler['SUBSCRIBE'] = (socket, frame) => {
    SUBSCRIBE!(socket, frame);
    const { receipt } = frame.headers;
    if (receipt !== undefined) ServerFrame.RECEIPT(socket, receipt);
  };
  frameHandler['SEND'] = (_, { headers, body }) => {
    const { destination = '', 'content-type': type } = headers;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    told.push([destination, text]);
    const own = { destination, 'message-id': `msg-${++messages}` };
    broker.server.send(destination, { ...own, ...(type !== undefined && { 'content-type': type }) }, text);
  };
  frameHandler['ACK'] = (_, { headers }) => void told.push(headers);
  return { ...broker, told };
}
