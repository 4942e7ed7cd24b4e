import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { talk } from './support/talk.ts';

/** Types that these packages lack. */
interface SockjsConnection {
  on(event: 'data', listener: (message: string) => void): void;
  write(message: string): void;
  close(code: number, reason: string): void;
}
interface SockjsServer {
  on(event: 'connection', listener: (connection: SockjsConnection) => void): void;
  installHandlers(server: Server, options: { readonly prefix: string }): void;
}
const require = createRequire(import.meta.url);
const sockjs = require('sockjs') as { createServer(options: object): SockjsServer };
const StompServer = require('stomp-broker-js') as new (options: object) => object;

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function serve(install: (server: Server) => void): Promise<string> {
  const http = createServer();
  install(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  ends.push(() => {
    http.closeAllConnections();
    http.close();
  });
  return `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

describe('sockjs', () => {
  it('talks with Duplex: open, messages, close', async () => {
    const heard: string[] = [];
    const url = await serve((http) => {
      const server = sockjs.createServer({ log: () => undefined });
      server.on('connection', (connection) =>
        connection.on('data', (message) => {
          heard.push(message);
          if (message === 'bye') connection.close(3001, 'Go away!');
          else connection.write(message);
        }),
      );
      server.installHandlers(http, { prefix: '/echo' });
    });
    const duplex = await talk({ url: `${url}/echo/000/abcdefgh/websocket`, protocol: 'sockjs' });
    await duplex.say('send', { body: '{"text": "Grüße \\" 🙂"}' });
    const back = await duplex.hear(({ type }) => type === 'event');
    expect(back.payload).toMatchObject({ form: 'json', content: '{"text": "Grüße \\" 🙂"}' });
    await duplex.say('send', { body: 'bye' });
    const close = await duplex.hear(({ name }) => name === 'close');
    expect(close.error).toBe('3001 Go away!');
    expect(heard).toEqual(['{"text": "Grüße \\" 🙂"}', 'bye']);
    expect(duplex.problems).toEqual([]);
  });
});

describe('stomp-broker-js over SockJS', () => {
  it('speaks STOMP with Duplex', async () => {
    const url = await serve(
      (server) => new StompServer({ server, path: '/stomp', protocol: 'sockjs', heartbeat: [0, 0] }),
    );
    const address = (session: string) => `${url}/stomp/123/${session}/websocket`;
    const duplex = await talk({ url: address('first'), protocol: 'sockjs-stomp' });
    await duplex.say('subscribe', { arguments: ['/topic/chat'] });
    const other = await talk({ url: address('second'), protocol: 'sockjs-stomp' });
    await other.say('send', { arguments: ['/topic/chat'], body: 'Hello' });
    const message = await duplex.hear(({ type }) => type === 'event');
    expect(message).toMatchObject({ name: '/topic/chat', payload: { form: 'text', content: 'Hello' } });
    expect([...duplex.problems, ...other.problems]).toEqual([]);
  });
});
