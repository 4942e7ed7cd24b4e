import type { OutgoingMessage } from '../../../shared/session.ts';
import { extractBytes } from '../json/binaryBody.ts';
import { placeholder } from './attachments.ts';
import { writeMsgpackPacket } from './msgpackPacket.ts';
import { PACKET } from './packet.ts';

export interface OutgoingPacket {
  readonly type: number;
  readonly namespace: string;
  readonly id: string | undefined;
  /** JSON text; undefined for none. */
  readonly data: string | undefined;
}

/** How the connection writes packets. */
export interface PacketStyle {
  readonly engine: 3 | 4;
  readonly parser: 'default' | 'msgpack';
}

const encoder = new TextEncoder();

/**
 * A packet as messages: text followed by its attachments, or a single one of MessagePack.
 * @returns undefined if its base64 is not valid
 */
export function writePacket(packet: OutgoingPacket, style: PacketStyle): OutgoingMessage[] | undefined {
  const extracted = packet.data === undefined ? undefined : extractBytes(packet.data, placeholder);
  if (packet.data !== undefined && !extracted) return undefined;
  if (style.parser === 'msgpack') {
    const id = packet.id === undefined ? undefined : Number(packet.id);
    return [binary(writeMsgpackPacket({ ...packet, id }), style)];
  }
  const bytes = extracted?.bytes ?? [];
  const { namespace, id = '', type } = packet;
  const kind = bytes.length === 0 ? String(type) : `${binaryType(type)}${bytes.length}-`;
  const target = namespace === '/' ? '' : `${namespace},`;
  return [
    text(`4${kind}${target}${id}${extracted?.json ?? ''}`),
    ...bytes.map((each) => binary(each, style)),
  ];
}

export function text(content: string): OutgoingMessage {
  return { kind: 'text', data: encoder.encode(content) };
}

/** Engine.IO 3 puts its packet type before binary content. */
function binary(content: Uint8Array, { engine }: PacketStyle): OutgoingMessage {
  if (engine === 4) return { kind: 'binary', data: content };
  const data = new Uint8Array(content.length + 1);
  data[0] = 4;
  data.set(content, 1);
  return { kind: 'binary', data };
}

function binaryType(type: number): number {
  return type === PACKET.event ? PACKET.binaryEvent : PACKET.binaryAck;
}
