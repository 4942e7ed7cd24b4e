import type { DecodeCode, UnitProblem } from '../../../shared/units.ts';
import { MAX_HEADERS } from '../limits.ts';
import type { PacketExtent } from '../stream/byteStream.ts';
import { toBase64 } from '../unit.ts';
import { PACKET_TYPE, PROPERTIES } from './vocabulary.ts';

/** The protocol level of CONNECT: 3 is MQTT 3.1, 4 is 3.1.1. */
export type MqttLevel = 3 | 4 | 5;

/** Properties by name in their order; user properties have names of their own. */
export type MqttHeaders = readonly (readonly [name: string, value: string])[];

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of a remaining length: section 1.5.5. */
const MAX_VARINT_BYTES = 4;

/**
 * The extent of the packet that begins at an offset. Invalid reserved flags (section 2.1.3) show that the
 * bytes are not a packet.
 */
export function measurePacket(bytes: Uint8Array, start: number): PacketExtent {
  const first = bytes[start]!;
  const [type, flags] = [first >> 4, first & 15];
  if (!flagsFit(type, flags)) {
    const message = `Not MQTT: a packet cannot begin with 0x${first.toString(16).padStart(2, '0')}, at byte ${start}.`;
    return { code: 'decode.binary', message, at: start };
  }
  let length = 0;
  for (let count = 0; count < MAX_VARINT_BYTES; count++) {
    const byte = bytes[start + 1 + count];
    if (byte === undefined) return { needs: count + 2 };
    length += (byte & 0x7f) * 128 ** count;
    if (byte >= 0x80) continue;
    const size = 2 + count + length;
    return start + size > bytes.length ? { needs: size } : { end: start + size };
  }
  const message = `Not MQTT: the length at byte ${start + 1} has more than ${MAX_VARINT_BYTES} bytes.`;
  return { code: 'decode.binary', message, at: start + 1 };
}

function flagsFit(type: number, flags: number): boolean {
  if (type === 0) return false;
  if (type === PACKET_TYPE.PUBLISH) return (flags & 6) !== 6;
  const isMarked =
    type === PACKET_TYPE.PUBREL || type === PACKET_TYPE.SUBSCRIBE || type === PACKET_TYPE.UNSUBSCRIBE;
  return flags === (isMarked ? 2 : 0);
}

/** The offset after the type and the length. */
export function contentStart(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (bytes[at]! >= 0x80) at++;
  return at + 1;
}

/** Why the content of a packet does not decode. */
export class PacketFault extends Error {
  constructor(readonly problem: UnitProblem) {
    super(problem.message);
  }
}

/** Reads the fields of a packet one after the other. Every function throws PacketFault if a field is missing. */
export class PacketReader {
  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
    private readonly end: number,
  ) {}

  get rest(): number {
    return this.end - this.at;
  }

  byte(what: string): number {
    return this.bytes[this.#take(1, what)]!;
  }

  u16(what: string): number {
    const at = this.#take(2, what);
    return this.bytes[at]! * 256 + this.bytes[at + 1]!;
  }

  u32(what: string): number {
    const at = this.#take(4, what);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + at).getUint32(0);
  }

  varint(what: string): number {
    let value = 0;
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      const byte = this.byte(what);
      value += (byte & 0x7f) * 128 ** count;
      if (byte < 0x80) return value;
    }
    throw fault('decode.binary', `The ${what} has more than ${MAX_VARINT_BYTES} bytes.`, this.at);
  }

  data(what: string): Uint8Array {
    const length = this.u16(what);
    const at = this.#take(length, what);
    return this.bytes.subarray(at, at + length);
  }

  text(what: string): string {
    const at = this.at;
    const bytes = this.data(what);
    try {
      return strictUtf8.decode(bytes);
    } catch {
      throw fault('decode.utf8', `The ${what} is not UTF-8.`, at + 2);
    }
  }

  /** Section 2.2.2. */
  properties(): MqttHeaders {
    const length = this.varint('length of the properties');
    const end = this.#take(length, 'properties') + length;
    const inner = new PacketReader(this.bytes, end - length, end);
    const found: (readonly [string, string])[] = [];
    while (inner.rest > 0) {
      if (found.length >= MAX_HEADERS)
        throw fault('decode.limit', `More than ${MAX_HEADERS} properties are not decoded.`, inner.at);
      found.push(inner.#property());
    }
    return found;
  }

  #property(): readonly [string, string] {
    const at = this.at;
    const id = this.varint('property identifier');
    const known = PROPERTIES.get(id);
    if (!known) throw fault('decode.binary', `There is no property ${id} in MQTT 5.`, at);
    const [name, form] = known;
    switch (form) {
      case 'pair':
        return [this.text('name of a user property'), this.text('value of a user property')];
      case 'string':
        return [name, this.text(name)];
      case 'bytes':
        return [name, bytesText(this.data(name))];
      default:
        return [name, String(this[form](name))];
    }
  }

  #take(length: number, what: string): number {
    const { at } = this;
    if (at + length > this.end) {
      const message = `The ${what} ends at byte ${at + length}, behind the end of the packet at byte ${this.end}.`;
      throw fault('decode.binary', message, Math.min(at, this.end));
    }
    this.at += length;
    return at;
  }
}

/** Bytes as text if they are UTF-8, or else as base64. */
export function bytesText(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    // Not text: a fatal decoder throws for nothing else.
    return `base64 ${toBase64(bytes)}`;
  }
}

function fault(code: DecodeCode, message: string, at: number): PacketFault {
  return new PacketFault({ code, message, at });
}
