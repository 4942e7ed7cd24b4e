import { join } from 'node:path';
import { HttpTransportType, HubConnectionBuilder, LogLevel, type HubConnection } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { Client, type IFrame, type IMessage } from '@stomp/stompjs';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { endAll, start } from './cliProcess.ts';

// The example servers of protocols with subscriptions answer the clients of other makers.
const folder = join(import.meta.dirname, '../../examples/servers');

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  endAll();
});

async function serve(name: string): Promise<string> {
  const running = start(['serve', join(folder, name), '--port', '0']);
  await running.prints(/^ws:\S+\n/);
  return /^ws:\S+/.exec(running.stdout())![0];
}

/** The first value that comes. */
function once<T>(listen: (come: (value: T) => void) => unknown): Promise<T> {
  return new Promise((resolve) => void listen(resolve));
}

describe('stomp-chat.ws', () => {
  async function stompjs(url: string): Promise<Client> {
    const client = new Client({
      brokerURL: url,
      webSocketFactory: () => new WebSocket(url, ['v12.stomp', 'v11.stomp', 'v10.stomp']) as never,
      reconnectDelay: 0,
    });
    ends.push(() => client.deactivate({ force: true }));
    await once((connected) => {
      client.onConnect = connected;
      client.activate();
    });
    return client;
  }

  /** Subscribes, and waits for the receipt of the server. */
  async function subscribed(
    client: Client,
    destination: string,
    hear: (message: IMessage) => void,
    id: string,
    ack = 'auto',
  ): Promise<void> {
    await once((received) => {
      client.watchForReceipt(`receipt of ${id}`, received);
      client.subscribe(destination, hear, { receipt: `receipt of ${id}`, id, ack });
    });
  }

  it('sends to each subscription of stompjs under its own id, and to nobody else', async () => {
    const url = await serve('stomp-chat.ws');
    const [ann, ben, eve] = await Promise.all([stompjs(url), stompjs(url), stompjs(url)]);
    const heard: string[] = [];
    const hear =
      (who: string) =>
      ({ body, headers }: IMessage): void =>
        void heard.push(`${who} ${headers['subscription']} ${body}`);
    await subscribed(ann, '/topic/chat', hear('ann'), 'a1');
    await subscribed(ben, '/topic/chat', hear('ben'), 'b1');
    await subscribed(ben, '/topic/chat', hear('ben'), 'b2');
    eve.onUnhandledMessage = hear('eve');
    ann.publish({ destination: '/topic/chat', body: '{"text": "Hello"}' });
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(3);
    expect(heard.sort()).toEqual([
      'ann a1 {"text": "Hello"}',
      'ben b1 {"text": "Hello"}',
      'ben b2 {"text": "Hello"}',
    ]);
    // A receipt that comes after an unsubscription says that the server has read it.
    await once((received) => {
      ben.watchForReceipt('gone', received);
      ben.unsubscribe('b1', { receipt: 'gone' });
    });
    heard.length = 0;
    eve.publish({ destination: '/topic/chat', body: 'Bye' });
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(2);
    expect(heard.sort()).toEqual(['ann a1 Bye', 'ben b2 Bye']);
  });

  it('gives stompjs a message that it can acknowledge', async () => {
    const client = await stompjs(await serve('stomp-chat.ws'));
    const message = once<IMessage>((come) => {
      void subscribed(client, '/queue/orders', come, 'q', 'client-individual').then(() =>
        client.publish({ destination: '/queue/orders', body: 'Order 1' }),
      );
    });
    const { body, headers, ack } = await message;
    expect(body).toBe('Order 1');
    expect(headers['ack']).toBe(headers['message-id']);
    ack({ receipt: 'acknowledged' });
    await once((received) => client.watchForReceipt('acknowledged', received));
  });

  it('refuses a destination with an ERROR frame, and closes', async () => {
    const client = await stompjs(await serve('stomp-chat.ws'));
    const error = once<IFrame>((come) => (client.onStompError = come));
    const closed = once((come) => (client.onWebSocketClose = come));
    client.publish({ destination: '/topic/secret', body: 'x' });
    const { headers, body } = await error;
    expect(headers['message']).toBe('Access refused');
    expect(body).toBe('The destination /topic/secret is not for you.');
    await closed;
  });
});

describe('mqtt-sensor.ws', () => {
  async function client(url: string, protocolVersion: 4 | 5 = 4, clientId = ''): Promise<MqttClient> {
    const made = await connectAsync(url, {
      protocolVersion,
      reconnectPeriod: 0,
      clean: true,
      ...(clientId !== '' && { clientId }),
    });
    ends.push(() => made.endAsync(true));
    return made;
  }

  it.each([4, 5] as const)('grants, delivers and acknowledges: mqtt with version %i', async (version) => {
    const url = await serve('mqtt-sensor.ws');
    const reader = await client(url, version);
    const heard: [string, string, number][] = [];
    reader.on('message', (topic, payload, { qos }) => heard.push([topic, payload.toString(), qos]));
    expect(
      await reader.subscribeAsync({ 'sensors/1/#': { qos: 1 }, 'sensors/2/#': { qos: 2 } }),
    ).toMatchObject([
      { topic: 'sensors/1/#', qos: 1 },
      { topic: 'sensors/2/#', qos: 2 },
    ]);
    const sensor = await client(url, version);
    // Each resolves when it is acknowledged.
    await sensor.publishAsync('sensors/1/temperature', '{"celsius": 21.5}', { qos: 0 });
    await sensor.publishAsync('sensors/2/temperature', '{"celsius": 1}', { qos: 2 });
    await sensor.publishAsync('sensors/1/pressure', '{"hPa": 1013}', { qos: 1 });
    await sensor.publishAsync('sensors/9/pressure', '{"hPa": 1}', { qos: 1 });
    await sensor.publishAsync('sensors/2/pressure', '{"hPa": 2}', { qos: 1 });
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(4);
    expect(heard).toEqual([
      ['sensors/1/temperature', '{"celsius": 21.5}', 1],
      ['sensors/2/temperature', '{"celsius": 1}', 2],
      ['sensors/1/pressure', '{"hPa": 1013}', 1],
      ['sensors/2/pressure', '{"hPa": 2}', 2],
    ]);
    await reader.unsubscribeAsync('sensors/1/#');
    await sensor.publishAsync('sensors/1/pressure', '{"hPa": 3}', { qos: 1 });
    await sensor.publishAsync('sensors/2/pressure', '{"hPa": 4}', { qos: 1 });
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(5);
    expect(heard[4]).toEqual(['sensors/2/pressure', '{"hPa": 4}', 2]);
  });

  it('gives properties to clients of version 5 and leaves them out for others', async () => {
    const url = await serve('mqtt-sensor.ws');
    const [old, modern] = await Promise.all([client(url, 4), client(url, 5)]);
    const packet = (from: MqttClient) => once((come) => from.on('message', (_, __, more) => come(more)));
    const packets = [packet(old), packet(modern)];
    for (const each of [old, modern]) await each.subscribeAsync('sensors/2/humidity');
    await old.publishAsync('sensors/2/humidity', '{"humidity":40}');
    const [plain, rich] = await Promise.all(packets);
    expect(plain).not.toHaveProperty('properties');
    expect(rich).toMatchObject({
      properties: { contentType: 'application/json', userProperties: { unit: 'percent' } },
    });
  });

  it('has a sensor of its own', async () => {
    const reader = await client(await serve('mqtt-sensor.ws'));
    const reading = once<string>((come) => reader.on('message', (topic) => come(topic)));
    await reader.subscribeAsync('sensors/+/temperature');
    expect(await reading).toBe('sensors/3/temperature');
  });
});

describe.each(['json', 'messagepack'])('signalr-hub.ws with %s', (format) => {
  async function hub(url: string, skipNegotiation: boolean): Promise<HubConnection> {
    const builder = new HubConnectionBuilder()
      .configureLogging(LogLevel.None)
      .withUrl(url.replace(/^ws/, 'http'), { transport: HttpTransportType.WebSockets, skipNegotiation });
    if (format === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
    const connection = builder.build();
    ends.push(() => connection.stop());
    await connection.start();
    return connection;
  }

  it.each([false, true])('answers the client of its package, skipNegotiation: %s', async (skips) => {
    const connection = await hub(await serve('signalr-hub.ws'), skips);
    // Without the negotiation the client knows no id.
    if (!skips) expect(connection.connectionId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await connection.invoke('Add', 40, 2)).toBe(42);
    expect(await connection.invoke('Echo', { text: 'ö', list: [1, null] })).toEqual({
      text: 'ö',
      list: [1, null],
    });
    await expect(connection.invoke('Fail')).rejects.toThrow('It did not work.');
    const items: number[] = [];
    await new Promise<void>((resolve, reject) => {
      connection
        .stream<number>('Stream', 3)
        .subscribe({ next: (item) => items.push(item), complete: resolve, error: reject });
    });
    expect(items).toEqual([0, 1, 2]);
  });

  it('sends to all clients, in the format that each one requested', async () => {
    const url = await serve('signalr-hub.ws');
    const connection = await hub(url, false);
    const other = new HubConnectionBuilder()
      .configureLogging(LogLevel.None)
      .withUrl(url.replace(/^ws/, 'http'))
      .build();
    ends.push(() => other.stop());
    await other.start();
    const heard = [connection, other].map((each) =>
      once<unknown[]>((come) => each.on('Said', (...said: unknown[]) => come(said))),
    );
    await connection.invoke('Say', 'Hello', { room: 1 });
    expect(await Promise.all(heard)).toEqual([
      ['Hello', { room: 1 }],
      ['Hello', { room: 1 }],
    ]);
  });
});
