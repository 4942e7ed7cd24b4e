import type { UnitProblem } from '../../../shared/units.ts';
import { isProblem, readJson } from '../json/jsonText.ts';
import { MAX_DECODED_BYTES, MAX_NAME_CHARS } from '../limits.ts';
import type { Decoder, ProtocolContext, Role, WireMessage } from '../protocolModule.ts';
import {
  type Decoded,
  type DecodedUnit,
  failed,
  fromBase64,
  NOTHING_DECODED,
  payloadAt,
  wholeRange,
} from '../unit.ts';
import { eventArguments, joinAttachments } from './attachments.ts';
import { looksLikeMsgpack, readMsgpackPacket } from './msgpackPacket.ts';
import { PACKET, type Packet, readPacket } from './packet.ts';
import { socketioUnit } from './socketioUnit.ts';

const OPEN = 0x30;
const CLOSE = 0x31;
const PING = 0x32;
const PONG = 0x33;
const MESSAGE = 0x34;
const UPGRADE = 0x35;
const NOOP = 0x36;
const BASE64 = 0x62;
/** Engine.IO 3 puts the packet type in a byte before binary messages. */
const BINARY_MESSAGE_V3 = 4;

/** An event or an acknowledgement that waits for its attachments. */
interface Pending {
  readonly unit: DecodedUnit;
  readonly missing: number;
  readonly attachments: readonly Uint8Array[];
  readonly bytes: number;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Socket.IO 2 to 4 over Engine.IO 3 and 4: one packet per message, binary attachments in separate messages. */
export function createSocketioDecoder({ url }: ProtocolContext): Decoder {
  const isV3 = /[?&]EIO=3(?:&|$)/.test(url);
  const pending = new Map<Role, Pending>();

  const text = ({ data, from }: WireMessage): Decoded => {
    switch (data[0]) {
      case OPEN:
        return engine('open', data);
      case CLOSE:
        return engine('close', data, 'close (transport close)');
      case PING:
        return { units: [heartbeat('ping', data)], problems: [] };
      case PONG:
        return { units: [heartbeat('pong', data)], problems: [] };
      case UPGRADE:
        return engine('upgrade', data);
      case NOOP:
        return engine('noop', data);
      case MESSAGE:
        return packet(data, from);
      case BASE64:
        return base64(data, from);
      default:
        return failed('decode.envelope', 'Not Engine.IO: a text message begins with 0 to 6 or b.', 0);
    }
  };

  const packet = (data: Uint8Array, from: Role): Decoded => {
    const problems = interrupted(from);
    const read = readPacket(data, 1);
    if ('code' in read) return { units: [], problems: [...problems, read] };
    const unit = textUnit(read, data, from);
    if (read.attachments === 0) return { units: [unit], problems };
    pending.set(from, { unit, missing: read.attachments, attachments: [], bytes: 0 });
    return { units: [], problems };
  };

  /** A packet that starts before the previous one got all its attachments. */
  const interrupted = (from: Role): UnitProblem[] => {
    const broken = pending.get(from);
    if (!broken) return [];
    pending.delete(from);
    const message = `“${broken.unit.name}” lacks ${broken.missing} of its attachments: another packet came first.`;
    return [{ code: 'decode.incomplete', message, at: 0 }];
  };

  const base64 = (data: Uint8Array, from: Role): Decoded => {
    if (data.length > MAX_DECODED_BYTES) return failed('decode.limit', limitText(data.length), 0);
    const start = data[1] === MESSAGE && isV3 ? 2 : 1;
    const bytes = fromBase64(utf8.decode(data.subarray(start)));
    return bytes
      ? attachment(bytes, from, data)
      : failed('decode.binary', 'The message after b is not base64.', start);
  };

  const binary = ({ data, from }: WireMessage): Decoded => {
    const prefixed = isV3 && data[0] === BINARY_MESSAGE_V3;
    const content = prefixed ? data.subarray(1) : data;
    if (pending.has(from)) return attachment(content, from, data);
    if (!looksLikeMsgpack(content)) {
      return failed('decode.incomplete', 'A binary attachment without the event that announces it.', 0);
    }
    return readMsgpackPacket(content, prefixed ? 1 : 0, from);
  };

  const attachment = (content: Uint8Array, from: Role, message: Uint8Array): Decoded => {
    const waiting = pending.get(from);
    if (!waiting)
      return failed('decode.incomplete', 'A binary attachment without the event that announces it.', 0);
    const bytes = waiting.bytes + content.length;
    if (bytes > MAX_DECODED_BYTES) {
      pending.delete(from);
      return failed('decode.limit', limitText(bytes), 0);
    }
    // Copied, because the message is a view that is valid only during this call.
    const attachments = [...waiting.attachments, new Uint8Array(content)];
    if (waiting.missing > 1) {
      pending.set(from, { unit: waiting.unit, missing: waiting.missing - 1, attachments, bytes });
      return NOTHING_DECODED;
    }
    pending.delete(from);
    const { unit } = waiting;
    const payload = unit.payload && joinAttachments(unit.payload, attachments);
    return { units: [{ ...unit, payload, range: wholeRange(message) }], problems: [] };
  };

  return {
    decode: (message) => (message.kind === 'text' ? text(message) : binary(message)),
    checkpoint: () => (pending.size > 0 ? undefined : ''),
  };
}

function limitText(bytes: number): string {
  return `Attachments of ${bytes} bytes are not joined: the limit is ${MAX_DECODED_BYTES}.`;
}

function heartbeat(name: string, data: Uint8Array): DecodedUnit {
  const label = data.length > 1 ? `${name} probe` : name;
  return { type: 'control', name, label, range: wholeRange(data), heartbeat: true };
}

/** @param label defaults to the name */
function engine(name: string, data: Uint8Array, label?: string): Decoded {
  const json = data.length > 1 && name === 'open' ? readJson(data, 1) : undefined;
  const payload =
    json && !isProblem(json) ? payloadAt('json', data, { start: 1, end: data.length }) : undefined;
  const problems = json && isProblem(json) ? [json] : [];
  const refs = json && !isProblem(json) ? sessionIds(json.value) : undefined;
  return { units: [{ type: 'control', name, label, payload, range: wholeRange(data), ...refs }], problems };
}

/** The id that the server gives a session, new each time. */
function sessionIds(value: unknown): Pick<DecodedUnit, 'refs'> | undefined {
  const sid =
    typeof value === 'object' && value !== null ? (value as { readonly sid?: unknown }).sid : undefined;
  return typeof sid === 'string' ? { refs: [JSON.stringify(sid.slice(0, MAX_NAME_CHARS))] } : undefined;
}

function textUnit(packet: Packet, data: Uint8Array, from: Role): DecodedUnit {
  const { json, id, namespace } = packet;
  const copied = packet.attachments > 0 && json ? new Uint8Array(data) : data;
  const whole = json && payloadAt('json', copied, json);
  const isEvent = packet.type === PACKET.event || packet.type === PACKET.binaryEvent;
  const payload = isEvent && json ? eventArguments(copied, json.start, json.end) : whole;
  const name = isEvent ? String((json?.value as unknown[])[0]).slice(0, MAX_NAME_CHARS) : '';
  const unit = socketioUnit(
    packet.type,
    { from, namespace, id, name, payload, errorValue: json?.value },
    wholeRange(data),
  );
  return packet.type === PACKET.connect ? { ...unit, ...sessionIds(json?.value) } : unit;
}
