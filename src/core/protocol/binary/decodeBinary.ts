import { MAX_CODEC_BYTES, readCbor } from '../../codec/cbor.ts';
import { readMsgpack } from '../../codec/msgpack.ts';
import { derivedJson } from '../json/derivedJson.ts';

/** What binary data turned out to be. */
export interface DecodedBinary {
  /** One sentence: the format, and how much of the data it explains. */
  readonly reason: string;
  /** JSON, or for CBOR diagnostic notation (RFC 8949, section 8). */
  readonly text: string;
}

/** Why binary data is left as it is. */
export interface NotDecoded {
  /** How far each format got that its first byte allows, in sentences; undefined if it allows none. */
  readonly remark: string | undefined;
}

/**
 * Recognises MessagePack and CBOR where they are certain: one array or map takes all bytes, has text in it, and only one of the two
 * formats fits. Never throws.
 */
export function decodeBinary(bytes: Uint8Array): DecodedBinary | NotDecoded {
  if (bytes.length > MAX_CODEC_BYTES)
    return { remark: `${bytes.length} bytes are not decoded: the limit is ${MAX_CODEC_BYTES}.` };
  const cbor = cborText(bytes);
  if ('text' in cbor && isSelfDescribed(bytes)) return cbor;
  const msgpack = msgpackText(bytes);
  if ('text' in cbor && 'text' in msgpack)
    return { remark: 'All of them are MessagePack and CBOR at once, so that nothing is certain.' };
  if ('text' in cbor) return cbor;
  if ('text' in msgpack) return msgpack;
  const remarks = [msgpack.remark, cbor.remark].filter((sentence) => sentence !== undefined);
  return { remark: remarks.length === 0 ? undefined : remarks.join(' ') };
}

/** RFC 8949, section 3.4.6: tag 55799 says that CBOR follows. */
function isSelfDescribed([first, second, third]: Uint8Array): boolean {
  return first === 0xd9 && second === 0xd9 && third === 0xf7;
}

function cborText(bytes: Uint8Array): DecodedBinary | NotDecoded {
  const [first = 0] = bytes;
  const read = readCbor(bytes);
  // Arrays, maps and tags.
  const remark = first >= 0x80 && first <= 0xdb;
  if ('problem' in read) return { remark: remark ? read.problem : undefined };
  if (read.isTelling || isSelfDescribed(bytes)) return { reason: whole('CBOR', bytes), text: read.text };
  return { remark: remark ? uncertain('CBOR') : undefined };
}

function msgpackText(bytes: Uint8Array): DecodedBinary | NotDecoded {
  const [first = 0] = bytes;
  const isContainer = (first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf);
  if (!isContainer) return { remark: undefined };
  const read = readMsgpack(bytes);
  if ('problem' in read) return { remark: read.problem };
  if (read.invalidText !== undefined)
    return { remark: `Not taken for MessagePack: the text at byte ${read.invalidText} is not UTF-8.` };
  const text = derivedJson(read.value);
  if (!TELLING_STRING.test(text.replace(MADE_STRING, ''))) return { remark: uncertain('MessagePack') };
  return { reason: whole('MessagePack', bytes), text };
}

function uncertain(format: string): string {
  return `All of them are ${format}, but without text, as bytes of any kind may be by chance.`;
}

/** Two characters in a row that stand in text: fewer occur by chance. */
const TELLING_STRING = /"[\p{L}\p{P}\p{Zs}][\p{L}\p{N}\p{P}\p{S}\p{Zs}]/u;

/** What derivedJson writes as a string, and the data does not hold as text. */
const MADE_STRING = /"\$(?:base64|float|date)":"[^"]*"/g;

function whole(format: string, { length }: Uint8Array): string {
  return `${format}: ${length} of ${length} bytes.`;
}
