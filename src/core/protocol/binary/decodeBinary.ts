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

/**
 * Recognises MessagePack and CBOR where they are certain: one array or map takes all bytes, has text in it, and only one of the two
 * formats fits. Never throws.
 * @returns undefined where nothing is certain
 */
export function decodeBinary(bytes: Uint8Array): DecodedBinary | undefined {
  if (bytes.length === 0 || bytes.length > MAX_CODEC_BYTES) return undefined;
  const cbor = cborText(bytes);
  if (cbor !== undefined && isSelfDescribed(bytes)) return cbor;
  const msgpack = msgpackText(bytes);
  return cbor && msgpack ? undefined : (cbor ?? msgpack);
}

/** RFC 8949, section 3.4.6: tag 55799 says that CBOR follows. */
function isSelfDescribed([first, second, third]: Uint8Array): boolean {
  return first === 0xd9 && second === 0xd9 && third === 0xf7;
}

function cborText(bytes: Uint8Array): DecodedBinary | undefined {
  const read = readCbor(bytes);
  const isCertain = 'text' in read && (read.isTelling || isSelfDescribed(bytes));
  return isCertain ? { reason: whole('CBOR', bytes), text: read.text } : undefined;
}

function msgpackText(bytes: Uint8Array): DecodedBinary | undefined {
  const read = readMsgpack(bytes);
  if ('problem' in read || typeof read.value !== 'object' || read.value === null) return undefined;
  const { value } = read;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  try {
    const text = derivedJson(value);
    return TELLING_STRING.test(text.replace(MADE_STRING, '')) && isUtf8(text, bytes)
      ? { reason: whole('MessagePack', bytes), text }
      : undefined;
  } catch (error) {
    // derivedJson throws for its limit of levels only.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Two characters in a row that stand in text: fewer occur by chance. */
const TELLING_STRING = /"[\p{L}\p{P}\p{Zs}][\p{L}\p{N}\p{P}\p{S}\p{Zs}]/u;

const FOREIGN_STRING = /"(?:[^"\\]|\\.)*[^\0-\x7f](?:[^"\\]|\\.)*"/g;

/**
 * Whether the strings that are not ASCII stand in the data as they were read, in their order. The library makes characters of what is
 * not UTF-8.
 */
function isUtf8(text: string, bytes: Uint8Array): boolean {
  let from = 0;
  for (const [written] of text.matchAll(FOREIGN_STRING)) {
    const needle = new TextEncoder().encode(JSON.parse(written) as string);
    while (from + needle.length <= bytes.length && !startsAt(bytes, from, needle)) from++;
    if (from + needle.length > bytes.length) return false;
    from += needle.length;
  }
  return true;
}

function startsAt(bytes: Uint8Array, from: number, needle: Uint8Array): boolean {
  return needle.every((byte, index) => bytes[from + index] === byte);
}

/** What derivedJson writes as a string, and the data does not hold as text. */
const MADE_STRING = /"\$(?:base64|float|date)":"[^"]*"/g;

function whole(format: string, { length }: Uint8Array): string {
  return `${format}: ${length} of ${length} bytes.`;
}
