import type { UnitProblem } from '../../../shared/units.ts';
import { isSecretName } from '../../text/secretName.ts';
import { bodyPayload } from '../json/bodyPayload.ts';
import { MAX_NAME_CHARS, MAX_TOPIC_ALIASES, MAX_TOPIC_FILTERS } from '../limits.ts';
import type { Role } from '../protocolModule.ts';
import type { StreamFormat } from '../stream/byteStream.ts';
import type { StreamProtocol } from '../stream/streamDecoder.ts';
import { type Decoded, type DecodedUnit, derivedPayload, MASKED_VALUE } from '../unit.ts';
import { type MqttPacket, readPacketAt } from './mqttPacket.ts';
import { measurePacket, type MqttHeaders, type MqttLevel, PacketFault } from './packetReader.ts';
import { matchesFilter } from './topicFilter.ts';
import { connectReturnName, FIRST_FAILURE, PROPERTIES, reasonName } from './vocabulary.ts';

/** The state of a connection: the meaning of a packet depends on earlier ones. */
interface MqttState {
  level: MqttLevel;
  /** Topics by the alias that the side gave them (section 3.3.2.3.4). */
  readonly aliases: Readonly<Record<Role, Map<number, string>>>;
  /** Filters that the client subscribed to, in their order. */
  readonly filters: Set<string>;
}

type UnitParts = Partial<DecodedUnit> & Pick<DecodedUnit, 'type' | 'name'>;

/** The protocol level before CONNECT states it: that of the subprotocol, or MQTT 3.1.1. */
export function levelOf(subprotocol: string): MqttLevel {
  return subprotocol === 'mqttv3.1' ? 3 : 4;
}

export function createMqttStreams(level: MqttLevel, saved?: string): StreamProtocol {
  const state = saved === undefined ? newState(level) : parseState(saved);
  const format = (from: Role): StreamFormat => ({
    measure: measurePacket,
    read: (bytes, start, end) => read(bytes, start, end, from, state),
  });
  return {
    client: format('client'),
    server: format('server'),
    state: () =>
      JSON.stringify({
        level: state.level,
        client: [...state.aliases.client],
        server: [...state.aliases.server],
        filters: [...state.filters],
      }),
  };
}

function newState(level: MqttLevel): MqttState {
  return { level, aliases: { client: new Map(), server: new Map() }, filters: new Set() };
}

function parseState(saved: string): MqttState {
  const { level, client, server, filters } = JSON.parse(saved) as {
    level: MqttLevel;
    client: [number, string][];
    server: [number, string][];
    filters: string[];
  };
  return { level, aliases: { client: new Map(client), server: new Map(server) }, filters: new Set(filters) };
}

function read(bytes: Uint8Array, start: number, end: number, from: Role, state: MqttState): Decoded {
  let packet: MqttPacket;
  try {
    packet = readPacketAt(bytes, start, end, state.level);
  } catch (error) {
    if (error instanceof PacketFault) return { units: [], problems: [error.problem] };
    throw error;
  }
  state.level = packet.level;
  const problems: UnitProblem[] = [];
  const range = { start, end };
  const headers = shownProperties(packet);
  const units = partsOf(packet, bytes, from, state, problems).map((parts): DecodedUnit => {
    const { type, name, id, replyTo, stream, refs, error, payload, heartbeat } = parts;
    const label = parts.label ? `${packet.name} ${parts.label}` : packet.name;
    const shown = name.slice(0, MAX_NAME_CHARS);
    return { type, name: shown, id, replyTo, stream, refs, error, payload, heartbeat, headers, label, range };
  });
  return { units, problems: problems.map((problem) => ({ ...problem, at: start })) };
}

/** Properties with other names are user properties. */
const STANDARD_PROPERTIES = new Set(Array.from(PROPERTIES.values(), ([name]) => name));

/** Authentication data is a token, or a step of a challenge. CONNECT may have tokens in user properties. */
function shownProperties({ name, properties }: MqttPacket): MqttHeaders {
  const isSecret = (key: string, value: string): boolean =>
    key === 'authentication-data' ||
    (name === 'CONNECT' && !STANDARD_PROPERTIES.has(key) && isSecretName(key, value));
  return properties.some(([key, value]) => isSecret(key, value))
    ? properties.map(([key, value]) => [key, isSecret(key, value) ? MASKED_VALUE : value])
    : properties;
}

function partsOf(
  packet: MqttPacket,
  bytes: Uint8Array,
  from: Role,
  state: MqttState,
  problems: UnitProblem[],
): readonly UnitParts[] {
  const { name, codes } = packet;
  const id = packet.id === undefined ? undefined : String(packet.id);
  const code = codes.find((each) => each >= FIRST_FAILURE) ?? codes[0] ?? 0;
  const reason = name === 'CONNACK' && packet.level < 5 ? connectReturnName(code) : reasonName(name, code);
  const failed = code >= FIRST_FAILURE || (name === 'CONNACK' && code > 0);
  const said = code === 0 ? '' : reason;
  switch (name) {
    case 'CONNECT':
      return [{ type: 'control', name, label: packet.connect!.clientId, payload: connectPayload(packet) }];
    case 'CONNACK':
    case 'DISCONNECT':
    case 'AUTH':
      return [failed ? { type: 'error', name, error: reason } : { type: 'control', name, label: said }];
    case 'PUBLISH':
      return [publishParts(packet, bytes, from, state, id, problems)];
    case 'SUBSCRIBE':
      return (packet.filters ?? []).map(({ filter, options }, index) => {
        remember(filter, state, problems);
        const label = `${filter}${options & 3 ? ` QoS ${options & 3}` : ''}`;
        return {
          type: 'subscribe',
          name: filter,
          stream: streamOf(filter),
          label,
          ...(index === 0 && { id }),
        };
      });
    case 'UNSUBSCRIBE':
      return (packet.filters ?? []).map(({ filter }, index) => {
        state.filters.delete(filter);
        return {
          type: 'unsubscribe',
          name: filter,
          stream: streamOf(filter),
          label: filter,
          ...(index === 0 && { id }),
        };
      });
    case 'PUBREC':
      // Without a failure PUBREL and PUBCOMP follow, and PUBCOMP is the answer.
      return failed
        ? [{ type: 'error', name, replyTo: id, error: reason, label: id! }]
        : [{ type: 'control', name, label: `${id} ${said}`.trimEnd(), refs: [id!] }];
    case 'PUBREL':
      return [{ type: 'control', name, label: `${id} ${said}`.trimEnd(), refs: [id!] }];
    case 'PUBACK':
    case 'PUBCOMP':
    case 'SUBACK':
    case 'UNSUBACK': {
      if (failed) return [{ type: 'error', name, replyTo: id, error: reason, label: id! }];
      const detail = name === 'SUBACK' ? codes.map((each) => reasonName(name, each)).join(', ') : said;
      return [{ type: 'reply', name, replyTo: id, label: detail === '' ? id! : `${id} ${detail}` }];
    }
    default:
      return [{ type: 'control', name, heartbeat: true }];
  }
}

function streamOf(filter: string): string {
  return JSON.stringify(filter.slice(0, MAX_NAME_CHARS));
}

function publishParts(
  { publish, properties, level }: MqttPacket,
  bytes: Uint8Array,
  from: Role,
  state: MqttState,
  id: string | undefined,
  problems: UnitProblem[],
): UnitParts {
  const { qos, retain, duplicate, body } = publish!;
  const topic = aliasedTopic(publish!.topic, properties, level, state.aliases[from], problems);
  const marks = [qos > 0 && `QoS ${qos}`, retain && 'retain', duplicate && 'duplicate'].filter(Boolean);
  return {
    type: id === undefined ? 'event' : 'call',
    name: topic,
    id,
    // A message from the client belongs to none of its subscriptions.
    stream: from === 'server' ? streamOf(findFilter(topic, state.filters) ?? topic) : undefined,
    label: [topic, ...marks].join(' '),
    payload: bodyPayload(bytes, body, properties.find(([name]) => name === 'content-type')?.[1]),
  };
}

function aliasedTopic(
  topic: string,
  properties: MqttHeaders,
  level: MqttLevel,
  aliases: Map<number, string>,
  problems: UnitProblem[],
): string {
  const alias = level === 5 ? properties.find(([name]) => name === 'topic-alias')?.[1] : undefined;
  if (alias === undefined) return topic;
  if (topic === '') {
    const known = aliases.get(Number(alias));
    if (known !== undefined) return known;
    const message = `No packet before says which topic the alias ${alias} stands for.`;
    problems.push({ code: 'decode.incomplete', message, at: 0 });
  } else if (aliases.size >= MAX_TOPIC_ALIASES && !aliases.has(Number(alias))) {
    const message = `More than ${MAX_TOPIC_ALIASES} topic aliases are not kept.`;
    problems.push({ code: 'decode.limit', message, at: 0 });
  } else aliases.set(Number(alias), topic.slice(0, MAX_NAME_CHARS));
  return topic;
}

function remember(filter: string, { filters }: MqttState, problems: UnitProblem[]): void {
  if (filters.size >= MAX_TOPIC_FILTERS && !filters.has(filter)) {
    if (problems.length > 0) return;
    const message = `Messages of more than ${MAX_TOPIC_FILTERS} topic filters are not told apart.`;
    problems.push({ code: 'decode.limit', message, at: 0 });
  } else filters.add(filter.slice(0, MAX_NAME_CHARS));
}

/** The filter that delivered a message: the topic itself, or else the first filter that matches. */
function findFilter(topic: string, filters: ReadonlySet<string>): string | undefined {
  if (filters.has(topic)) return topic;
  for (const filter of filters) if (matchesFilter(filter, topic)) return filter;
  return undefined;
}

function connectPayload({ connect, level }: MqttPacket) {
  const { clean, keepAlive, clientId, username, hasPassword, will } = connect!;
  return derivedPayload('json', () =>
    JSON.stringify({
      version: level === 5 ? '5' : level === 4 ? '3.1.1' : '3.1',
      clientId,
      clean,
      keepAlive,
      ...(username !== undefined && { username }),
      ...(hasPassword && { password: MASKED_VALUE }),
      ...(will && { will: { ...will, properties: Object.fromEntries(will.properties) } }),
    }),
  );
}
