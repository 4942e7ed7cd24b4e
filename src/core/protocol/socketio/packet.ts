import type { ByteRange, UnitProblem } from '../../../shared/units.ts';
import { isProblem, type JsonText, readJson } from '../json/jsonText.ts';
import { MAX_ATTACHMENTS } from '../limits.ts';

/** Packet types of Socket.IO, by their number on the wire. */
export const PACKET = {
  connect: 0,
  disconnect: 1,
  event: 2,
  ack: 3,
  connectError: 4,
  binaryEvent: 5,
  binaryAck: 6,
} as const;

/** The parts of a packet in the text form of the default parser. */
export interface Packet extends ByteRange {
  readonly type: number;
  readonly namespace: string;
  /** The id for the acknowledgement; undefined if none is requested. */
  readonly id: string | undefined;
  /** The number of binary messages that follow. */
  readonly attachments: number;
  readonly json: JsonText | undefined;
}

const DASH = 0x2d;
const COMMA = 0x2c;
const SLASH = 0x2f;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Maximum digits of an id or a count; no peer counts higher. */
const MAX_DIGITS = 20;

/**
 * Parses `type [attachments -] [/namespace ,] [id] [JSON]` from byte `start` on, like socket.io-parser. The payload is
 * checked against the type.
 */
export function readPacket(data: Uint8Array, start: number): Packet | UnitProblem {
  const type = (data[start] ?? 0) - 0x30;
  if (type < 0 || type > 6) return envelope('a packet type of Socket.IO, 0 to 6', start);
  let at = start + 1;
  let attachments = 0;
  if (type === PACKET.binaryEvent || type === PACKET.binaryAck) {
    const end = digitsEnd(data, at);
    if (end === at || data[end] !== DASH) return envelope('the number of attachments and a dash', at);
    attachments = Number(utf8.decode(data.subarray(at, end)));
    if (attachments > MAX_ATTACHMENTS) {
      const message = `${attachments} attachments are not decoded: the limit is ${MAX_ATTACHMENTS}.`;
      return { code: 'decode.limit', message, at };
    }
    at = end + 1;
  }
  const lacksSlash = isLetter(data[at] ?? 0);
  let namespace = '/';
  if (data[at] === SLASH) {
    const comma = data.indexOf(COMMA, at);
    const end = comma < 0 ? data.length : comma;
    namespace = utf8.decode(data.subarray(at, Math.min(end, at + 1000)));
    at = Math.min(end + 1, data.length);
  }
  const idEnd = digitsEnd(data, at);
  const id = idEnd === at ? undefined : utf8.decode(data.subarray(at, idEnd));
  at = idEnd;
  const json = at === data.length ? undefined : readJson(data, at);
  if (json && isProblem(json)) {
    if (!lacksSlash) return json;
    const message = `Not Socket.IO from byte ${at} on: a namespace begins with a slash, as in “4${type}/admin,”.`;
    return { code: 'decode.envelope', message, at };
  }
  return (
    payloadProblem(type, json, at) ?? { type, namespace, id, attachments, json, start, end: data.length }
  );
}

/** The payloads that each type allows. Servers of version 2 connect without a payload and refuse with a string. */
function payloadProblem(type: number, json: JsonText | undefined, at: number): UnitProblem | undefined {
  switch (type) {
    case PACKET.connect:
      return json === undefined || isObject(json.value) ? undefined : envelope('a JSON object', at);
    case PACKET.disconnect:
      return json === undefined ? undefined : envelope('nothing after DISCONNECT', at);
    case PACKET.connectError:
      return json === undefined || isObject(json.value) || typeof json.value === 'string'
        ? undefined
        : envelope('an error as a JSON object or string', at);
    case PACKET.event:
    case PACKET.binaryEvent:
      return Array.isArray(json?.value) && isEventName(json.value[0])
        ? undefined
        : envelope('a JSON array that begins with the name of the event', at);
    default:
      return Array.isArray(json?.value) ? undefined : envelope('a JSON array', at);
  }
}

function envelope(expected: string, at: number): UnitProblem {
  return { code: 'decode.envelope', message: `Not Socket.IO from byte ${at} on: expected ${expected}.`, at };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEventName(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function digitsEnd(data: Uint8Array, start: number): number {
  let at = start;
  while (at - start < MAX_DIGITS && data[at]! >= 0x30 && data[at]! <= 0x39) at++;
  return at;
}
