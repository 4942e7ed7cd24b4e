import type { OutgoingMessage } from '../../../shared/session.ts';
import type { Opening, Peer, PeerPorts, ProtocolContext, Role, WireMessage } from '../protocolModule.ts';
import { MAX_TOPIC_FILTERS } from '../limits.ts';
import { ByteStream } from '../stream/byteStream.ts';
import { NOTHING_DECODED } from '../unit.ts';
import { type Encoded, callMismatch, refusalSentence, type VerbCall } from '../verb.ts';
import { writeConnect } from './mqttConnect.ts';
import { type MqttPacket, readPacketAt } from './mqttPacket.ts';
import { levelOf } from './mqttUnit.ts';
import { matchesFilter } from './topicFilter.ts';
import { mqttVerbs, PUBLISH_PROPERTIES } from './mqttVerbs.ts';
import { measurePacket, type MqttLevel, PacketFault } from './packetReader.ts';
import { PacketWriter, UnwritableError, writeAnswer, writeGrants } from './packetWriter.ts';
import { connectReturnName, FIRST_FAILURE, PACKET_TYPE, type PacketName, reasonName } from './vocabulary.ts';

/** The share of the keep-alive after which a ping is sent. */
const BEAT_SHARE = 0.75;

/** Packets that are answered, or that open the connection; others are skipped after their first byte. */
const HEARD: Readonly<Record<Role, readonly PacketName[]>> = {
  client: ['CONNACK', 'PUBLISH', 'PUBREC', 'PUBREL'],
  server: ['CONNECT', 'PUBLISH', 'PUBREC', 'PUBREL', 'SUBSCRIBE', 'UNSUBSCRIBE', 'PINGREQ'],
};

/** Packets with an identifier that a client chooses, and CONNECT, which states the version. */
const NUMBERED = new Set<number>(
  (['CONNECT', 'PUBLISH', 'SUBSCRIBE', 'UNSUBSCRIBE'] as const).map((name) => PACKET_TYPE[name]),
);

/** One side of an MQTT connection: its opening, its pings, its acknowledgements, its packet identifiers. */
export function createMqttPeer({ subprotocol }: ProtocolContext, role: Role, ports: PeerPorts): Peer {
  let opening: Opening = { state: 'accepted' };
  let isConnected = false;
  let level: MqttLevel = levelOf(subprotocol);
  let keepAlive = 0;
  let lastId = 0;
  let lastFilter: string | undefined;
  let answers: OutgoingMessage[] = [];
  /** As a server: the filters of its client, with the QoS that was granted for each. */
  const granted = new Map<string, number>();
  const heard = new Set<number>(HEARD[role].map((name) => PACKET_TYPE[name]));

  const received = new ByteStream({
    measure: measurePacket,
    read(bytes, start, end) {
      if (heard.has(bytes[start]! >> 4)) hear(bytes, start, end);
      return NOTHING_DECODED;
    },
  });

  const sent = new ByteStream({
    measure: measurePacket,
    read(bytes, start, end) {
      if (NUMBERED.has(bytes[start]! >> 4)) say(bytes, start, end);
      return NOTHING_DECODED;
    },
  });

  const say = (bytes: Uint8Array, start: number, end: number): void => {
    const packet = readable(bytes, start, end, level);
    if (packet === undefined) return;
    level = packet.level;
    if (packet.name === 'CONNECT') opening = { state: 'waiting' };
    else if (packet.id !== undefined) lastId = packet.id;
    lastFilter = packet.filters?.at(-1)?.filter ?? lastFilter;
  };

  const hear = (bytes: Uint8Array, start: number, end: number): void => {
    const packet = readable(bytes, start, end, level);
    if (packet === undefined) return;
    if (packet.name === 'CONNACK') connected(packet);
    else {
      if (role === 'server') remember(packet);
      answers.push(...answersTo(packet, ports).map(message));
    }
    level = packet.level;
  };

  const remember = ({ name, filters = [] }: MqttPacket): void => {
    for (const { filter, options } of filters) {
      if (name === 'UNSUBSCRIBE') granted.delete(filter);
      else if (granted.has(filter) || granted.size < MAX_TOPIC_FILTERS)
        granted.set(filter, Math.min(options & 3, 2));
    }
  };

  /** The best QoS of the filters that match a topic; undefined if none does. */
  const grantedFor = (topic: string): number | undefined => {
    const found = [...granted].flatMap(([filter, qos]) => (matchesFilter(filter, topic) ? [qos] : []));
    return found.length === 0 ? undefined : Math.max(...found);
  };

  const connected = ({ codes: [code = 0], properties }: MqttPacket): void => {
    if (code > 0) {
      const reason = level === 5 ? reasonName('CONNACK', code) : connectReturnName(code);
      const details = properties.find(([name]) => name === 'reason-string')?.[1];
      const said = details === undefined ? reason : `${reason}: ${details}`;
      opening = { state: 'refused', reason: refusalSentence('the MQTT session', said) };
      return;
    }
    const asked = properties.find(([name]) => name === 'server-keep-alive')?.[1];
    if (asked !== undefined) keepAlive = Number(asked);
    opening = { state: 'accepted' };
    isConnected = true;
  };

  const connect = (call: Pick<VerbCall, 'body' | 'options' | 'headers'>): Encoded => {
    const written = writeConnect(call, clientIdOf(ports));
    if ('problem' in written) return written;
    level = written.level;
    keepAlive = written.keepAlive;
    opening = { state: 'waiting' };
    return { messages: [message(written.data)], awaits: undefined };
  };

  const takeId = (): number => (lastId = (lastId % 0xffff) + 1);

  const publish = (call: VerbCall): Encoded => {
    const [topic = ''] = call.arguments;
    if (/[+#]/.test(topic))
      return { problem: `A topic has no wildcard: “${topic}” is a filter to subscribe to.` };
    const most = role === 'server' ? grantedFor(topic) : undefined;
    if (call.isBroadcast === true && most === undefined) return { messages: [], awaits: undefined };
    const known = PUBLISH_PROPERTIES.flatMap((name) => {
      const value = call.options[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    // The client chooses the version. A server omits properties that the client cannot read.
    if (role === 'client' && level < 5 && known.length + call.headers.length > 0)
      return { problem: 'Properties need MQTT 5: open the connection with @connect version=5.' };
    const qos = Math.min(Number(call.options['qos'] ?? 0), most ?? 2);
    const retains = 'retain' in call.options;
    const writer = new PacketWriter().text(topic, 'topic');
    const id = qos === 0 ? undefined : takeId();
    if (id !== undefined) writer.u16(id);
    if (level === 5) writer.properties(known, call.headers);
    writer.bytes(call.bytes ?? new TextEncoder().encode(call.body ?? ''));
    const data = writer.packet('PUBLISH', qos * 2 + (retains ? 1 : 0));
    return { messages: [message(data)], awaits: id === undefined ? undefined : String(id) };
  };

  /** SUBSCRIBE and UNSUBSCRIBE of one filter. */
  const filterPacket = (call: VerbCall): Encoded => {
    const isSubscribe = call.verb === 'subscribe';
    const filter = call.arguments[0] ?? lastFilter;
    if (filter === undefined) return { problem: '@unsubscribe needs a filter: no verb before it named one.' };
    if (!/^(?:[^+#/]*|\+)(?:\/(?:[^+#/]*|\+))*(?:\/#)?$|^#$/.test(filter))
      return {
        problem: `“${filter}” is not a topic filter: + stands for a whole level, # for all at the end.`,
      };
    if (level < 5 && call.headers.length > 0)
      return { problem: 'User properties need MQTT 5: open the connection with @connect version=5.' };
    lastFilter = filter;
    const id = takeId();
    const writer = new PacketWriter().u16(id);
    if (level === 5) writer.properties([], call.headers);
    writer.text(filter, 'topic filter');
    if (isSubscribe) writer.byte(Number(call.options['qos'] ?? 0));
    const data = writer.packet(isSubscribe ? 'SUBSCRIBE' : 'UNSUBSCRIBE', 2);
    return { messages: [message(data)], awaits: String(id) };
  };

  const disconnect = (): OutgoingMessage[] => {
    isConnected = false;
    return [message(new PacketWriter().packet('DISCONNECT'))];
  };

  return {
    get opening() {
      return opening;
    },
    start(opens) {
      if (role === 'server' || !opens) return [];
      const encoded = connect({ body: undefined, options: {}, headers: [] });
      return 'messages' in encoded ? encoded.messages : [];
    },
    receive({ kind, data }: WireMessage) {
      if (kind !== 'binary') return [];
      answers = [];
      received.push(data);
      return answers;
    },
    follow({ kind, data }: WireMessage) {
      if (kind === 'binary' && role === 'client') sent.push(data);
    },
    listens: true,
    get beatInterval() {
      return isConnected && keepAlive > 0 ? keepAlive * 1000 * BEAT_SHARE : undefined;
    },
    beat: () => [message(new PacketWriter().packet('PINGREQ'))],
    finish: () => (isConnected ? disconnect() : []),
    encode(call) {
      const spec = mqttVerbs.find(({ name }) => name === call.verb);
      if (!spec) return { problem: `MQTT has no verb @${call.verb}.` };
      const wrong = callMismatch(spec, call);
      if (wrong) return wrong;
      try {
        if (call.verb === 'connect') return connect(call);
        if (call.verb === 'publish') return publish(call);
        if (call.verb === 'disconnect') return { messages: disconnect(), awaits: undefined };
        return filterPacket(call);
      } catch (error) {
        if (error instanceof UnwritableError) return { problem: error.message };
        throw error;
      }
    },
  };
}

/** @returns undefined for a faulty packet, whose fault the decoder reports */
function readable(bytes: Uint8Array, start: number, end: number, level: MqttLevel): MqttPacket | undefined {
  try {
    return readPacketAt(bytes, start, end, level);
  } catch (error) {
    if (error instanceof PacketFault) return undefined;
    throw error;
  }
}

/** A server takes 23 letters and digits (MQTT 3.1.1, section 3.1.3.1). */
function clientIdOf(ports: PeerPorts): string {
  const word = ports.uniqueId().replace(/[^0-9a-zA-Z]/g, '');
  return `duplex${word.slice(0, 16)}`;
}

/** The answers to a packet, for either side as its receiver. */
function answersTo(
  { name, id, level, codes, publish, connect, filters = [] }: MqttPacket,
  ports: PeerPorts,
): Uint8Array[] {
  switch (name) {
    case 'PUBLISH':
      if (id === undefined) return [];
      return [writeAnswer(publish?.qos === 1 ? 'PUBACK' : 'PUBREC', id)];
    case 'PUBREC':
      return (codes[0] ?? 0) < FIRST_FAILURE ? [writeAnswer('PUBREL', id!)] : [];
    case 'PUBREL':
      return [writeAnswer('PUBCOMP', id!)];
    case 'CONNECT': {
      const writer = new PacketWriter().byte(0).byte(0);
      // MQTT 5, section 3.2.2.3.7: a client without an identifier is given one.
      const assigned =
        connect?.clientId === '' ? [['assigned-client-identifier', clientIdOf(ports)] as const] : [];
      return [(level === 5 ? writer.properties(assigned, []) : writer).packet('CONNACK')];
    }
    case 'SUBSCRIBE': {
      const codes = filters.map(({ options }) => Math.min(options & 3, 2));
      return [writeGrants('SUBACK', id!, codes, level)];
    }
    case 'UNSUBSCRIBE':
      return [
        writeGrants(
          'UNSUBACK',
          id!,
          filters.map(() => 0),
          level,
        ),
      ];
    case 'PINGREQ':
      return [new PacketWriter().packet('PINGRESP')];
    default:
      return [];
  }
}

function message(data: Uint8Array): OutgoingMessage {
  return { kind: 'binary', data };
}
