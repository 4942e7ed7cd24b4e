import { encode } from '@msgpack/msgpack';
import { writeCborNotation } from '../../codec/cborNotation.ts';
import type { Compression } from '../../codec/compression.ts';
import { textPlace } from '../../format/textMessage.ts';
import { isEncodeProblem, jsonBody } from '../../protocol/json/jsonBody.ts';
import { isProblem, readJson } from '../../protocol/json/jsonText.ts';
import { underivedValue } from '../../protocol/json/underivedValue.ts';
import { MAX_PAYLOAD_DEPTH } from '../../protocol/limits.ts';
import { excerpt } from '../../text/excerpt.ts';
import { ENCODINGS } from './directives.ts';

/** The bytes that `@encode` makes of a payload, or one sentence: what is wrong, and with which of the two. */
export type EncodedBody =
  /** `compression`: the data is still to be compressed, which core does not do. */
  | { readonly data: Uint8Array<ArrayBuffer>; readonly compression?: Compression }
  | { readonly problem: string; readonly of: 'format' | 'payload' };

export function encodeBody(format: string, text: string): EncodedBody {
  const name = format.toLowerCase();
  switch (name) {
    case 'msgpack':
      return encodeMsgpack(text);
    case 'cbor':
      return encodeCbor(text);
    case 'gzip':
    case 'zlib':
    case 'deflate':
    case 'brotli':
      return { data: new TextEncoder().encode(text), compression: name };
    default: {
      const problem = `${excerpt(format)} is not a format that a message is encoded in: use ${[...ENCODINGS.keys()].join(', ')}.`;
      return { problem, of: 'format' };
    }
  }
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
  const problem = `The payload of @encode cbor is not JSON and not diagnostic notation ${where}: expected ${expected}.`;
  return { problem, of: 'payload' };
}
