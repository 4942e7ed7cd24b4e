import { encode as encodeMsgpack, ExtData } from '../../codec/msgpackPackage.ts';
import { encode as encodeCbor } from '../../codec/cborPackage.ts';
import { MAX_CBOR_DEPTH, readCborValue } from '../../codec/cbor.ts';
import type { CodecProblem } from '../../codec/codecProblem.ts';
import { readMsgpack } from '../../codec/msgpack.ts';
import { derivedJson } from '../json/derivedJson.ts';
import { underivedValue } from '../json/underivedValue.ts';
import { MAX_PAYLOAD_DEPTH } from '../limits.ts';

/** A binary format in which a protocol sends the values that its table describes as JSON. */
export interface Serializer {
  readonly title: string;
  /** Never throws. @returns JSON, where bytes are `{"$base64": …}` */
  read(bytes: Uint8Array): { readonly json: string } | CodecProblem;
  /** @param json valid, as `read` returns it. @throws Error if the format has no such value */
  write(json: string): Uint8Array<ArrayBuffer>;
}

export type SerializerName = 'msgpack' | 'cbor';

const msgpack: Serializer = {
  title: 'MessagePack',
  read(bytes) {
    const read = readMsgpack(bytes);
    return 'problem' in read ? read : { json: derivedJson(read.value) };
  },
  write: (json) =>
    new Uint8Array(encodeMsgpack(underivedValue(json), { useBigInt64: true, maxDepth: MAX_PAYLOAD_DEPTH })),
};

const cbor: Serializer = {
  title: 'CBOR',
  read(bytes) {
    const read = readCborValue(bytes);
    return 'problem' in read ? read : { json: derivedJson(read.value) };
  },
  write(json) {
    const value = underivedValue(json);
    checkCbor(value, 0);
    return new Uint8Array(encodeCbor(value));
  },
};

/** A function, because the codecs are loaded when it is first called. */
export function serializerOf(name: SerializerName): Serializer {
  return name === 'msgpack' ? msgpack : cbor;
}

/** @throws RangeError if CBOR does not have a value, or our own limit would refuse it */
function checkCbor(value: unknown, depth: number): void {
  if (depth > MAX_CBOR_DEPTH) throw new RangeError(`it nests deeper than ${MAX_CBOR_DEPTH} levels`);
  if (value instanceof ExtData) throw new RangeError('CBOR has no extensions such as {"$ext": …}');
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  for (const member of Object.values(value)) checkCbor(member, depth + 1);
}
