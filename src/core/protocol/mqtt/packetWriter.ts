import { joinBytes } from '../../codec/joinBytes.ts';
import type { MqttLevel } from './packetReader.ts';
import { PACKET_TYPE, type PacketName, PROPERTIES, type PropertyForm } from './vocabulary.ts';

/** Maximum bytes of a text or data field: section 1.5.4. */
const MAX_FIELD_BYTES = 0xffff;

/** The largest remaining length: section 1.5.5. */
const MAX_VARINT = 268_435_455;

const PROPERTY_IDS = new Map([...PROPERTIES].map(([id, [name, form]]) => [name, [id, form] as const]));

const encoder = new TextEncoder();

/** Why a value cannot be written: one sentence. */
export class UnwritableError extends Error {}

/** Writes the fields of a packet in order. */
export class PacketWriter {
  readonly #parts: Uint8Array[] = [];

  byte(value: number): this {
    return this.bytes(Uint8Array.of(value));
  }

  u16(value: number): this {
    return this.bytes(Uint8Array.of(value >> 8, value & 255));
  }

  bytes(value: Uint8Array): this {
    this.#parts.push(value);
    return this;
  }

  varint(value: number): this {
    let rest = value;
    do {
      const byte = rest % 128;
      rest = Math.floor(rest / 128);
      this.byte(rest > 0 ? byte + 128 : byte);
    } while (rest > 0);
    return this;
  }

  /** @throws UnwritableError if the field is too small */
  data(value: Uint8Array, what: string): this {
    if (value.length > MAX_FIELD_BYTES)
      throw new UnwritableError(
        `The ${what} has ${value.length} bytes: MQTT has room for ${MAX_FIELD_BYTES}.`,
      );
    return this.u16(value.length).bytes(value);
  }

  text(value: string, what: string): this {
    if (value.includes('\0')) throw new UnwritableError(`The ${what} has a NUL, which MQTT does not allow.`);
    return this.data(encoder.encode(value), what);
  }

  /**
   * Writes properties (section 2.2.2).
   * @param known properties that MQTT defines, by name
   * @param user the user properties
   * @throws UnwritableError for a value that does not fit
   */
  properties(
    known: readonly (readonly [string, string])[],
    user: readonly (readonly [string, string])[],
  ): this {
    const inner = new PacketWriter();
    for (const [name, value] of known) {
      const [id, form] = PROPERTY_IDS.get(name)!;
      inner.varint(id);
      inner.#value(form, value, name);
    }
    const [pair] = PROPERTY_IDS.get('user-property')!;
    for (const [name, value] of user)
      inner.byte(pair).text(name, 'name of a user property').text(value, 'value of a user property');
    const written = inner.whole();
    return this.varint(written.length).bytes(written);
  }

  whole(): Uint8Array<ArrayBuffer> {
    return joinBytes(this.#parts);
  }

  /** @throws UnwritableError for a packet that is too long */
  packet(name: PacketName, flags = 0): Uint8Array<ArrayBuffer> {
    const content = this.whole();
    if (content.length > MAX_VARINT)
      throw new UnwritableError(`The packet has ${content.length} bytes: MQTT has room for ${MAX_VARINT}.`);
    return new PacketWriter()
      .byte(PACKET_TYPE[name] * 16 + flags)
      .varint(content.length)
      .bytes(content)
      .whole();
  }

  #value(form: PropertyForm, value: string, name: string): void {
    if (form === 'string') return void this.text(value, name);
    if (form === 'bytes') return void this.data(encoder.encode(value), name);
    const most = { byte: 0xff, u16: 0xffff, u32: 0xffff_ffff, varint: MAX_VARINT, pair: 0 }[form];
    const number = /^\d{1,10}$/.test(value) ? Number(value) : Infinity;
    if (number > most)
      throw new UnwritableError(`${name} is a number from 0 to ${most}, not “${value.slice(0, 40)}”.`);
    if (form === 'varint') this.varint(number);
    else if (form === 'byte') this.byte(number);
    else if (form === 'u16') this.u16(number);
    else this.u16(Math.floor(number / 0x10000)).u16(number % 0x10000);
  }
}

/** An acknowledgement: PUBACK, PUBREC, PUBREL, PUBCOMP. */
export function writeAnswer(name: PacketName, id: number): Uint8Array<ArrayBuffer> {
  return new PacketWriter().u16(id).packet(name, name === 'PUBREL' ? 2 : 0);
}

/** SUBACK and UNSUBACK. UNSUBACK has codes since version 5 only. */
export function writeGrants(
  name: 'SUBACK' | 'UNSUBACK',
  id: number,
  codes: readonly number[],
  level: MqttLevel,
): Uint8Array<ArrayBuffer> {
  const writer = new PacketWriter().u16(id);
  if (level === 5) writer.properties([], []);
  if (name === 'SUBACK' || level === 5) writer.bytes(Uint8Array.from(codes));
  return writer.packet(name);
}
