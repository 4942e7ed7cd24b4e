import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { generate, type IPublishPacket, type Packet, parser, type QoS } from 'mqtt-packet';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';

// aedes for MQTT 3.1 and 3.1.1; a broker of the tests for version 5, which aedes does not speak. Neither shares code with Duplex.

export interface MqttBrokers {
  /** ws://… */
  readonly url: string;
  readonly aedes: Aedes;
  /** The packets that clients of version 5 sent. */
  readonly packets: readonly Packet[];
  end(): Promise<void>;
}

export async function mqttBrokers(options = {}): Promise<MqttBrokers> {
  const aedes = await Aedes.createBroker(options);
  const packets: Packet[] = [];
  const clients = new Set<Client>();
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket, request) => {
    // Only CONNECT says the version.
    socket.once('message', (first: Buffer) => {
      if (isVersion5(first)) serve(socket, first, clients, packets);
      else {
        const stream = createWebSocketStream(socket);
        aedes.handle(stream, request);
        stream.unshift(first);
      }
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/mqtt`,
    aedes,
    packets,
    async end() {
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      http.close();
    },
  };
}

function isVersion5(first: Buffer): boolean {
  const name = first.indexOf('MQTT');
  return name > 0 && first[name + 4] === 5;
}

interface Client {
  readonly send: (packet: Packet) => void;
  readonly filters: Map<string, QoS>;
}

/** OASIS MQTT 5: QoS 0 to 2 in both directions, properties of messages, topic aliases of the server, wills. */
function serve(socket: WebSocket, first: Buffer, clients: Set<Client>, packets: Packet[]): void {
  const filters = new Map<string, QoS>();
  const aliases = new Map<string, number>();
  let [nextId, aliasMaximum] = [1, 0];
  let will: IPublishPacket | undefined;
  const post = (packet: Packet): void => socket.send(generate(packet, { protocolVersion: 5 }));
  const send = (packet: Packet): void => {
    if (packet.cmd !== 'publish') return post(packet);
    const known = aliases.get(packet.topic);
    if (known === undefined && aliases.size < aliasMaximum) aliases.set(packet.topic, aliases.size + 1);
    const topicAlias = aliases.get(packet.topic);
    post({
      ...packet,
      topic: known === undefined ? packet.topic : '',
      ...(packet.qos > 0 && { messageId: nextId++ }),
      properties: { ...packet.properties, ...(topicAlias !== undefined && { topicAlias }) },
    });
  };
  const client: Client = { send, filters };
  const publish = ({ topic, payload, qos, properties }: IPublishPacket): void => {
    for (const each of clients)
      for (const [filter, granted] of each.filters)
        if (matches(filter, topic))
          each.send({
            cmd: 'publish',
            topic,
            payload,
            qos: Math.min(qos, granted) as QoS,
            retain: false,
            dup: false,
            ...(properties && { properties }),
          });
  };

  const reading = parser({ protocolVersion: 5 });
  reading.on('error', () => socket.terminate());
  reading.on('packet', (packet: Packet) => {
    packets.push(packet);
    switch (packet.cmd) {
      case 'connect':
        clients.add(client);
        aliasMaximum = packet.properties?.topicAliasMaximum ?? 2;
        will = packet.will && ({ ...packet.will, cmd: 'publish' } as unknown as IPublishPacket);
        return post({
          cmd: 'connack',
          reasonCode: 0,
          sessionPresent: false,
          properties: { receiveMaximum: 20, assignedClientIdentifier: 'given', serverKeepAlive: 20 },
        });
      case 'subscribe':
        for (const { topic, qos } of packet.subscriptions) filters.set(topic, qos);
        return post({
          cmd: 'suback',
          messageId: packet.messageId!,
          granted: packet.subscriptions.map(({ qos }) => qos),
        });
      case 'unsubscribe': {
        const granted = packet.unsubscriptions.map((topic) => (filters.delete(topic) ? 0 : 0x11));
        return post({ cmd: 'unsuback', messageId: packet.messageId!, granted });
      }
      case 'publish':
        if (packet.qos === 1) post({ cmd: 'puback', messageId: packet.messageId!, reasonCode: 0 });
        if (packet.qos === 2) post({ cmd: 'pubrec', messageId: packet.messageId!, reasonCode: 0 });
        return publish(packet);
      case 'pubrel':
        return post({ cmd: 'pubcomp', messageId: packet.messageId!, reasonCode: 0 });
      case 'pubrec':
        return post({ cmd: 'pubrel', messageId: packet.messageId!, reasonCode: 0 });
      case 'pingreq':
        return post({ cmd: 'pingresp' });
      case 'disconnect':
        will = undefined;
        break;
      default:
    }
  });
  socket.on('close', () => {
    clients.delete(client);
    if (will) publish(will);
  });
  socket.on('message', (data: Buffer) => void reading.parse(data));
  reading.parse(first);
}

function matches(filter: string, topic: string): boolean {
  const pattern = filter
    .replace(/[.*?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('+', '[^/]*')
    .replace(/\/#$/, '(?:/.*)?')
    .replace(/^#$/, '.*');
  return new RegExp(`^${pattern}$`, 's').test(topic);
}
