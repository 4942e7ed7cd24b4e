import { isEncodeProblem, jsonBody } from '../json/jsonBody.ts';
import type { EncodeProblem, VerbCall } from '../verb.ts';
import type { MqttLevel } from './packetReader.ts';
import { PacketWriter } from './packetWriter.ts';

/** The content of CONNECT, which is the payload of `@connect`. */
interface ConnectParameters {
  readonly clientId?: string;
  readonly username?: string;
  readonly password?: string;
  readonly keepAlive?: number;
  readonly clean?: boolean;
  readonly will?: {
    readonly topic?: string;
    readonly payload?: string;
    readonly qos?: number;
    readonly retain?: boolean;
  };
}

export interface ConnectPacket {
  readonly data: Uint8Array;
  readonly level: MqttLevel;
  /** Seconds; 0: no pings. */
  readonly keepAlive: number;
}

/** Seconds, as most clients have it. */
const DEFAULT_KEEP_ALIVE = 60;

const LEVELS: Readonly<Record<string, MqttLevel>> = { '3.1': 3, '3.1.1': 4, '5': 5 };

type Kind = 'string' | 'number' | 'boolean' | 'object';

const MEMBERS: Readonly<Record<string, Kind>> = {
  clientId: 'string',
  username: 'string',
  password: 'string',
  keepAlive: 'number',
  clean: 'boolean',
  will: 'object',
};

const WILL_MEMBERS: Readonly<Record<string, Kind>> = {
  topic: 'string',
  payload: 'string',
  qos: 'number',
  retain: 'boolean',
};

/** @throws UnwritableError for values that exceed MQTT's fields */
export function writeConnect(
  { body, options, headers }: Pick<VerbCall, 'body' | 'options' | 'headers'>,
  clientId: string,
): ConnectPacket | EncodeProblem {
  const json = body === undefined ? '{}' : jsonBody(body, 'connect', 'object');
  if (isEncodeProblem(json)) return json;
  const given = JSON.parse(json) as ConnectParameters;
  const wrong = misfits(given, MEMBERS, '') ?? (given.will && misfits(given.will, WILL_MEMBERS, 'will.'));
  if (wrong) return wrong;
  const level = LEVELS[options['version'] ?? '3.1.1']!;
  if (level < 5 && headers.length > 0)
    return { problem: 'User properties need MQTT 5: say @connect version=5, or remove @header.' };
  const { username, password, will, clean = true, keepAlive = DEFAULT_KEEP_ALIVE } = given;
  if (!Number.isInteger(keepAlive) || keepAlive < 0 || keepAlive > 0xffff)
    return { problem: 'keepAlive of the payload of @connect is a whole number of seconds from 0 to 65535.' };
  if (will && (will.topic === undefined || ![undefined, 0, 1, 2].includes(will.qos)))
    return { problem: 'will of the payload of @connect needs a topic, and its qos is 0, 1 or 2.' };
  // Section 3.1.2.9 of 3.1.1; version 5 allows it.
  if (password !== undefined && username === undefined && level < 5)
    return { problem: 'A password without a username needs MQTT 5.' };
  const flags =
    (clean ? 2 : 0) +
    (will ? 4 + (will.qos ?? 0) * 8 + (will.retain ? 0x20 : 0) : 0) +
    (password === undefined ? 0 : 0x40) +
    (username === undefined ? 0 : 0x80);
  const writer = new PacketWriter()
    .text(level === 3 ? 'MQIsdp' : 'MQTT', 'protocol name')
    .byte(level)
    .byte(flags)
    .u16(keepAlive);
  if (level === 5) writer.properties([], headers);
  writer.text(given.clientId ?? clientId, 'client identifier');
  if (will) {
    if (level === 5) writer.properties([], []);
    writer.text(will.topic!, 'will topic').data(new TextEncoder().encode(will.payload ?? ''), 'will payload');
  }
  if (username !== undefined) writer.text(username, 'user name');
  if (password !== undefined) writer.data(new TextEncoder().encode(password), 'password');
  return { data: writer.packet('CONNECT'), level, keepAlive };
}

function misfits(
  given: object,
  members: Readonly<Record<string, Kind>>,
  prefix: string,
): EncodeProblem | undefined {
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    const kind = Object.hasOwn(members, name) ? members[name] : undefined;
    if (kind === undefined) {
      const known = Object.keys(members).join(', ');
      return { problem: `The payload of @connect has no member ${prefix}${name}: it has ${known}.` };
    }
    if (typeof value !== kind || value === null)
      return { problem: `${prefix}${name} of the payload of @connect is a JSON ${kind}.` };
  }
  return undefined;
}
