import { readCbor } from '../../codec/cbor.ts';
import { MAX_CODEC_BYTES } from '../../codec/codecProblem.ts';
import { readMsgpack } from '../../codec/msgpack.ts';
import { type Inflate, compressionOf } from '../../codec/compression.ts';
import { sniff } from '../../format/sniff.ts';
import { derivedJson } from '../json/derivedJson.ts';
import { readProtobufWire } from './protobufWire.ts';

/** The result of recognising binary data. */
export interface DecodedBinary {
  /** Sentences: the format, and how many bytes it covers. */
  readonly reason: string;
  /** JSON, or diagnostic notation for CBOR (RFC 8949, section 8). */
  readonly text: string;
}

/** A certain result, in a format that payloads can be encoded in. */
export interface CertainBinary extends DecodedBinary {
  readonly format: 'msgpack' | 'cbor';
}

/** The content of compressed data, if that is not a binary format itself. */
export interface InflatedBinary {
  readonly reason: string;
  readonly bytes: Uint8Array;
}

/** Why binary data stays undecoded. */
export interface NotDecoded {
  /**
   * How far each format that the first byte allows could read, in sentences; undefined if the first byte allows none.
   */
  readonly remark: string | undefined;
}

/** Maximum nesting of compressed data: an archive in an archive. */
const MAX_LAYERS = 3;

/**
 * Recognises MessagePack and CBOR if they are certain: one array or map spans all bytes, contains text, and only one of
 * the two formats fits. Never throws.
 */
export function decodeBinary(
  bytes: Uint8Array,
  inflate: Inflate,
): DecodedBinary | InflatedBinary | NotDecoded {
  const reasons: string[] = [];
  let content = bytes;
  while (reasons.length < MAX_LAYERS) {
    const layer = inflated(content, inflate);
    if (layer === undefined) break;
    if ('remark' in layer)
      return reasons.length === 0
        ? layer
        : { reason: `${reasons.join(' ')} ${layer.remark}`, bytes: content };
    reasons.push(layer.reason);
    content = layer.bytes;
  }
  if (reasons.length === 0) return decodeContent(content);
  const reason = reasons.join(' ');
  if (sniff(content, 'binary') !== 'binary') return { reason, bytes: content };
  const decoded = decodeContent(content);
  if ('text' in decoded) return { reason: `${reason} ${decoded.reason}`, text: decoded.text };
  return { reason: decoded.remark === undefined ? reason : `${reason} ${decoded.remark}`, bytes: content };
}

function inflated(
  bytes: Uint8Array,
  inflate: Inflate,
): InflatedBinary | { readonly remark: string } | undefined {
  const format = compressionOf(bytes);
  if (format === undefined) return undefined;
  const read = inflate(format, bytes);
  // Two bytes match zlib by chance.
  if ('problem' in read) return format === 'gzip' || read.isLimit ? { remark: read.problem } : undefined;
  if (read.consumed < bytes.length && format === 'zlib') return undefined;
  const reason = `${format}: ${read.consumed} of ${bytes.length} bytes, ${read.bytes.length} inflated.`;
  return { reason, bytes: read.bytes };
}

/**
 * Decodes MessagePack and CBOR that are certain, without inflating or guessing. Conditions are judged by this
 * result.
 */
export function decodeCertain(bytes: Uint8Array): CertainBinary | NotDecoded {
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

function decodeContent(bytes: Uint8Array): DecodedBinary | NotDecoded {
  const certain = decodeCertain(bytes);
  if ('text' in certain || bytes.length > MAX_CODEC_BYTES) return certain;
  return protobufGuess(bytes) ?? certain;
}

/** Without a schema nothing is certain: matching field numbers and lengths are only a hint. */
function protobufGuess(bytes: Uint8Array): DecodedBinary | undefined {
  const read = readProtobufWire(bytes);
  if ('problem' in read || !read.isTelling) return undefined;
  const reason = `Perhaps Protobuf: ${bytes.length} of ${bytes.length} bytes fit. Without a schema, the types of its fields are guesses.`;
  return { reason, text: read.text };
}

/** RFC 8949, section 3.4.6: tag 55799 marks CBOR. */
function isSelfDescribed([first, second, third]: Uint8Array): boolean {
  return first === 0xd9 && second === 0xd9 && third === 0xf7;
}

function cborText(bytes: Uint8Array): CertainBinary | NotDecoded {
  const [first = 0] = bytes;
  const read = readCbor(bytes);
  // Arrays, maps and tags.
  const remark = first >= 0x80 && first <= 0xdb;
  if ('problem' in read) return { remark: remark ? read.problem : undefined };
  if (read.isTelling || isSelfDescribed(bytes))
    return { format: 'cbor', reason: whole('CBOR', bytes), text: read.text };
  return { remark: remark ? uncertain('CBOR') : undefined };
}

function msgpackText(bytes: Uint8Array): CertainBinary | NotDecoded {
  const [first = 0] = bytes;
  const isContainer = (first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf);
  if (!isContainer) return { remark: undefined };
  const read = readMsgpack(bytes);
  if ('problem' in read) return { remark: read.problem };
  if (read.invalidText !== undefined)
    return { remark: `Not taken for MessagePack: the text at byte ${read.invalidText} is not UTF-8.` };
  const text = derivedJson(read.value);
  if (!TELLING_STRING.test(text.replace(MADE_STRING, ''))) return { remark: uncertain('MessagePack') };
  return { format: 'msgpack', reason: whole('MessagePack', bytes), text };
}

function uncertain(format: string): string {
  return `All of them are ${format}, but without text, as bytes of any kind may be by chance.`;
}

/** Two consecutive text characters: fewer occur by chance. */
const TELLING_STRING = /"[\p{L}\p{P}\p{Zs}][\p{L}\p{N}\p{P}\p{S}\p{Zs}]/u;

/** Strings that derivedJson adds, which are not text in the data. */
const MADE_STRING = /"\$(?:base64|float|date)":"[^"]*"/g;

function whole(format: string, { length }: Uint8Array): string {
  return `${format}: ${length} of ${length} bytes.`;
}
