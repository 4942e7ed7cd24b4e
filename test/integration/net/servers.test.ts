import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { attach } from 'engine.io';
import type * as GraphQL from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { Server as SocketIo } from 'socket.io';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { createConnector } from '../../../src/net/wsConnection.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import { outcome } from '../../support/outcome.ts';

// Packages of CommonJS: without types, or one that must be the same module for who else loads it.
const require = createRequire(import.meta.url);
const { GraphQLObjectType, GraphQLSchema, GraphQLString } = require('graphql') as typeof GraphQL;

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function listen(server: Server): Promise<string> {
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends a text once open and one after each message that came, undefined for none; answers what came, once enough has. */
function talk(
  options: Partial<ConnectOptions> & { url: string },
  texts: readonly (string | undefined)[],
  enough: number,
): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const came: string[] = [];
    const left = [...texts];
    const connection = createConnector()(connectOptions({ closeTimeout: 200, ...options }), {
      onOpen: () => sendNext(),
      onMessage: (_, payload) => {
        came.push(Buffer.from(payload).toString());
        if (came.length === enough) connection.close(1000, '');
        else sendNext();
      },
      onControl: () => {},
      onError: reject,
      onEnd: () => resolve(came),
    });
    function sendNext(): void {
      const text = left.shift();
      if (text !== undefined) connection.send('text', Buffer.from(text)).catch(reject);
    }
  });
}

describe('servers of other makers', () => {
  it('ws with compression', async () => {
    const http = createServer();
    const server = new WebSocketServer({ server: http, perMessageDeflate: { threshold: 0 } });
    server.on('connection', (socket) =>
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    );
    const url = await listen(http);
    expect(await talk({ url }, ['hello', 'x'.repeat(100_000)], 2)).toEqual(['hello', 'x'.repeat(100_000)]);
    expect((await outcome({ url })).open!.extensions).toMatch(/^permessage-deflate/);
  });

  it('engine.io, over WebSocket alone', async () => {
    const http = createServer();
    const engine = attach(http, { transports: ['websocket'] });
    engine.on(
      'connection',
      (socket: { send(data: string): void; on(name: string, listen: (data: string) => void): void }) =>
        socket.on('message', (data) => socket.send(`echo ${data}`)),
    );
    const url = `${await listen(http)}/engine.io/?EIO=4&transport=websocket`;
    const [open, echo] = await talk({ url }, ['4early'], 2);
    expect(open).toMatch(/^0\{"sid":/);
    expect(echo).toBe('4echo early');
  });

  it('socket.io', async () => {
    const http = createServer();
    const io = new SocketIo(http);
    closing.push(() => void io.close());
    io.on('connection', (socket) =>
      socket.on('ask', (name: string) => socket.emit('answer', `hello ${name}`)),
    );
    const url = `${await listen(http)}/socket.io/?EIO=4&transport=websocket`;
    const came = await talk({ url }, [undefined, '40', '42["ask","me"]'], 3);
    expect(came[1]).toMatch(/^40\{"sid"/);
    expect(came[2]).toBe('42["answer","hello me"]');
  });

  it('graphql-ws, which picks its subprotocol', async () => {
    const http = createServer();
    const server = new WebSocketServer({ server: http, path: '/graphql' });
    const fields = { hello: { type: GraphQLString, resolve: () => 'world' } };
    const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields }) });
    closing.push(() => void useServerResult.dispose());
    const useServerResult = useServer({ schema }, server);
    const url = `${await listen(http)}/graphql`;
    const came = await talk(
      { url, subprotocols: ['graphql-transport-ws'] },
      ['{"type":"connection_init"}', '{"id":"1","type":"subscribe","payload":{"query":"{ hello }"}}'],
      2,
    );
    expect(came[1]).toBe('{"id":"1","type":"next","payload":{"data":{"hello":"world"}}}');
  });

  it('sockjs, over its raw WebSocket', async () => {
    const sockjs = require('sockjs') as {
      createServer(options: object): {
        on(name: string, listen: (connection: Echoing) => void): void;
        installHandlers(server: Server, options: object): void;
      };
    };
    interface Echoing {
      on(name: string, listen: (data: string) => void): void;
      write(data: string): void;
    }
    const http = createServer();
    const echo = sockjs.createServer({ log: () => {} });
    echo.on('connection', (connection) => connection.on('data', (data) => connection.write(`echo ${data}`)));
    echo.installHandlers(http, { prefix: '/echo' });
    const base = await listen(http);
    expect(await talk({ url: `${base}/echo/websocket` }, ['hello'], 1)).toEqual(['echo hello']);
    expect(await talk({ url: `${base}/echo/000/abc/websocket` }, ['["hello"]'], 2)).toEqual([
      'o',
      'a["echo hello"]',
    ]);
  });

  it('faye, by Bayeux', async () => {
    const faye = require('faye') as {
      NodeAdapter: new (options: object) => { attach(server: Server): void };
    };
    const http = createServer();
    new faye.NodeAdapter({ mount: '/faye', timeout: 5 }).attach(http);
    const url = `${await listen(http)}/faye`;
    const shake = { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['websocket'] };
    const [answer] = await talk({ url }, [JSON.stringify([shake])], 1);
    expect(JSON.parse(answer!)).toMatchObject([{ channel: '/meta/handshake', successful: true }]);
  });

  it('faye-websocket', async () => {
    interface FayeSocket {
      on(name: string, listen: (event: { data: string }) => void): void;
      send(data: string): void;
    }
    const FayeWebSocket = require('faye-websocket') as new (...upgrade: unknown[]) => FayeSocket;
    const http = createServer();
    http.on('upgrade', (...upgrade) => {
      const socket = new FayeWebSocket(...upgrade);
      socket.on('message', ({ data }) => socket.send(`echo ${data}`));
    });
    const url = await listen(http);
    expect(await talk({ url, fragmentSize: 3 }, ['hello'], 1)).toEqual(['echo hello']);
  });

  it('websocket, which wants its subprotocol', async () => {
    const { server: WebSocketNodeServer } = require('websocket') as {
      server: new (options: object) => {
        on(name: string, listen: (request: Request) => void): void;
        shutDown(): void;
      };
    };
    interface Request {
      accept(
        protocol: string,
        origin: string,
      ): {
        on(name: string, listen: (message: { utf8Data: string }) => void): void;
        sendUTF(text: string): void;
      };
      origin: string;
    }
    const http = createServer();
    const server = new WebSocketNodeServer({ httpServer: http, autoAcceptConnections: false });
    closing.push(() => server.shutDown());
    server.on('request', (request) => {
      const connection = request.accept('echo-protocol', request.origin);
      connection.on('message', ({ utf8Data }) => connection.sendUTF(`${request.origin} ${utf8Data}`));
    });
    const url = await listen(http);
    const options = {
      url,
      subprotocols: ['echo-protocol'],
      headers: [['Origin', 'https://a.test']] as const,
    };
    expect(await talk(options, ['hello'], 1)).toEqual(['https://a.test hello']);
  });
});
