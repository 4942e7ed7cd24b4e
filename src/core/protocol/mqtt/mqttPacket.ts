import type { ByteRange } from '../../../shared/units.ts';
import { MAX_UNITS } from '../limits.ts';
import {
  bytesText,
  contentStart,
  type MqttHeaders,
  type MqttLevel,
  PacketFault,
  PacketReader,
} from './packetReader.ts';
import { PACKET_NAMES, type PacketName } from './vocabulary.ts';

export interface MqttWill {
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retain: boolean;
  readonly properties: MqttHeaders;
}

/** A packet. Its optional members exist only for some packet types. */
export interface MqttPacket {
  readonly name: PacketName;
  readonly level: MqttLevel;
  /** Packet identifier; undefined for none. */
  readonly id?: number | undefined;
  /** Reason codes; in MQTT 3.1.1, return codes. */
  readonly codes: readonly number[];
  readonly properties: MqttHeaders;
  readonly publish?: {
    readonly topic: string;
    readonly qos: number;
    readonly retain: boolean;
    readonly duplicate: boolean;
    readonly body: ByteRange;
  };
  readonly filters?: readonly { readonly filter: string; readonly options: number }[];
  readonly connect?: {
    readonly protocol: string;
    readonly clean: boolean;
    readonly keepAlive: number;
    readonly clientId: string;
    readonly username: string | undefined;
    readonly hasPassword: boolean;
    readonly will: MqttWill | undefined;
  };
  readonly sessionPresent?: boolean;
}

/**
 * Reads the packet from `start` to `end`.
 * @param level the protocol level of the connection, which only CONNECT states
 * @throws PacketFault
 */
export function readPacketAt(bytes: Uint8Array, start: number, end: number, level: MqttLevel): MqttPacket {
  const name = PACKET_NAMES[bytes[start]! >> 4] as PacketName;
  const flags = bytes[start]! & 15;
  const reader = new PacketReader(bytes, contentStart(bytes, start), end);
  const isV5 = level === 5;
  const properties = (): MqttHeaders => (isV5 ? reader.properties() : []);
  const plain = { name, level, codes: [], properties: [] };
  switch (name) {
    case 'CONNECT':
      return connect(reader);
    case 'CONNACK': {
      const sessionPresent = (reader.byte('flags') & 1) === 1;
      const codes = [reader.byte('reason code')];
      return { ...plain, sessionPresent, codes, properties: reader.rest > 0 ? properties() : [] };
    }
    case 'PUBLISH': {
      const qos = (flags >> 1) & 3;
      const topic = reader.text('topic');
      const id = qos === 0 ? undefined : reader.u16('packet identifier');
      const found = properties();
      const body = { start: reader.at, end };
      const publish = { topic, qos, retain: (flags & 1) === 1, duplicate: (flags & 8) !== 0, body };
      // PUBLISH packets are built without spreading the common members, which would take longer than reading
      // them.
      return { name, level, codes: [], properties: found, id, publish };
    }
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE': {
      const id = reader.u16('packet identifier');
      const found = properties();
      const filters: { filter: string; options: number }[] = [];
      while (reader.rest > 0) {
        if (filters.length >= MAX_UNITS) {
          const message = `More than ${MAX_UNITS} topic filters of a packet are not decoded.`;
          throw new PacketFault({ code: 'decode.limit', message, at: reader.at });
        }
        const filter = reader.text('topic filter');
        filters.push({ filter, options: name === 'SUBSCRIBE' ? reader.byte('subscription options') : 0 });
      }
      return { ...plain, id, properties: found, filters };
    }
    case 'SUBACK':
    case 'UNSUBACK': {
      const id = reader.u16('packet identifier');
      const found = properties();
      if (reader.rest > MAX_UNITS) {
        const message = `More than ${MAX_UNITS} reason codes of a packet are not decoded.`;
        throw new PacketFault({ code: 'decode.limit', message, at: reader.at });
      }
      const codes = [...bytes.subarray(reader.at, end)];
      return { ...plain, id, codes, properties: found };
    }
    case 'PUBACK':
    case 'PUBREC':
    case 'PUBREL':
    case 'PUBCOMP': {
      const id = reader.u16('packet identifier');
      const { codes, properties: found } = reasonAndProperties(reader, isV5);
      return { name, level, codes, properties: found, id };
    }
    case 'DISCONNECT':
    case 'AUTH':
      return { ...plain, ...reasonAndProperties(reader, isV5) };
    default:
      return plain;
  }
}

/** In MQTT 5 both may be absent: sections 3.4.2.1 and 3.14.2.1. */
function reasonAndProperties(reader: PacketReader, isV5: boolean): Pick<MqttPacket, 'codes' | 'properties'> {
  if (!isV5 || reader.rest === 0) return { codes: [], properties: [] };
  const codes = [reader.byte('reason code')];
  return { codes, properties: reader.rest > 0 ? reader.properties() : [] };
}

function connect(reader: PacketReader): MqttPacket {
  const at = reader.at;
  const protocol = reader.text('protocol name');
  const written = reader.byte('protocol level') & 0x7f;
  if ((protocol !== 'MQTT' && protocol !== 'MQIsdp') || (written !== 3 && written !== 4 && written !== 5)) {
    const message = `CONNECT is for “${protocol.slice(0, 20)}” ${written}: MQTT 3.1, 3.1.1 and 5 are decoded.`;
    throw new PacketFault({ code: 'decode.envelope', message, at });
  }
  const isV5 = written === 5;
  const flags = reader.byte('connect flags');
  const keepAlive = reader.u16('keep alive');
  const properties = isV5 ? reader.properties() : [];
  const clientId = reader.text('client identifier');
  let will: MqttWill | undefined;
  if (flags & 4) {
    const willProperties = isV5 ? reader.properties() : [];
    const topic = reader.text('will topic');
    const payload = bytesText(reader.data('will payload'));
    const [qos, retain] = [(flags >> 3) & 3, (flags & 0x20) !== 0];
    will = { topic, payload, qos, retain, properties: willProperties };
  }
  const username = flags & 0x80 ? reader.text('user name') : undefined;
  const hasPassword = (flags & 0x40) !== 0;
  if (hasPassword) reader.data('password');
  return {
    name: 'CONNECT',
    level: written,
    codes: [],
    properties,
    connect: { protocol, clean: (flags & 2) !== 0, keepAlive, clientId, username, hasPassword, will },
  };
}
