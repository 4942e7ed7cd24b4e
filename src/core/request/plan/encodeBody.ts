import { encode } from '../../codec/msgpackPackage.ts';
import { writeCborNotation } from '../../codec/cborNotation.ts';
import type { Compression } from '../../codec/compression.ts';
import { textPlace } from '../../format/textMessage.ts';
import { isEncodeProblem, jsonBody } from '../../protocol/json/jsonBody.ts';
import { isProblem, readJson } from '../../protocol/json/jsonText.ts';
import { underivedValue } from '../../protocol/json/underivedValue.ts';
import { MAX_PAYLOAD_DEPTH } from '../../protocol/limits.ts';
import { excerpt } from '../../text/excerpt.ts';
import { ENCODINGS } from './directives.ts';

/**
 * An encoding that core leaves to the caller: compression of the bytes, or Protobuf from their JSON by a
 * schema.
 */
export type OutsideEncoding =
  | { readonly format: Compression }
  | {
      readonly format: 'protobuf';
      readonly message: string;
      /** As written: relative to the folder of the request file, or absolute. */
      readonly file: string;
    };

/**
 * The bytes that `@encode` makes of a payload, or one sentence about a fault of the format or of the payload.
 */
export type EncodedBody =
  /** `outside`: the data is still to be encoded. */
  | { readonly data: Uint8Array<ArrayBuffer>; readonly outside?: OutsideEncoding }
  | { readonly problem: string; readonly of: 'format' | 'payload' };

export function encodeBody(format: string, text: string): EncodedBody {
  const schema = schemaNamed(format);
  if (schema) return encodeProtobuf(text, schema);
  const name = /^protobuf\b/i.test(format) ? 'protobuf' : format.toLowerCase();
  switch (name) {
    case 'msgpack':
      return encodeMsgpack(text);
    case 'cbor':
      return encodeCbor(text);
    case 'gzip':
    case 'zlib':
    case 'deflate':
    case 'brotli':
      return { data: new TextEncoder().encode(text), outside: { format: name } };
    case 'protobuf': {
      const problem =
        '@encode protobuf needs a message and its schema: write @encode protobuf feed.Tick from ./feed.proto.';
      return { problem, of: 'format' };
    }
    default: {
      const problem = `${excerpt(format)} is not a format for encoding messages: use ${[...ENCODINGS.keys()].join(', ')}.`;
      return { problem, of: 'format' };
    }
  }
}

/** The format of an `@encode` in one spelling; undefined for an unknown format. */
export function knownEncoding(format: string): string | undefined {
  const schema = schemaNamed(format);
  if (schema) return `protobuf ${schema.message} from ${schema.file}`;
  const name = format.trim().toLowerCase();
  return name !== 'protobuf' && ENCODINGS.has(name) ? name : undefined;
}

/** The schema that `@encode protobuf NAME from FILE` names. */
export function schemaNamed(format: string): Extract<OutsideEncoding, { format: 'protobuf' }> | undefined {
  const [, message = '', file = ''] = /^protobuf\s+(\S+)\s+from\s+(.*\S)\s*$/is.exec(format.trim()) ?? [];
  return file === '' ? undefined : { format: 'protobuf', message, file };
}

/** The schema is a file, so the values are checked when it is read. */
function encodeProtobuf(text: string, outside: OutsideEncoding): EncodedBody {
  const json = jsonBody(text, 'encode protobuf', 'object');
  if (isEncodeProblem(json)) return { problem: json.problem, of: 'payload' };
  return { data: new TextEncoder().encode(json), outside };
}

function encodeMsgpack(text: string): EncodedBody {
  const json = jsonBody(text, 'encode msgpack');
  if (isEncodeProblem(json)) return { problem: json.problem, of: 'payload' };
  const read = readJson(new TextEncoder().encode(json));
  if (isProblem(read)) return { problem: read.message, of: 'payload' };
  const value = underivedValue(json);
  return { data: new Uint8Array(encode(value, { useBigInt64: true, maxDepth: MAX_PAYLOAD_DEPTH + 1 })) };
}

function encodeCbor(text: string): EncodedBody {
  const written = writeCborNotation(text);
  if (written instanceof Uint8Array) return { data: written };
  const { expected, at } = written;
  const where = textPlace(text, at);
  const problem = `The payload of @encode cbor is neither JSON nor diagnostic notation ${where}: expected ${expected}.`;
  return { problem, of: 'payload' };
}
