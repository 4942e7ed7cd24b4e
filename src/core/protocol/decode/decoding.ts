import { readCbor } from '../../codec/cbor.ts';
import { type CodecProblem, MAX_CODEC_BYTES } from '../../codec/codecProblem.ts';
import type { Compression, Inflate, StreamInflate } from '../../codec/compression.ts';
import { readMsgpack } from '../../codec/msgpack.ts';
import type { ProtobufType } from '../../codec/protobuf/protobufSchema.ts';
import { sniff } from '../../format/sniff.ts';
import type { DecodeRule } from '../../text/decodeRule.ts';
import { decodeCertain } from '../binary/decodeBinary.ts';
import { readProtobufWire } from '../binary/protobufWire.ts';
import { derivedJson } from '../json/derivedJson.ts';
import type { Role } from '../protocolModule.ts';
import { fromBase64 } from '../unit.ts';
import { ConnectionInflate } from './connectionInflate.ts';
import { ruleMatches } from './matchRule.ts';
import { imageType } from './imageType.ts';

/** A payload that rules decoded. */
export interface RuleDecoded {
  /** JSON or diagnostic notation; or the bytes that compressed data or base64 holds. */
  readonly content:
    | { readonly form: 'json' | 'text'; readonly text: string }
    | { readonly form: 'bytes'; readonly bytes: Uint8Array };
  /** Sentences: the formats, and how many bytes they cover. */
  readonly reason: string;
  /** The media type of a picture. */
  readonly image?: string;
}

/** The external functions that decoding needs. */
export interface DecodingPorts {
  readonly inflate: Inflate;
  readonly stream: StreamInflate;
  /** The types of the schemas, by the text of their rule; a sentence for one that cannot be used. */
  readonly types: ReadonlyMap<string, ProtobufType | { readonly problem: string }>;
}

/**
 * Decodes payloads by the rules of the option `decode`. The first rule that matches applies; the rules after
 * it decode its output.
 */
export class Decoding {
  /** The rules about one payload. */
  readonly #rules: readonly DecodeRule[];
  readonly #streamed: readonly Role[];

  constructor(
    rules: readonly DecodeRule[],
    private readonly ports: DecodingPorts,
    /** The side that recorded the messages. */
    private readonly own: Role = 'client',
  ) {
    this.#rules = rules.filter(({ format }) => format !== 'zlib-stream');
    const streamed = rules.filter(({ format }) => format === 'zlib-stream');
    this.#streamed = (['client', 'server'] as const).filter((side) =>
      streamed.some(({ direction }) => direction === undefined || direction === this.#directionOf(side)),
    );
  }

  /** Whether binary messages of a side are one zlib stream, so that none of them decodes on its own. */
  isStreamed(side: Role): boolean {
    return this.#streamed.includes(side);
  }

  /**
   * Inflates the messages of one connection; undefined if no rule asks for it.
   * @throws Error if no other instance created `checkpoint`
   */
  createConnectionInflate(checkpoint?: string): ConnectionInflate | undefined {
    if (this.#streamed.length === 0) return undefined;
    return new ConnectionInflate({ ...this.ports, sides: this.#streamed }, checkpoint);
  }

  /** Decodes an inflated message by the rules, or else by its first bytes. Never throws. */
  decodeInflated(bytes: Uint8Array, from: Role): RuleDecoded | CodecProblem {
    return this.decode(bytes, from, undefined) ?? held(bytes, '');
  }

  /** Whether a rule matches. */
  concerns(bytes: Uint8Array, from: Role, topic: string | undefined): boolean {
    const direction = this.#directionOf(from);
    return this.#rules.some((rule) => ruleMatches(rule, bytes, direction, topic));
  }

  #directionOf(from: Role): 'in' | 'out' {
    return from === this.own ? 'out' : 'in';
  }

  /**
   * Never throws.
   * @param topic the topic of the unit; undefined for a message that is not a unit
   * @returns undefined if no rule matches
   */
  decode(bytes: Uint8Array, from: Role, topic: string | undefined): RuleDecoded | CodecProblem | undefined {
    const direction = this.#directionOf(from);
    const reasons: string[] = [];
    let content = bytes;
    for (const rule of this.#rules) {
      if (!ruleMatches(rule, content, direction, topic)) continue;
      if (content.length > MAX_CODEC_BYTES)
        return {
          problem: `${content.length} bytes are not decoded: the limit is ${MAX_CODEC_BYTES}.`,
          at: 0,
          isLimit: true,
        };
      const step = this.#apply(rule, content);
      if ('problem' in step)
        return reasons.length === 0 ? step : { ...step, problem: `${reasons.join(' ')} ${step.problem}` };
      reasons.push(step.reason);
      if (step.content.form !== 'bytes' || step.image !== undefined)
        return { ...step, reason: reasons.join(' ') };
      content = step.content.bytes;
    }
    if (reasons.length === 0) return undefined;
    return held(content, reasons.join(' '));
  }

  #apply(rule: DecodeRule, bytes: Uint8Array): RuleDecoded | CodecProblem {
    switch (rule.format) {
      case 'msgpack': {
        const read = readMsgpack(bytes);
        return 'problem' in read ? read : whole('MessagePack', bytes, 'json', derivedJson(read.value));
      }
      case 'cbor': {
        const read = readCbor(bytes);
        return 'problem' in read
          ? read
          : whole('CBOR', bytes, isJson(read.text) ? 'json' : 'text', read.text);
      }
      case 'protobuf':
        return this.#protobuf(rule, bytes);
      case 'base64': {
        const data = base64Content(bytes);
        if (!data)
          return { problem: 'Not base64: it has characters or a length that base64 does not have.', at: 0 };
        return { content: { form: 'bytes', bytes: data }, reason: `base64: ${data.length} bytes.` };
      }
      case 'image': {
        const type = imageType(bytes);
        if (type === undefined)
          return {
            problem: 'Not an image: its first bytes are those of no PNG, JPEG, GIF, WebP, BMP or AVIF.',
            at: 0,
          };
        return { content: { form: 'bytes', bytes }, reason: `${type}, ${bytes.length} bytes.`, image: type };
      }
      case 'zlib-stream':
        return { problem: 'A part of a zlib stream does not inflate on its own.', at: 0 };
      default:
        return this.#inflate(rule.format, bytes);
    }
  }

  #protobuf(rule: DecodeRule, bytes: Uint8Array): RuleDecoded | CodecProblem {
    const type = this.ports.types.get(rule.text);
    if (!type) {
      const read = readProtobufWire(bytes);
      if ('problem' in read) return read;
      return whole('Protobuf without a schema', bytes, 'json', read.text);
    }
    if ('problem' in type) return { problem: type.problem, at: 0 };
    const read = type.read(bytes);
    if ('problem' in read) return read;
    const unknown =
      read.unknown === undefined ? '' : ` ${read.unknown[0]!.toUpperCase()}${read.unknown.slice(1)}.`;
    const decoded = whole(`Protobuf ${type.name}`, bytes, 'json', read.text);
    return { ...decoded, reason: decoded.reason + unknown };
  }

  #inflate(format: Compression, bytes: Uint8Array): RuleDecoded | CodecProblem {
    const read = this.ports.inflate(format, bytes);
    if ('problem' in read) return read;
    const reason = `${format}: ${read.consumed} of ${bytes.length} bytes, ${read.bytes.length} inflated.`;
    return { content: { form: 'bytes', bytes: read.bytes }, reason };
  }
}

function whole(format: string, { length }: Uint8Array, form: 'json' | 'text', text: string): RuleDecoded {
  return { content: { form, text }, reason: `${format}: ${length} of ${length} bytes.` };
}

/** The content of compressed data or base64 that no further rule decodes. */
function held(bytes: Uint8Array, reason: string): RuleDecoded {
  const kind = sniff(bytes, 'binary');
  if (kind !== 'binary') {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    return { content: { form: kind === 'json' ? 'json' : 'text', text }, reason };
  }
  const image = imageType(bytes);
  if (image !== undefined) return { content: { form: 'bytes', bytes }, reason: `${reason} ${image}.`, image };
  const decoded = decodeCertain(bytes);
  if ('text' in decoded)
    return {
      content: { form: isJson(decoded.text) ? 'json' : 'text', text: decoded.text },
      reason: `${reason} ${decoded.reason}`,
    };
  return { content: { form: 'bytes', bytes }, reason };
}

/** Base64 of either alphabet, with line breaks, as a JSON string too, or a data URL (RFC 2397). */
export function base64Content(bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const text = new TextDecoder('utf-8')
    .decode(bytes)
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replaceAll('\\/', '/');
  const data = /^data:[^,]{0,200};base64,(.*)$/is.exec(text)?.[1] ?? text;
  return data === '' ? undefined : fromBase64(data.replace(/\s+/g, ''));
}

/** Diagnostic notation is JSON if the item holds only JSON values. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Notation such as `h'01'`, which JSON does not have.
    return false;
  }
}
