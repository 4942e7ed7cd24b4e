import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Client } from '@stomp/stompjs';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type RunningBroker, stompBroker } from './support/stompBroker.ts';
import { talk } from './support/talk.ts';
import { until } from './support/waiting.ts';

const ends: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function broker(): Promise<RunningBroker> {
  const running = await stompBroker();
  ends.push(() => running.end());
  return running;
}

describe('stomp-broker-js', () => {
  it('talks with Duplex: subscriptions, messages, headers', async () => {
    const { url, server } = await broker();
    const heard: unknown[] = [];
    server.subscribe('/queue/in', (body, { destination, kind }) => heard.push([body, destination, kind]));
    const duplex = await talk({ url, protocol: 'stomp' });
    await duplex.say('subscribe', { arguments: ['/topic/out'] });
    await duplex.say('send', { arguments: ['/queue/in'], body: '{"n": 1}', headers: [['kind', 'order']] });
    await until(() => heard.length === 1);
    expect(heard).toEqual([['{"n": 1}', '/queue/in', 'order']]);
    // This broker sends nothing back to who sent it.
    const other = await talk({ url, protocol: 'stomp' });
    await other.say('send', {
      arguments: ['/topic/out'],
      body: '{"price":1.0}',
      headers: [['content-type', 'application/json']],
    });
    const message = await duplex.hear(({ type }) => type === 'event');
    expect(message).toMatchObject({
      name: '/topic/out',
      stream: '"sub-0"',
      // It writes JSON anew.
      payload: { form: 'json', content: '{"price":1}' },
    });
    expect(duplex.problems).toEqual([]);
  });
});

describe('stompjs', () => {
  /** A server that collects the received WebSocket messages and answers CONNECT. */
  async function listener(): Promise<{ url: string; got: string[] }> {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: (offered) => [...offered][0]!,
    });
    const got: string[] = [];
    server.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => {
        const text = String(data);
        got.push(text);
        if (text.startsWith('CONNECT')) socket.send('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0');
      }),
    );
    await once(server, 'listening');
    ends.push(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, got };
  }

  /** Lines of the header in any order, and the rest. */
  const parts = (frame: string): unknown => {
    const [head = '', ...body] = frame.split('\n\n');
    const [command, ...headers] = head.split('\n');
    return { command, headers: headers.sort(), body: body.join('\n\n') };
  };

  it('says what Duplex says', async () => {
    const { url, got } = await listener();
    const client = new Client({
      brokerURL: url,
      webSocketFactory: () => new WebSocket(url, ['v12.stomp']) as never,
      connectHeaders: { host: '127.0.0.1', login: 'ann', passcode: 'a:b' },
      reconnectDelay: 0,
    });
    const connected = new Promise<void>((resolve) => (client.onConnect = () => resolve()));
    client.activate();
    await connected;
    client.subscribe('/topic/a', () => undefined, { ack: 'client' });
    client.publish({ destination: '/queue/b', body: 'héllo', headers: { kind: 'a:c\nd\\' } });
    client.ack('7', 'sub-0', { id: '7' });
    client.unsubscribe('sub-0');
    await until(() => got.length === 5);
    const theirs = got.splice(0);
    client.forceDisconnect();
    await client.deactivate({ force: true });
    got.splice(0);

    const duplex = await talk({ url, protocol: 'stomp' }, false);
    await duplex.say('connect', {
      headers: [
        ['accept-version', '1.2,1.1,1.0'],
        ['login', 'ann'],
        ['passcode', 'a:b'],
      ],
    });
    expect(await duplex.session.conduct.opening()).toEqual({ state: 'accepted' });
    await duplex.say('subscribe', { arguments: ['/topic/a'], options: { ack: 'client' } });
    await duplex.say('send', { arguments: ['/queue/b'], body: 'héllo', headers: [['kind', 'a:c\nd\\']] });
    await duplex.say('ack', { arguments: ['7'] });
    await duplex.say('unsubscribe', { arguments: ['/topic/a'] });
    await until(() => got.length === 5);
    const ours = got.slice(0, 5).map(parts);
    const expected = theirs.map(parts) as { command: string; headers: string[] }[];
    // stompjs repeats the subscription and the message in ACK, for 1.1.
    const ack = expected.find(({ command }) => command === 'ACK')!;
    ack.headers = ack.headers.filter((line) => line.startsWith('id:'));
    expect(ours).toEqual(expected);
  });

  it('beats go out as often as both sides agree, and are flagged', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    ends.push(() => server.close());
    let beats = 0;
    server.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => {
        if (String(data) === '\n') beats++;
        else if (String(data).startsWith('CONNECT'))
          socket.send('CONNECTED\nversion:1.1\nheart-beat:0,200\n\n\0\n');
      }),
    );
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const duplex = await talk({ url, protocol: 'stomp' }, false);
    await duplex.say('connect', { headers: [['heart-beat', '100,0']] });
    await until(() => beats >= 3, 10_000);
    expect(
      duplex.units.filter(({ heartbeat, from }) => heartbeat && from === 'client').length,
    ).toBeGreaterThanOrEqual(3);
    await duplex.session.disconnect();
  });
});
