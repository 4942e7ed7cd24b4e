import { encode, ExtData } from '../../codec/msgpackPackage.ts';
import { readMsgpack } from '../../codec/msgpack.ts';
import { type Decoded, derivedPayload, failed, wholeRange } from '../unit.ts';
import { derivedJson } from '../json/derivedJson.ts';
import { underivedValue } from '../json/underivedValue.ts';
import { MAX_DECODED_BYTES, MAX_NAME_CHARS, MAX_PAYLOAD_DEPTH } from '../limits.ts';
import type { Role } from '../protocolModule.ts';
import { tooLong } from '../json/jsonText.ts';
import { PACKET } from './packet.ts';
import { socketioUnit } from './socketioUnit.ts';

// The parser socket.io-msgpack-parser: each packet is one map {type, data, nsp, id}, which contains bytes directly.

/** A map of MessagePack: fixmap, map 16 or map 32. */
export function looksLikeMsgpack(data: Uint8Array): boolean {
  const first = data[0] ?? 0;
  return (first >= 0x80 && first <= 0x8f) || first === 0xde || first === 0xdf;
}

/** @param skipped bytes of the message before `data` */
export function readMsgpackPacket(data: Uint8Array, skipped: number, from: Role): Decoded {
  if (data.length > MAX_DECODED_BYTES) return { units: [], problems: [tooLong(data.length, 0)] };
  const read = readMsgpack(data);
  if ('problem' in read) {
    return failed(read.isLimit ? 'decode.limit' : 'decode.binary', read.problem, skipped + read.at);
  }
  const { type, data: content, nsp, id } = asPacket(read.value);
  if (type === undefined || type < 0 || type > PACKET.binaryAck) {
    return failed(
      'decode.envelope',
      'Not Socket.IO: the MessagePack map has no packet type from 0 to 6.',
      skipped,
    );
  }
  const isEvent = type === PACKET.event || type === PACKET.binaryEvent;
  const list: readonly unknown[] = Array.isArray(content) ? content : [];
  const [first] = list;
  if (isEvent && typeof first !== 'string' && typeof first !== 'number') {
    return failed('decode.envelope', 'Not Socket.IO: the data of an event begins with its name.', skipped);
  }
  const args = isEvent ? list.slice(1) : content;
  const json = args === undefined || args === null ? undefined : derivedJson(args);
  const name = isEvent ? String(first).slice(0, MAX_NAME_CHARS) : '';
  const parts = {
    from,
    namespace: typeof nsp === 'string' ? nsp.slice(0, MAX_NAME_CHARS) : '/',
    id: typeof id === 'number' || typeof id === 'bigint' ? String(id) : undefined,
    name,
    payload: json === undefined ? undefined : derivedPayload('json', () => json),
    errorValue: content,
  };
  const { end } = wholeRange(data);
  return { units: [socketioUnit(type, parts, { start: 0, end: end + skipped })], problems: [] };
}

export interface MsgpackPacket {
  readonly type: number;
  readonly namespace: string;
  readonly id: number | undefined;
  /** JSON text; undefined for none. */
  readonly data: string | undefined;
}

/** Integers beyond 2^53 and `{"$base64": …}` in the data keep their value. */
export function writeMsgpackPacket({ type, namespace, id, data }: MsgpackPacket): Uint8Array<ArrayBuffer> {
  const value = data === undefined ? undefined : underivedValue(data);
  const packet = {
    type,
    ...(value !== undefined && { data: value }),
    ...(id !== undefined && { id }),
    nsp: namespace,
  };
  return new Uint8Array(encode(packet, { useBigInt64: true, maxDepth: MAX_PAYLOAD_DEPTH }));
}

function asPacket(value: unknown): { type?: number; data?: unknown; nsp?: unknown; id?: unknown } {
  if (typeof value !== 'object' || value === null) return {};
  // notepack, which socket.io-msgpack-parser encodes with, writes undefined as an extension of type 0.
  const [type, data, nsp, id] = ['type', 'data', 'nsp', 'id'].map((name) => {
    const member = (value as Record<string, unknown>)[name];
    return member instanceof ExtData && member.type === 0 ? undefined : member;
  });
  return { ...(typeof type === 'number' && { type }), data, nsp, id };
}
